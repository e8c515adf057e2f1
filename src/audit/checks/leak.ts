import type { Breach } from '../judging/breach.ts';
import type { Check } from '../judging/check.ts';
import { isoOf, type Micros, SECOND_MICROS, showLength } from '../record/micros.ts';
import { openIntervalsOf } from '../record/open-intervals.ts';
import type { ExecutionRecord, WorkspaceRecord } from '../record/workspace-record.ts';

export interface LeakChecked {
  readonly breaches: readonly Breach[];
  /** Rows that hold a slot. */
  readonly running: number;
  /** The longest that a row has held a slot without an open workflow, up to now. */
  readonly longestMicros: number;
}

export function leakCheck(): Check {
  let running = 0;
  let longestMicros = 0;
  return {
    name: 'LEAK',
    checkWorkspace(record, { graceSeconds }) {
      const checked = checkLeak(record, graceSeconds);
      running += checked.running;
      longestMicros = Math.max(longestMicros, checked.longestMicros);
      return checked;
    },
    measured: () => `${running} running; at most ${showLength(longestMicros)} without an open workflow`,
  };
}

/** A row that holds a slot is open in Temporal, or its claim or its end is no older than the grace: else the slot has leaked. */
export function checkLeak(record: WorkspaceRecord, graceSeconds: number): LeakChecked {
  const breaches: Breach[] = [];
  let running = 0;
  let longestMicros = 0;
  for (const execution of record.executions) {
    if (execution.status !== 'running') continue;
    running++;
    const since = heldForNothingSince(execution);
    if (since === null) continue;
    const heldMicros = record.readAt - since;
    longestMicros = Math.max(longestMicros, heldMicros);
    if (heldMicros > graceSeconds * SECOND_MICROS) breaches.push(breachOf(record, execution, since));
  }
  return { breaches, running, longestMicros };
}

/** Null while it is open in Temporal. */
function heldForNothingSince(execution: ExecutionRecord): Micros | null {
  const last = openIntervalsOf(execution).at(-1);
  return last === undefined ? execution.admittedAt : last.to;
}

function breachOf(record: WorkspaceRecord, execution: ExecutionRecord, since: Micros): Breach {
  const why =
    openIntervalsOf(execution).length === 0 ? 'was never started in Temporal' : 'has ended in Temporal';
  return {
    workspaceId: record.workspaceId,
    executionIds: [execution.id],
    seqs: [execution.seq],
    times: [isoOf(since), isoOf(record.readAt)],
    what: `Execution ${execution.id} (seq ${execution.seq}) has held a slot for ${showLength(record.readAt - since)}, since ${isoOf(since)}, and ${why}.`,
  };
}
