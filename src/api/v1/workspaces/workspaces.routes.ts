import type { Api, RouteDeps } from '../../server/api.ts';
import { getWorkspaceRoute, listWorkspacesRoute } from './read-workspaces.routes.ts';
import { Workspace, WorkspacePage } from './workspaces.schemas.ts';
import { patchWorkspaceRoute, putWorkspaceRoute } from './write-workspace.routes.ts';

export function workspaceRoutes(app: Api, deps: RouteDeps): void {
  app.addSchema(Workspace);
  app.addSchema(WorkspacePage);
  putWorkspaceRoute(app, deps);
  patchWorkspaceRoute(app, deps);
  getWorkspaceRoute(app, deps);
  listWorkspacesRoute(app, deps);
}
