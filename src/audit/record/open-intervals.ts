import type { Micros } from './micros.ts';
import type { ExecutionRecord, Run, RunClose } from './workspace-record.ts';

/** A time during which an execution was open in Temporal, from a start to an end. */
export interface OpenInterval {
  readonly from: Micros;
  readonly to: Micros | null;
  /** How it ended; null while it is open. */
  readonly close: RunClose | null;
  /** An operator reset an execution that had ended, and so began this one. */
  readonly isReset: boolean;
}

/** When an execution was open: the runs of one chain are one interval for as long as each was followed at once by the next. */
export function openIntervalsOf(execution: ExecutionRecord): OpenInterval[] {
  const runs = ourRuns(execution);
  const openIntervals: OpenInterval[] = [];
  const ended = new Set<string>();
  let from: Micros | null = null;
  for (const [index, run] of runs.entries()) {
    from ??= index === 0 ? firstStart(execution, run) : run.startedAt;
    if (run.close !== null && run.close.by !== 'end' && index < runs.length - 1) continue;
    openIntervals.push({
      from,
      to: run.close?.at ?? null,
      close: run.close,
      isReset: ended.has(run.firstRunId),
    });
    ended.add(run.firstRunId);
    from = null;
  }
  return openIntervals;
}

export function ourRuns(execution: ExecutionRecord): readonly Run[] {
  return (execution.runs ?? []).filter((run) => run.isOurs);
}

/** Of a long chain Temporal may have forgotten the first runs; their start is in the row, recorded from Temporal itself. */
function firstStart(execution: ExecutionRecord, earliest: Run): Micros {
  if (earliest.runId === earliest.firstRunId) return earliest.startedAt;
  return execution.startedAt ?? earliest.startedAt;
}
