import { findWorkspaceStalls } from '../../../db/stalls/find-stalls.ts';
import { findWorkspace } from '../../../db/workspaces/find-workspace.ts';
import type { WorkspaceRow } from '../../../db/schema.ts';
import { gateWorkflowId } from '../../../domain/names.ts';
import type { WorkspaceStall } from '../../../domain/stall.ts';
import { effectiveLimit } from '../../../domain/tier.ts';
import type { GateSnapshot } from '../../../workflows/gate/contract.ts';
import { answer } from '../../openapi/documented-answer.ts';
import type { Api, RouteDeps } from '../../server/api.ts';
import { createAskGate } from './ask-gate.ts';
import { Gate } from './gate.schemas.ts';
import { problemAnswers } from '../../problems/problem.ts';
import { workspaceStallView } from '../executions/stalls.view.ts';
import { WorkspaceParams } from '../workspaces/workspaces.schemas.ts';

interface RowWithStall extends WorkspaceRow {
  readonly stall: WorkspaceStall | undefined;
}

export function gateRoutes(app: Api, deps: RouteDeps): void {
  const { config, database, webUi } = deps;
  const askGate = createAskGate(deps.temporal, deps.log);
  app.addSchema(Gate);

  app.get(
    '/workspaces/:workspaceId/gate',
    {
      schema: {
        tags: ['Gates'],
        operationId: 'getGate',
        summary: "Read a workspace's gate",
        description:
          'Asks the gate itself, and falls back to what is stored when it does not answer within 1.5 s. `running` and `pending` are always ' +
          "what is stored, and agree with each other and with the workspace's; the gate's page shows what the gate itself sees.",
        params: WorkspaceParams,
        response: {
          200: answer('Gate', 'The gate.'),
          ...problemAnswers('workspace-not-found', 'database-unavailable'),
        },
      },
    },
    async (request, reply) => {
      const { workspaceId } = request.params;
      const before = await findWithStall(workspaceId);
      if (before.gateRunId === null) return reply.send(storedView(before, null));
      const { snapshot, silence } = await askGate(workspaceId);
      // Read again: to ask takes up to 1.5 s, and the counts are to be those of now.
      const row = await findWithStall(workspaceId);
      return reply.send(snapshotView(row, snapshot) ?? storedView(row, snapshot?.lastError ?? silence));
    },
  );

  const findWithStall = async (workspaceId: string): Promise<RowWithStall> => {
    const row = await findWorkspace(database.db, workspaceId);
    return { ...row, stall: (await findWorkspaceStalls(database.db, [workspaceId])).get(workspaceId) };
  };

  /** Null for a gate that has not reconciled yet: it knows nothing then. */
  const snapshotView = (row: RowWithStall, snapshot: GateSnapshot | null): Gate | null => {
    if (!snapshot || snapshot.tier === null || snapshot.limit === null || snapshot.limitSource === null)
      return null;
    const { tier, limit, limitSource, lastError } = snapshot;
    return {
      ...commonView(row),
      source: 'gate',
      lastError: lastError ?? snapshot.watchError ?? null,
      tier,
      limit,
      limitSource,
    };
  };

  const storedView = (row: RowWithStall, lastError: string | null): Gate => ({
    ...commonView(row),
    source: 'postgres',
    lastError,
    tier: row.tier,
    ...effectiveLimit(row, config.tiers),
  });

  const commonView = (row: RowWithStall) => {
    const workflowId = gateWorkflowId(row.id);
    return {
      workspaceId: row.id,
      running: row.running,
      pending: row.pending,
      workflowId,
      stalled: workspaceStallView(row.stall),
      gateRunId: row.gateRunId,
      lastAdmissionAt: row.lastAdmissionAt?.toISOString() ?? null,
      reconciledAt: row.reconciledAt?.toISOString() ?? null,
      webUrl: row.gateRunId === null ? null : webUi.gateDetails(workflowId, row.gateRunId),
    };
  };
}
