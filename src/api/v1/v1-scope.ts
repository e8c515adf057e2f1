import type { Api, RouteDeps } from '../server/api.ts';
import { bulkActRoutes } from './bulk-acts/bulk-acts.routes.ts';
import { changeRoutes } from './changes/changes.routes.ts';
import { eventRoutes } from './events/events.routes.ts';
import { executionRoutes } from './executions/executions.routes.ts';
import { gateRoutes } from './gates/gate.routes.ts';
import { keyRoutes } from './keys/keys.routes.ts';
import { statsRoutes } from './stats/stats.routes.ts';
import { tierRoutes } from './tiers/tiers.routes.ts';
import { workspaceRoutes } from './workspaces/workspaces.routes.ts';

/** All below /v1, as one encapsulated scope. */
export async function registerV1(app: Api, deps: RouteDeps): Promise<void> {
  await app.register(
    async (scope: Api) => {
      for (const routes of [
        tierRoutes,
        workspaceRoutes,
        executionRoutes,
        eventRoutes,
        gateRoutes,
        keyRoutes,
        statsRoutes,
        changeRoutes,
        bulkActRoutes,
      ])
        routes(scope, deps);
    },
    { prefix: '/v1' },
  );
}
