import { createExternalApiActivities } from '../../activities/external-api/external-api-activities.ts';
import { EXTERNAL_API_QUEUE } from '../../domain/names.ts';
import { createOwnerOfWorkflow } from '../../temporal/runs/owner-of-workflow.ts';
import type { Activities } from '../code/user-activities.ts';
import { runWorker, type WorkerParts } from '../worker-parts.ts';
import { createExternalApiWorker } from './external-api-worker.ts';

/** The role `external-api`: calls to the world outside, Sluice's own and the user's. */
export async function startExternalApiRole(parts: WorkerParts, activities: Activities): Promise<void> {
  const { config, client, connection, atStop } = parts;
  const externalApi = createExternalApiActivities(config);
  atStop.close(() => externalApi.close());
  const { namespace } = client.options;
  const all = { ...activities, ...externalApi.activities };
  const ownerOf = createOwnerOfWorkflow(client);
  await runWorker(parts, 'external-api', EXTERNAL_API_QUEUE, (polls) =>
    createExternalApiWorker({ connection, namespace, config, activities: all, ownerOf, polls }),
  );
}
