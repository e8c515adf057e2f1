import { FailureType } from '../../domain/outcome/outcome.ts';
import { isTerminal } from '../../domain/status.ts';
import type { Breach, Note } from '../judging/breach.ts';
import type { Check } from '../judging/check.ts';
import { isoOf, type Micros } from '../record/micros.ts';
import { openIntervalsOf, ourRuns } from '../record/open-intervals.ts';
import type {
  ExecutionRecord,
  ResultDigest,
  RunOutcome,
  WorkspaceRecord,
} from '../record/workspace-record.ts';

export interface OutcomeChecked {
  readonly breaches: readonly Breach[];
  readonly notes: readonly Note[];
  /** Ended executions whose end was compared with Temporal's. */
  readonly compared: number;
}

/** Ends that Sluice itself writes, because Temporal has nothing to say about such an execution. */
const ENDS_WITHOUT_A_WORKFLOW: ReadonlySet<string | null> = new Set([
  FailureType.outcomeUnknown,
  FailureType.workflowIdTaken,
  FailureType.startRefused,
  FailureType.inputLost,
]);

/** A start time passes through a JavaScript `Date`, which keeps milliseconds. */
const START_PRECISION_MICROS = 1_000;

export function outcomeCheck(): Check {
  let compared = 0;
  return {
    name: 'OUTCOME',
    checkWorkspace(record) {
      const checked = checkOutcome(record);
      compared += checked.compared;
      return checked;
    },
    measured: () => `${compared} ends compared`,
  };
}

/**
 * OUTCOME: a row that has ended says what Temporal says: status and, while it is kept, result text. An execution that was reset after its end may say
 * any of its ends. A start time in a row is Temporal's own. Rows that still run are LEAK's.
 */
export function checkOutcome(record: WorkspaceRecord): OutcomeChecked {
  const breaches: Breach[] = [];
  const notes: Note[] = [];
  let compared = 0;
  for (const execution of record.executions) {
    if (execution.runs === null || execution.admittedAt === null) continue;
    const wrongStart = startDiffers(execution);
    if (wrongStart !== null) breaches.push(breachOf(record, execution, wrongStart));
    if (!isTerminal(execution.status)) continue;
    const verdict = judgeEnd(record, execution);
    if (verdict === 'not-checkable') notes.push(notCheckable(record, execution));
    else {
      compared++;
      if (verdict !== 'agrees') breaches.push(breachOf(record, execution, verdict));
    }
  }
  return { breaches, notes, compared };
}

function startDiffers(execution: ExecutionRecord): string | null {
  const [first] = ourRuns(execution);
  if (execution.startedAt === null || first === undefined || first.runId !== first.firstRunId) return null;
  if (Math.abs(execution.startedAt - first.startedAt) < START_PRECISION_MICROS) return null;
  return `its row says that it started at ${isoOf(execution.startedAt)}, and Temporal says ${isoOf(first.startedAt)}`;
}

type Verdict = 'agrees' | 'not-checkable' | (string & {});

function judgeEnd(record: WorkspaceRecord, execution: ExecutionRecord): Verdict {
  const openIntervals = openIntervalsOf(execution);
  if (openIntervals.length === 0) return judgeWithoutWorkflow(record, execution);
  const closes = openIntervals.flatMap((opening) => opening.close ?? []);
  if (closes.length === 0) return `its row is ${execution.status}, and it is open in Temporal`;
  const ends = closes.flatMap((close) => close.outcome ?? []);
  // The run that followed is gone from Temporal, and the end with it.
  if (ends.length === 0) return 'not-checkable';
  if (ends.some((end) => agrees(execution, end))) return 'agrees';
  return `its row says ${show(execution, execution.status)}, and Temporal says ${ends.map((end) => show(end, end.status)).join(', then ')}`;
}

function judgeWithoutWorkflow(record: WorkspaceRecord, execution: ExecutionRecord): Verdict {
  const somebodyElses = (execution.runs ?? []).length > 0;
  if (execution.status === 'failed' && ENDS_WITHOUT_A_WORKFLOW.has(execution.failureType)) {
    const takerIsGone = execution.failureType === FailureType.workflowIdTaken && !somebodyElses;
    return takerIsGone ? 'not-checkable' : 'agrees';
  }
  if (endedUnstarted(execution) && !somebodyElses) return 'agrees';
  if (execution.payloadsDeleted || isForgotten(record, execution)) return 'not-checkable';
  return somebodyElses
    ? `its row is ${execution.status}, and Temporal has only a workflow under its id that is not this execution`
    : `its row is ${execution.status}, and Temporal has no such workflow though it keeps what has closed for longer: it was never started, or an operator deleted it`;
}

/**
 * Its end was asked for before it had a slot, when the gate that had it reserved was gone and might have started it. It got its slot so that the next gate finds out, and
 * that found no workflow.
 */
function endedUnstarted({ status, runId, startedAt, admittedAt, endRequestedAt }: ExecutionRecord): boolean {
  if ((status !== 'cancelled' && status !== 'terminated') || runId !== null || startedAt !== null)
    return false;
  return endRequestedAt !== null && admittedAt !== null && endRequestedAt < admittedAt;
}

/** Its end is so long ago that Temporal need not have it any more. */
function isForgotten(record: WorkspaceRecord, { closedAt }: ExecutionRecord): boolean {
  return closedAt !== null && record.readAt - closedAt > record.keptMicros;
}

function agrees(execution: ExecutionRecord, end: RunOutcome): boolean {
  if (execution.status !== end.status) return false;
  if (end.status === 'completed')
    return execution.resultIsGone ? end.result.md5 !== null : sameResult(execution.result, end.result);
  // "Outcome unknown" beside a known failure would hide what happened.
  return execution.failureType === end.failureType || !ENDS_WITHOUT_A_WORKFLOW.has(execution.failureType);
}

/** A row that says its result could not be stored says nothing else of it. */
function sameResult(a: ResultDigest, b: ResultDigest): boolean {
  if (a.omitted?.reason === 'not-storable') return true;
  return a.md5 === b.md5 && a.omitted?.reason === b.omitted?.reason && a.omitted?.bytes === b.omitted?.bytes;
}

function show({ result, failureType }: Pick<RunOutcome, 'result' | 'failureType'>, status: string): string {
  if (failureType !== null) return `${status} (${failureType})`;
  if (status !== 'completed') return status;
  if (result.omitted !== null)
    return `completed (result of ${result.omitted.bytes} bytes omitted: ${result.omitted.reason})`;
  return result.md5 === null ? 'completed (no result)' : `completed (result with MD5 ${result.md5})`;
}

function breachOf(record: WorkspaceRecord, execution: ExecutionRecord, wrong: string): Breach {
  const times: Micros[] = [
    execution.closedAt,
    ...openIntervalsOf(execution).map((opening) => opening.to),
  ].filter((time) => time !== null);
  return {
    workspaceId: record.workspaceId,
    executionIds: [execution.id],
    seqs: [execution.seq],
    times: times.map(isoOf),
    what: `Execution ${execution.id} (seq ${execution.seq}): ${wrong}.`,
  };
}

function notCheckable(record: WorkspaceRecord, execution: ExecutionRecord): Note {
  return {
    kind: 'not-checkable',
    workspaceId: record.workspaceId,
    executionIds: [execution.id],
    what: `Execution ${execution.id} (seq ${execution.seq}, ${execution.status}) cannot be checked: Temporal no longer has what it ended with.`,
  };
}
