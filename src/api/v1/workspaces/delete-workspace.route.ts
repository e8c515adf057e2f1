import Type from 'typebox';
import { beginDeletion } from '../../../db/deletions/begin-deletion.ts';
import { describeNamespace } from '../../../temporal/namespace/namespace.ts';
import { actingOf } from '../../access/acting-of.ts';
import { refuseBody } from '../../json/json-body.ts';
import { answer } from '../../openapi/documented-answer.ts';
import { textEnum } from '../../openapi/text-enum.ts';
import { problemAnswers } from '../../problems/problem.ts';
import type { Api, RouteDeps } from '../../server/api.ts';
import { reason } from '../changes/reason.ts';
import { WorkspaceParams } from './workspaces.schemas.ts';

/** A caller waits for this; without Temporal the answer says less. */
const TEMPORAL_TIMEOUT_MS = 2_000;

const schema = {
  tags: ['Workspaces'],
  operationId: 'deleteWorkspace',
  summary: 'Delete a workspace',
  description:
    'From the answer on it takes nothing new, and its keys are revoked. Its executions, inputs, results and events go from Postgres, most often within ' +
    'seconds, and its gate ends; then it is not found any more, and the same id can be put again and begins anew. Its record of changes stays, with ' +
    'a summary of what it did. While executions have not ended it is refused, unless `endWork` is true. A repeat says what is left. No body is needed.',
  params: WorkspaceParams,
  querystring: Type.Object(
    {
      endWork: Type.Optional(
        textEnum(['true', 'false'], {
          default: 'false',
          description: '`true`: cancel what is pending or scheduled, and terminate what runs.',
        }),
      ),
      reason,
    },
    { additionalProperties: false },
  ),
  response: {
    202: answer('WorkspaceDeleted', 'Its deletion has begun.'),
    ...problemAnswers(
      'malformed-json',
      'foreign-origin',
      'unsupported-media-type',
      'workspace-not-found',
      'workspace-has-work',
      'database-unavailable',
      'database-full',
      'workspace-busy',
    ),
  },
};

export function deleteWorkspaceRoute(app: Api, deps: RouteDeps): void {
  const { database, turns, waker, keys } = deps;
  const options = { config: { right: 'admin' }, preValidation: refuseBody, schema } as const;
  app.delete('/workspaces/:workspaceId', options, async (request, reply) => {
    const { workspaceId } = request.params;
    const endWork = request.query.endWork === 'true';
    const acting = actingOf(request, request.query.reason);
    const { since, work, revokedKeys } = await turns.run(workspaceId, () =>
      beginDeletion(database, workspaceId, { endWork }, acting),
    );
    for (const id of revokedKeys) keys.forget(id);
    waker.wake(workspaceId);
    const retentionSeconds = await retentionOf(deps, workspaceId);
    const { pending, scheduled, running } = work;
    request.log.info({ workspaceId, ...work }, 'the deletion of a workspace has begun');
    return reply.code(202).send({
      id: workspaceId,
      deletingSince: since.toISOString(),
      toCancel: pending + scheduled,
      toTerminate: running,
      revokedKeys: revokedKeys.length,
      temporalRetentionSeconds: retentionSeconds,
      temporalKeepsUntil:
        retentionSeconds === null ? null : new Date(Date.now() + retentionSeconds * 1_000).toISOString(),
    });
  });
}

/** Null when Temporal does not say. */
async function retentionOf({ temporal, log }: RouteDeps, workspaceId: string): Promise<number | null> {
  try {
    const { retentionSeconds } = await temporal.withDeadline(Date.now() + TEMPORAL_TIMEOUT_MS, () =>
      describeNamespace(temporal),
    );
    return retentionSeconds;
  } catch (err) {
    log.warn(
      { workspaceId, err },
      'Temporal did not say how long it keeps the histories of a deleted workspace',
    );
    return null;
  }
}
