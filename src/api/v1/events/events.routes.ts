import type { Api, RouteDeps } from '../../server/api.ts';
import { allEventsRoute } from './all-events.route.ts';
import { ChangedWorkspaces, WorkspaceEvent } from './events.schemas.ts';
import { executionEventsRoute } from './execution-events.route.ts';
import { workspaceEventsRoute } from './workspace-events.route.ts';

export function eventRoutes(app: Api, deps: RouteDeps): void {
  app.addSchema(WorkspaceEvent);
  app.addSchema(ChangedWorkspaces);
  allEventsRoute(app, deps);
  workspaceEventsRoute(app, deps);
  executionEventsRoute(app, deps);
}
