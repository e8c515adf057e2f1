import { setTimeout as delay } from 'node:timers/promises';
import type { temporal } from '@temporalio/proto';
import { executionWorkflowId } from '../../domain/names.ts';
import { FailureType, type Outcome } from '../../domain/outcome/outcome.ts';
import { failedOutcome } from '../../domain/outcome/outcome-of.ts';
import { terminatedWaiting } from '../../domain/outcome/terminated-waiting.ts';
import { type NotFoundCount, countNotFound, isBelieved, ruleForUnstarted } from '../../domain/not-found.ts';
import {
  closeEventOf,
  isUnreadable,
  outcomeOfCloseEvent,
  outcomeOfUnreadable,
} from '../../temporal/runs/close-event.ts';
import { type DescribedRun, describeRun } from '../../temporal/runs/describe-run.ts';
import { type Ownership, ownershipOf } from '../../temporal/runs/execution-memo.ts';
import type {
  ClosedExecution,
  StartedExecution,
  WatchRequest,
  WatchedExecution,
} from '../../workflows/gate/contract.ts';
import type { GateActivityDeps } from '../gate-activity-deps.ts';
import { logRepeated } from '../../process/repeated-failures.ts';
import { retentionMarginSeconds } from '../../temporal/namespace/retention-margin.ts';

/** How soon an execution is described again after an error: the server may grant no long poll, as it has 1,200 per frontend. */
const LOOK_AGAIN_MS = 5_000;

/** A child that has not even a scheduled task after this long was left behind by a gate that died while it started it. */
const STUCK_START_MS = 2_000;

/** Ignored by every workflow that does not know it; arriving is what matters, because it schedules a first workflow task. */
const NUDGE_SIGNAL = 'sluice-nudge';

interface Turn {
  readonly signal: AbortSignal;
  readonly started: (started: StartedExecution) => void;
  /** How often it was not found since it was last found; null when it is found. */
  readonly notFound: (count: NotFoundCount | null) => void;
}

/** What watching needs of the process. */
export type WatchDeps = Pick<
  GateActivityDeps,
  'client' | 'log' | 'notFoundRule' | 'requireInstallation' | 'retentionSeconds'
>;

/**
 * Follows one execution through continue-as-new, retries and resets to its end. Resolves with null when the turn is over first. An
 * execution whose id belongs to somebody else has ended as a failure that says so; so has one that Temporal no longer has, which is believed
 * after several tries over minutes, and only of one that it once had; or of one whose end was asked for before a gate that is gone may have started it,
 * which then has ended as was asked.
 */
export async function watchExecution(
  deps: WatchDeps,
  request: WatchRequest,
  execution: WatchedExecution,
  turn: Turn,
): Promise<ClosedExecution | null> {
  const { executionId } = execution;
  let reported = execution.startRecorded;
  let notFound = execution.notFound ?? null;
  // Also when this turn does not get to ask.
  turn.notFound(notFound);
  while (!turn.signal.aborted) {
    try {
      const found = await describeRun(deps.client, executionWorkflowId(executionId));
      if (found === null) {
        notFound = countNotFound(notFound, Date.now());
        turn.notFound(notFound);
        const wasThere = reported || mayBeForgotten(deps, execution);
        const { endRequested } = execution;
        const isUnstarted = !wasThere && endRequested !== undefined;
        const rule = isUnstarted ? ruleForUnstarted(deps.notFoundRule) : deps.notFoundRule;
        if ((wasThere || isUnstarted) && isBelieved(notFound, rule, Date.now())) {
          await deps.requireInstallation();
          return isUnstarted
            ? neverStarted(executionId, endRequested)
            : ended(executionId, FailureType.outcomeUnknown, unknownMessage(notFound));
        }
        await pause(rule.everyMs, turn.signal);
        continue;
      }
      notFound = null;
      turn.notFound(null);
      const ownership = await whose(deps, found, request, executionId);
      if (ownership === 'foreign')
        return ended(executionId, FailureType.workflowIdTaken, takenMessage(found));
      if (ownership === 'unknown' && found.isOpen) warnUnknown(deps, request.workspaceId, found);
      if (!reported) {
        turn.started({ executionId, runId: found.firstRunId });
        reported = true;
      }
      const closed = found.isOpen ? await waitForClose(deps, found, turn.signal) : await closeOf(deps, found);
      if (closed !== null) return { executionId, ...closed };
    } catch (error) {
      if (turn.signal.aborted) return null;
      logRepeated(
        deps.log,
        'warn',
        { executionId, error },
        'an adopted execution could not be watched; trying again',
      );
      await pause(LOOK_AGAIN_MS, turn.signal);
    }
  }
  return null;
}

function unknownMessage({ since, times }: NotFoundCount): string {
  return `Outcome unknown: Temporal no longer has this execution (deleted, or its retention has passed); it was not found ${times} times since ${since}. It is not run again.`;
}

/** Admitted so long ago that it may have run, ended and been deleted without a word. */
function mayBeForgotten({ retentionSeconds }: WatchDeps, { admittedAt }: WatchedExecution): boolean {
  const keptMs = (retentionSeconds - retentionMarginSeconds(retentionSeconds)) * 1000;
  return admittedAt !== undefined && Date.now() - Date.parse(admittedAt) > keptMs;
}

function takenMessage(found: DescribedRun): string {
  return `The workflow id ${found.workflowId} is held by a workflow of type ${found.type} that is not this execution's (run ${found.runId}).`;
}

function ended(executionId: string, type: string, message: string): ClosedExecution {
  return declared(executionId, failedOutcome('failed', { type, message }));
}

/** As a pending execution ends when the same is asked for. */
function neverStarted(
  executionId: string,
  endRequested: Required<WatchedExecution>['endRequested'],
): ClosedExecution {
  switch (endRequested) {
    case 'cancel':
      return declared(executionId, failedOutcome('cancelled', null));
    case 'terminate':
      return declared(executionId, failedOutcome('terminated', terminatedWaiting('pending')));
    default:
      throw new Error(`unknown end ${endRequested satisfies never}`);
  }
}

function declared(executionId: string, outcome: Outcome): ClosedExecution {
  return { executionId, outcome, closedAt: new Date().toISOString(), declared: true };
}

function whose(
  { client }: Pick<GateActivityDeps, 'client'>,
  found: DescribedRun,
  request: WatchRequest,
  executionId: string,
): Promise<Ownership> {
  return ownershipOf(client, found, {
    sluiceDeployment: request.deployment,
    sluiceWorkspace: request.workspaceId,
    sluiceExecution: executionId,
  });
}

/** It may be ours, and then it holds its slot rightly: once in a turn of the watch, which is twice a minute, somebody is told. */
function warnUnknown(
  { log }: Pick<GateActivityDeps, 'log'>,
  workspaceId: string,
  { workflowId, runId }: DescribedRun,
): void {
  log.warn(
    { workspaceId, workflowId, runId },
    'Temporal cannot tell any more whose an open workflow is; it keeps its slot until it ends: end it if it is not wanted',
  );
}

type Close = Pick<ClosedExecution, 'outcome' | 'closedAt'>;

/** Null means: describe it again, because the turn is over, or the run ended while the execution may go on. */
async function waitForClose(
  deps: Pick<GateActivityDeps, 'client'>,
  found: DescribedRun,
  turn: AbortSignal,
): Promise<Close | null> {
  // A run that waits for its turn to retry another has as short a history, and each nudge would make it longer.
  const pauses = found.runId !== found.firstRunId && found.runsFrom.getTime() > Date.now();
  const stuck = found.historyLength <= 1 && !pauses;
  if (stuck && Date.now() - found.startedAt.getTime() > STUCK_START_MS) {
    await deps.client.workflow.getHandle(found.workflowId, found.runId).signal(NUDGE_SIGNAL);
  }
  const patience = stuck ? AbortSignal.any([turn, AbortSignal.timeout(STUCK_START_MS)]) : turn;
  let event: temporal.api.history.v1.IHistoryEvent | null;
  try {
    event = await closeEventOf(deps.client, found, { wait: patience });
  } catch (error) {
    if (patience.aborted) return null;
    throw error;
  }
  // Only another describe tells whether a terminated run was reset, and where a continued one goes on.
  if (event === null || endsRunOnly(event)) return null;
  return outcomeOfCloseEvent(event, found.maxDurationSeconds);
}

function endsRunOnly(event: temporal.api.history.v1.IHistoryEvent): boolean {
  return Boolean(
    event.workflowExecutionTerminatedEventAttributes ||
    event.workflowExecutionContinuedAsNewEventAttributes ||
    event.workflowExecutionCompletedEventAttributes?.newExecutionRunId ||
    event.workflowExecutionFailedEventAttributes?.newExecutionRunId ||
    event.workflowExecutionTimedOutEventAttributes?.newExecutionRunId,
  );
}

async function closeOf(deps: Pick<GateActivityDeps, 'client'>, found: DescribedRun): Promise<Close | null> {
  try {
    const event = await closeEventOf(deps.client, found, { wait: null });
    return event === null ? null : outcomeOfCloseEvent(event, found.maxDurationSeconds);
  } catch (error) {
    // No later try would read it, and it would hold its slot for ever.
    if (isUnreadable(error)) return outcomeOfUnreadable(found);
    throw error;
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
