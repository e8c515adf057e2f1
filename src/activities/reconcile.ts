import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { deploymentId } from '../db/deployment.ts';
import { reconcileWorkspace } from '../db/reconcile-workspace.ts';
import { WorkspaceNotFoundError } from '../domain/errors.ts';
import type { ReconcileAnswer, ReconcileRequest } from '../workflows/gate/contract.ts';
import type { GateActivityDeps } from './deps.ts';
import { retentionMarginSeconds } from './retention.ts';

/** The gate's one look at Postgres; see reconcileWorkspace. Fails for good only when the workspace does not exist. */
export function createReconcile(deps: GateActivityDeps) {
  const { config, reconcileDatabase } = deps;
  const verifyAfterSeconds = deps.retentionSeconds - retentionMarginSeconds(deps.retentionSeconds);
  let deployment: string | null = null;

  return async function reconcile(request: ReconcileRequest): Promise<ReconcileAnswer> {
    deployment ??= await deploymentId(reconcileDatabase.db);
    const reconciled = await reconcileOrRefuse(request);
    if (reconciled.workers === 'pool' && reconciled.admitted.length > 0) deps.heat(request.workspaceId);
    deps.startRecorder.note(reconciled.admitted.map((row) => row.executionId));
    const { tier, limit, limitSource, pending, admitted, cancel, more, startsHeldBack } = reconciled;
    deps.log.debug(
      {
        workspaceId: request.workspaceId,
        limit,
        running: reconciled.running,
        pending,
        claimed: reconciled.claimed,
        closed: request.closed.length,
      },
      'reconciled',
    );
    return {
      deployment,
      gateRunId: gateRunId(),
      settings: {
        continueAsNewAfterEvents: config.GATES_CONTINUE_AS_NEW_AFTER_EVENTS,
        watchOverdueSeconds: config.GATES_WATCH_OVERDUE_SECONDS,
      },
      tier,
      limit,
      limitSource,
      pending,
      admitted,
      cancel,
      more,
      startsHeldBack,
      searchAttributes: deps.searchAttributes,
    };
  };

  async function reconcileOrRefuse(request: ReconcileRequest) {
    try {
      return await reconcileWorkspace(reconcileDatabase, request, {
        tiers: config.tiers,
        gateRunId: gateRunId(),
        verifyAfterSeconds,
      });
    } catch (error) {
      if (error instanceof WorkspaceNotFoundError)
        throw ApplicationFailure.nonRetryable(error.message, 'WorkspaceUnknown');
      throw error;
    }
  }
}

function gateRunId(): string {
  return Context.current().info.workflowExecution?.runId ?? '';
}
