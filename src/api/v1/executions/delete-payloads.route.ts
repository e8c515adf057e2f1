import { deletePayloads } from '../../../db/executions/delete-payloads.ts';
import { describeNamespace } from '../../../temporal/namespace/namespace.ts';
import { deleteRunsOf } from '../../../temporal/runs/delete-runs.ts';
import { refuseBody } from '../../json/json-body.ts';
import { answer } from '../../openapi/documented-answer.ts';
import { problemAnswers } from '../../problems/problem.ts';
import type { Api, RouteDeps } from '../../server/api.ts';
import { ExecutionParams, PayloadsDeleted } from './executions.schemas.ts';
import { byId } from './by-id.ts';

/** A caller waits for this: a Temporal that takes longer deletes at its retention, or at a repeat. */
const TEMPORAL_TIMEOUT_MS = 4_000;

const schema = {
  tags: ['Executions'],
  operationId: 'deletePayloads',
  summary: 'Delete the input and the result of an execution',
  description:
    'For an execution that has ended. Its input, its result and the message of its failure are deleted from Postgres at once; the ' +
    "execution itself stays, with its Idempotency-Key. Temporal is asked to delete the workflow's history too. The histories of the " +
    "workspace's gate hold input and result as well, and go at the end of the namespace's retention only. A repeat answers the same, and " +
    'asks Temporal again. No body is needed.',
  params: ExecutionParams,
  response: {
    200: answer('PayloadsDeleted', 'They are deleted, or were before.'),
    ...problemAnswers(
      'malformed-json',
      'foreign-origin',
      'workspace-not-found',
      'execution-not-found',
      'execution-not-ended',
      'unsupported-media-type',
      'database-unavailable',
      'database-full',
      'workspace-busy',
      'request-timed-out',
    ),
  },
};

export function deletePayloadsRoute(app: Api, deps: RouteDeps): void {
  app.addSchema(PayloadsDeleted);
  const url = '/workspaces/:workspaceId/executions/:executionId/payloads';
  app.delete(
    url,
    { config: { right: 'cancel' }, preValidation: refuseBody, schema },
    async (request, reply) => {
      const { workspaceId } = request.params;
      const { executionId, deletedAt, wasAdmitted } = await byId(deps, request.params, (id) =>
        deps.turns.run(workspaceId, () => deletePayloads(deps.database.db, workspaceId, id)),
      );
      const inTemporal = wasAdmitted
        ? await deleteFromTemporal(deps, workspaceId, executionId)
        : NEVER_IN_TEMPORAL;
      request.log.info({ workspaceId, executionId, temporal: inTemporal.temporal }, 'payloads deleted');
      return reply.send({ executionId, deletedAt: deletedAt.toISOString(), ...inTemporal });
    },
  );
}

type InTemporal = Pick<PayloadsDeleted, 'temporal' | 'temporalRetentionSeconds'>;

const NEVER_IN_TEMPORAL: InTemporal = { temporal: 'never-there', temporalRetentionSeconds: null };

/** Never throws: Postgres has deleted them, and Temporal's copy goes at the retention of its namespace at the latest. */
async function deleteFromTemporal(
  { temporal, installation, log }: RouteDeps,
  workspaceId: string,
  executionId: string,
): Promise<InTemporal> {
  let temporalRetentionSeconds: number | null = null;
  try {
    const allGo = await temporal.withDeadline(Date.now() + TEMPORAL_TIMEOUT_MS, async () => {
      // In the namespace of another installation nothing is deleted.
      const deployment = await installation?.require();
      if (deployment === undefined) return false;
      temporalRetentionSeconds = (await describeNamespace(temporal)).retentionSeconds;
      return await deleteRunsOf(temporal, {
        sluiceDeployment: deployment,
        sluiceWorkspace: workspaceId,
        sluiceExecution: executionId,
      });
    });
    return { temporal: allGo ? 'deleted' : 'at-retention', temporalRetentionSeconds };
  } catch (err) {
    log.warn(
      { workspaceId, executionId, err },
      "Temporal did not delete an execution's history; it goes at the end of the namespace's retention, or when the request is repeated",
    );
    return { temporal: 'at-retention', temporalRetentionSeconds };
  }
}
