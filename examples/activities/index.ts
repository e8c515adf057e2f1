/** The activities that the pool serves unless ACTIVITIES_PATH names others: each exported function is one. */
export { listCountries, summariseCountry, writeReport } from './order-report.ts';
