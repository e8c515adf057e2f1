import { countRunning } from '../db/count-running.ts';
import { findWorkspace } from '../db/find-workspace.ts';
import type { WorkspaceRow } from '../db/lock-workspace.ts';
import { gateWorkflowId } from '../domain/names.ts';
import { effectiveLimit } from '../domain/tier.ts';
import type { GateSnapshot } from '../workflows/gate/contract.ts';
import { answer } from './answers.ts';
import type { Api, RouteDeps } from './api.ts';
import { createAskGate } from './ask-gate.ts';
import { Gate } from './gate.schemas.ts';
import { problemAnswers } from './problem.ts';
import { WorkspaceParams } from './workspaces.schemas.ts';

export function gateRoutes(app: Api, deps: RouteDeps): void {
  const { config, database, webUi } = deps;
  const askGate = createAskGate(deps.temporal);
  app.addSchema(Gate);

  app.get(
    '/v1/workspaces/:workspaceId/gate',
    {
      schema: {
        tags: ['Gates'],
        operationId: 'getGate',
        summary: "Read a workspace's gate",
        description:
          'Asks the gate itself, and falls back to what is stored when it does not answer within 1.5 s.',
        params: WorkspaceParams,
        response: {
          200: answer('Gate', 'The gate.'),
          ...problemAnswers('invalid-request', 'workspace-not-found', 'database-unavailable'),
        },
      },
    },
    async (request, reply) => {
      const row = await findWorkspace(database.db, request.params.workspaceId);
      if (row.gateRunId === null) return reply.send(await storedView(row, null));
      const { snapshot, silence } = await askGate(row.id);
      return reply.send(snapshotView(row, snapshot) ?? (await storedView(row, snapshot?.trouble ?? silence)));
    },
  );

  /** Null for a gate that has not looked at its workspace yet: it knows nothing then. */
  const snapshotView = (row: WorkspaceRow, snapshot: GateSnapshot | null): Gate | null => {
    if (!snapshot || snapshot.tier === null || snapshot.limit === null || snapshot.limitSource === null)
      return null;
    const { tier, limit, limitSource, running, pending, trouble } = snapshot;
    return {
      ...commonView(row),
      source: 'gate',
      trouble: trouble ?? snapshot.watchTrouble ?? null,
      tier,
      limit,
      limitSource,
      running: running.length,
      pending,
    };
  };

  const storedView = async (row: WorkspaceRow, trouble: string | null): Promise<Gate> => ({
    ...commonView(row),
    source: 'postgres',
    trouble,
    tier: row.tier,
    ...effectiveLimit(row, config.tiers),
    running: await countRunning(database.db, row.id),
    pending: row.pending,
  });

  const commonView = (row: WorkspaceRow) => {
    const workflowId = gateWorkflowId(row.id);
    return {
      workspaceId: row.id,
      workflowId,
      gateRunId: row.gateRunId,
      lastAdmissionAt: row.lastAdmissionAt?.toISOString() ?? null,
      reconciledAt: row.reconciledAt?.toISOString() ?? null,
      webUrl: row.gateRunId === null ? null : webUi.gateDetails(workflowId, row.gateRunId),
    };
  };
}
