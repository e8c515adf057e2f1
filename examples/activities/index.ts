/** What ACTIVITIES_PATH may name: each exported function is an activity. */
export { listCountries, summariseCountry, writeReport } from './order-report.ts';
