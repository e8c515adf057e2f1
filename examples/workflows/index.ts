/** What WORKFLOWS_PATH may name: each exported function is a workflow type. */
export { orderReport } from './order-report.ts';
