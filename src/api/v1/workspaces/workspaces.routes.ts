import type { Api, RouteDeps } from '../../server/api.ts';
import { deleteWorkspaceRoute } from './delete-workspace.route.ts';
import { pauseRoutes } from './pause.routes.ts';
import { getWorkspaceRoute, listWorkspacesRoute } from './read-workspaces.routes.ts';
import { Workspace, WorkspaceDeleted, WorkspacePage } from './workspaces.schemas.ts';
import { patchWorkspaceRoute, putWorkspaceRoute } from './write-workspace.routes.ts';

export function workspaceRoutes(app: Api, deps: RouteDeps): void {
  app.addSchema(Workspace);
  app.addSchema(WorkspacePage);
  app.addSchema(WorkspaceDeleted);
  putWorkspaceRoute(app, deps);
  patchWorkspaceRoute(app, deps);
  getWorkspaceRoute(app, deps);
  listWorkspacesRoute(app, deps);
  pauseRoutes(app, deps);
  deleteWorkspaceRoute(app, deps);
}
