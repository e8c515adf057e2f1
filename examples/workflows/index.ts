/** The workflow types that the pool serves unless WORKFLOWS_PATH names others: each exported function is one. */
export { httpRequest } from './http-request.ts';
export { orderReport } from './order-report.ts';
