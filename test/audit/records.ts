import type {
  ExecutionRecord,
  Run,
  RunClose,
  RunOutcome,
  WorkspaceRecord,
} from '../../src/audit/record/workspace-record.ts';

/** Where the times of made-up records begin: something that looks like a time. */
export const T0 = Date.parse('2026-01-01T00:00:00Z') * 1000;

/** Seconds after the beginning, in microseconds. */
export const at = (seconds: number) => T0 + Math.round(seconds * 1_000_000);

export const COMPLETED: RunOutcome = {
  status: 'completed',
  result: { md5: 'a', omitted: null },
  failureType: null,
};

export function ended(seconds: number, outcome: RunOutcome = COMPLETED): RunClose {
  return { at: at(seconds), by: 'end', outcome };
}

/** A run of an execution of ours; by default its own first. */
export function run(startSeconds: number, close: RunClose | null, fields: Partial<Run> = {}): Run {
  const runId = fields.runId ?? `run-at-${startSeconds}`;
  return { runId, firstRunId: runId, isOurs: true, startedAt: at(startSeconds), close, ...fields };
}

/** An execution that is in the queue, but for the fields given. */
export function execution(seq: number, fields: Partial<ExecutionRecord> = {}): ExecutionRecord {
  return {
    id: `e-${seq}`,
    seq,
    status: 'pending',
    idempotencyKey: null,
    createdAt: at(0),
    startAfter: null,
    startBefore: null,
    admittedAt: null,
    limitAtAdmission: null,
    startedAhead: false,
    endRequestedAt: null,
    startedAt: null,
    closedAt: null,
    movedAt: null,
    runId: null,
    rerunOf: null,
    result: { md5: null, omitted: null },
    resultIsGone: false,
    payloadsDeleted: false,
    failureType: null,
    runs: null,
    ...fields,
  };
}

/** One that was admitted, opened then or at `opened`, and completed at `closed`, if it did. All in seconds. */
export function admitted(
  seq: number,
  times: { admitted: number; opened?: number; closed?: number },
  fields: Partial<ExecutionRecord> = {},
): ExecutionRecord {
  const opened = times.opened ?? times.admitted;
  const closed = times.closed === undefined ? null : ended(times.closed);
  const ran = run(opened, closed, { runId: `run-${seq}` });
  return execution(seq, {
    status: closed === null ? 'running' : 'completed',
    admittedAt: at(times.admitted),
    startedAt: Math.floor(ran.startedAt / 1000) * 1000,
    closedAt: closed?.at ?? null,
    runId: ran.runId,
    result: closed === null ? { md5: null, omitted: null } : COMPLETED.result,
    runs: [ran],
    ...fields,
  });
}

/** One that its gate started at `opened` in the place of another, under a limit of 5 unless given, and that was admitted when the gate reported it. */
export function startedAhead(
  seq: number,
  times: { opened: number; admitted: number; closed?: number },
  fields: Partial<ExecutionRecord> = {},
): ExecutionRecord {
  return admitted(seq, times, { startedAhead: true, limitAtAdmission: 5, ...fields });
}

/** A pro workspace of these executions, read long after; its counters and limits are right unless given. */
export function workspace(
  executions: readonly ExecutionRecord[],
  fields: Partial<WorkspaceRecord> & { limits?: readonly [seconds: number, limit: number][] } = {},
): WorkspaceRecord {
  const { limits = [[0, 5]], ...rest } = fields;
  const inForce = limits.at(-1)?.[1] ?? 5;
  const override = (limit: number) => (limit === 5 ? null : limit);
  return {
    workspaceId: 'ws',
    readAt: at(1_000),
    isBeingDeleted: false,
    formerGoneAt: undefined,
    pauses: [],
    since: null,
    keptSince: null,
    keptMicros: 30 * 24 * 3600 * 1_000_000,
    tier: 'pro',
    limitOverride: override(inForce),
    limitInForce: inForce,
    tierLimit: 5,
    lastSeq: executions.at(-1)?.seq ?? 0,
    lastEvent: 0,
    events: [],
    claimedThroughSeq: 0,
    oldestRunningSeq: 0,
    pending: executions.filter(({ status }) => status === 'pending').length,
    running: executions.filter(({ status }) => status === 'running').length,
    scheduled: executions.filter(({ status }) => status === 'scheduled').length,
    scheduledBytes: 0,
    scheduledInputBytes: 0,
    pendingBytes: 0,
    pendingInputBytes: 0,
    limitChanges: limits.map(([seconds, limit]) => ({
      changedAt: at(seconds),
      tier: 'pro',
      limitOverride: override(limit),
      limit,
    })),
    executions,
    inbox: [],
    aliases: [],
    strays: [],
    ...rest,
  };
}

/** That many executions with seqs from `first`, all alike. */
export function many(first: number, count: number, times: Parameters<typeof admitted>[1]): ExecutionRecord[] {
  return Array.from({ length: count }, (_, index) => admitted(first + index, times));
}
