import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Claim, Claimed } from '../../db/reconcile/claim-slots.ts';
import { type Reconciled, reconcileWorkspace } from '../../db/reconcile/reconcile-workspace.ts';
import { WorkspaceNotFoundError } from '../../domain/refusals.ts';
import { wasDeleted } from '../../db/deletions/was-deleted.ts';
import { executionLog } from '../../process/execution-log.ts';
import type { Log } from '../../process/log.ts';
import {
  OTHER_INSTALLATION,
  type ReconcileAnswer,
  type ReconcileRequest,
  WORKSPACE_DELETED,
} from '../../workflows/gate/contract.ts';
import type { GateActivityDeps } from '../gate-activity-deps.ts';
import { Handoffs } from './handoffs.ts';
import { retentionMarginSeconds } from '../../temporal/namespace/retention-margin.ts';

/** The gate's one transaction in Postgres; see reconcileWorkspace. Fails for good only when the workspace does not exist, or was deleted. */
export function createReconcile(deps: GateActivityDeps) {
  const handoffs = new Handoffs();
  return async function reconcile(asked: ReconcileRequest): Promise<ReconcileAnswer> {
    refuseOtherInstallation(asked, deps);
    const request = withoutRefusedOverrides(asked, deps);
    const reconciled = await timed(deps, () => reconcileOrRefuse(request, deps));
    const started = [...(request.replacements ?? []), ...reconciled.admitted];
    if (reconciled.workers === 'pool' && started.length > 0) deps.startPolling(request.workspaceId);
    deps.startRecorder.note(started.map(({ executionId }) => executionId));
    measure(deps, request, reconciled, handoffs);
    logChanges(deps.log, request.workspaceId, reconciled);
    if (reconciled.restoringBegins) warnRestoring(deps.log, request);
    if (reconciled.isEmptied) throw workspaceDeleted(request.workspaceId);
    return answerOf(reconciled, deps);
  };
}

function refuseOtherInstallation(
  request: ReconcileRequest,
  { deployment, namespace }: GateActivityDeps,
): void {
  if (request.deployment === undefined || request.deployment === deployment) return;
  throw ApplicationFailure.nonRetryable(
    `This gate is of deployment ${request.deployment}, and the worker that serves it of deployment ${deployment}: two installations share the namespace ${namespace}. Nothing is admitted. See docs/installations.md.`,
    OTHER_INSTALLATION,
  );
}

/** Decided here and not in the gate, so that a setting that changes reaches open gates. To the gate it is as if they were written. */
function withoutRefusedOverrides(
  request: ReconcileRequest,
  { config, log }: GateActivityDeps,
): ReconcileRequest {
  const { workspaceId, overrideWishes } = request;
  if (config.GATES_RESIZE_BY_SIGNAL || overrideWishes.length === 0) return request;
  log.warn(
    { workspaceId, limitOverrides: overrideWishes.map(({ limitOverride }) => limitOverride) },
    'a signal asked for another limit and was ignored: GATES_RESIZE_BY_SIGNAL is false. Change limits with PATCH /v1/workspaces/{workspaceId}.',
  );
  return { ...request, overrideWishes: [] };
}

async function reconcileOrRefuse(request: ReconcileRequest, deps: GateActivityDeps): Promise<Reconciled> {
  const { config, log, reconcileDatabase, retentionSeconds } = deps;
  try {
    return await reconcileWorkspace(reconcileDatabase, request, {
      gateRunId: gateRunId(),
      reservations: config.GATES_RESERVATIONS,
      verifyAfterSeconds: retentionSeconds - retentionMarginSeconds(retentionSeconds),
      onRefused: ({ kind, executionId, error, isRecorded }) =>
        log.error(
          { workspaceId: request.workspaceId, executionId, report: kind, isRecorded, error },
          'Postgres refused what a gate reported; it is recorded without its payload, which Temporal has, or not at all',
        ),
    });
  } catch (error) {
    if (!(error instanceof WorkspaceNotFoundError)) throw error;
    if (await wasDeleted(reconcileDatabase.db, request.workspaceId))
      throw workspaceDeleted(request.workspaceId);
    throw ApplicationFailure.nonRetryable(error.message, 'WorkspaceUnknown');
  }
}

function workspaceDeleted(workspaceId: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(`Workspace ${workspaceId} was deleted.`, WORKSPACE_DELETED);
}

async function timed({ measures }: GateActivityDeps, run: () => Promise<Reconciled>): Promise<Reconciled> {
  const begunMs = performance.now();
  const seconds = () => (performance.now() - begunMs) / 1_000;
  try {
    const reconciled = await run();
    measures.reconciled('done', seconds());
    return reconciled;
  } catch (error) {
    // A workspace that is gone is an answer.
    if (!(error instanceof ApplicationFailure)) measures.reconciled('failed', seconds());
    throw error;
  }
}

/** Numbers that reconcile has answered anyway: nothing is read for them. */
function measure(
  { measures }: GateActivityDeps,
  request: ReconcileRequest,
  reconciled: Reconciled,
  handoffs: Handoffs,
): void {
  const { tier, claims, ended } = reconciled;
  for (const { waitSeconds } of [...claims, ...replacedInTime(request, reconciled)])
    measures.admitted(tier, waitSeconds);
  const { workspaceId, closed, replacements } = request;
  for (const seconds of handoffs.of(workspaceId, closed, reconciled, Date.now(), replacements))
    measures.handedOff(tier, seconds);
  for (const { status, heldSeconds } of ended) measures.ended(tier, status, heldSeconds);
}

/** They were started at their replacement, and their claim is as late as its report. */
function replacedInTime({ replacements = [] }: ReconcileRequest, { replaced }: Reconciled): Claim[] {
  const atMs = new Map(replacements.map(({ executionId, at }) => [executionId, Date.parse(at)]));
  return replaced.map((claim) => {
    const lateSeconds = (Date.now() - (atMs.get(claim.executionId) ?? Date.now())) / 1_000;
    return { ...claim, waitSeconds: Math.max(0, claim.waitSeconds - Math.max(0, lateSeconds)) };
  });
}

function logChanges(
  log: Log,
  workspaceId: string,
  { claims, replaced, givenBack, started, ended, ...now }: Reconciled,
): void {
  // In the order in which they happen to one execution.
  for (const end of givenBack) executionLog.ended(log, { workspaceId, runId: null, ...end });
  for (const { executionId, seq } of [...replaced, ...claims])
    executionLog.admitted(log, { workspaceId, executionId, seq });
  for (const start of started) executionLog.started(log, { workspaceId, ...start });
  for (const { heldSeconds: _, ...end } of ended) executionLog.ended(log, { workspaceId, ...end });
  const { limit, running, pending } = now;
  log.debug(
    { workspaceId, limit, running, pending, claimed: claims.length, closed: ended.length },
    'reconciled',
  );
}

/** Once for a workspace. */
function warnRestoring(log: Log, { workspaceId, lastEvent, epoch }: ReconcileRequest): void {
  log.warn(
    { workspaceId, lastEvent, epoch },
    'the database lacks events that this gate knows: it was restored from a backup, or lost its last commits in a failover. Nothing of the workspace is started. `npx sluice resume --after-restore` says what may be lost or run twice, and with --yes lets it go on; see docs/failure-modes.md.',
  );
}

/** Member by member: nothing else of what was reconciled belongs into a gate's history. */
function answerOf(
  reconciled: Reconciled,
  { config, deployment, searchAttributes }: GateActivityDeps,
): ReconcileAnswer {
  const { tier, limit, limitSource, pending, admitted, cancel, terminate, more, startsHeldBack } = reconciled;
  const { epoch, lastEvent, restoringSince, paused, reservation } = reconciled;
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
    ...(terminate.length > 0 && { terminate }),
    more,
    startsHeldBack,
    ...stalledOf(reconciled),
    ...(lastEvent !== null && { epoch, lastEvent }),
    ...(restoringSince !== null && { restoringSince: restoringSince.toISOString() }),
    ...(paused !== null && { paused }),
    ...(reservation && { reservation }),
    searchAttributes,
  };
}

function gateRunId(): string {
  return Context.current().info.workflowExecution?.runId ?? '';
}

/** Nothing when none is stalled: an answer is in the gate's history. */
function stalledOf({
  stalled: { executions, reason },
}: Pick<Claimed, 'stalled'>): Pick<ReconcileAnswer, 'stalled'> {
  return reason === null ? {} : { stalled: { executions, reason } };
}
