import type { Api, RouteDeps } from '../../server/api.ts';
import { enqueueBatchRoute } from './enqueue/enqueue-batch.route.ts';
import { enqueueRoute } from './enqueue/enqueue-execution.route.ts';
import { rerunRoute } from './enqueue/rerun-execution.route.ts';
import { deletePayloadsRoute } from './delete-payloads.route.ts';
import { cancelRoute, terminateRoute } from './end-execution.routes.ts';
import { Execution, ExecutionSummary } from './executions.schemas.ts';
import { explainRoute } from './explain/explain.route.ts';
import { getExecutionRoute } from './get-execution.route.ts';
import { readTokenRoute } from './read-token.route.ts';
import { listExecutionsRoutes } from './lists/list-executions.routes.ts';
import { listQueueRoute } from './lists/list-queue.route.ts';
import { ExecutionPage } from './lists/list-executions.schemas.ts';

export function executionRoutes(app: Api, deps: RouteDeps): void {
  for (const schema of [Execution, ExecutionSummary, ExecutionPage]) app.addSchema(schema);
  enqueueRoute(app, deps);
  enqueueBatchRoute(app, deps);
  getExecutionRoute(app, deps);
  explainRoute(app, deps);
  listExecutionsRoutes(app, deps);
  listQueueRoute(app, deps);
  cancelRoute(app, deps);
  terminateRoute(app, deps);
  rerunRoute(app, deps);
  deletePayloadsRoute(app, deps);
  readTokenRoute(app, deps);
}
