import { percentile } from '../../domain/percentile.ts';
import { clockOffsetOf, narrower, UNKNOWN_OFFSET, type ClockOffset } from '../record/clocks.ts';
import type { DeploymentRecord } from '../record/deployment-record.ts';
import { type Step, endOfWait, stepsOf } from '../record/slot-steps.ts';
import type { Breach } from '../judging/breach.ts';
import type { Check } from '../judging/check.ts';
import { isoOf, type Micros, SECOND_MICROS, showLength } from '../record/micros.ts';
import { enteredAtOf } from '../record/queued.ts';
import type { WorkspaceRecord } from '../record/workspace-record.ts';

export interface WorkConservingChecked {
  readonly breaches: readonly Breach[];
  /** How long slots stood free beside a waiting row with nothing opening: handoffs, and faults. Microseconds. */
  readonly idleMicros: readonly number[];
  /** The longest time below the limit with a row waiting, openings in between or not. */
  readonly longestBelowLimitMicros: number;
}

/** Its measure spans both clocks, so it also says how far they are apart. */
export function workConservingCheck(): Check {
  const idleMicros: number[] = [];
  let longestBelowLimitMicros = 0;
  let offset = UNKNOWN_OFFSET;
  return {
    name: 'WORK-CONSERVING',
    checkWorkspace(record, { maxIdleSlotSeconds }) {
      const checked = checkWorkConserving(record, maxIdleSlotSeconds);
      for (const micros of checked.idleMicros) idleMicros.push(micros);
      longestBelowLimitMicros = Math.max(longestBelowLimitMicros, checked.longestBelowLimitMicros);
      offset = narrower(offset, clockOffsetOf(record));
      return checked;
    },
    checkDeployment: foreignGateBreaches,
    measured: ({ maxIdleSlotSeconds }) =>
      `${showIdle(idleMicros, maxIdleSlotSeconds)}; below the limit for at most ${showLength(longestBelowLimitMicros)}; ${showOffset(offset)}`,
  };
}

/**
 * WORK-CONSERVING: no slot stands free while a row waits, for longer than a handoff, or than one sweep after a fault.
 *
 * A row waits from its entry into the queue to its opening in Temporal. The measure starts again at every opening: with many short executions
 * some slot is always being handed over, and that is no idleness. While the workspace is paused no slot is to be filled.
 */
export function checkWorkConserving(
  record: WorkspaceRecord,
  maxIdleSlotSeconds: number,
): WorkConservingChecked {
  const breaches: Breach[] = [];
  const idleMicros: number[] = [];
  const state: State = { waiting: 0, busy: 0, limit: 0, paused: 0 };
  let idleSince: Micros | null = null;
  let belowSince: Micros | null = null;
  let longestBelowLimitMicros = 0;
  const begin = record.since ?? -Infinity;

  const endIdle = (at: Micros) => {
    if (idleSince !== null && at > Math.max(idleSince, begin)) {
      const from = Math.max(idleSince, begin);
      idleMicros.push(at - from);
      if (at - from > maxIdleSlotSeconds * SECOND_MICROS) breaches.push(breachOf(record, from, at));
    }
    idleSince = null;
  };
  const endBelow = (at: Micros) => {
    if (belowSince !== null)
      longestBelowLimitMicros = Math.max(longestBelowLimitMicros, at - Math.max(belowSince, begin));
    belowSince = null;
  };
  for (const step of stepsOf(record)) {
    if (step.at > record.readAt) break;
    if (step.opens) endIdle(step.at);
    apply(step, state);
    if (!step.isLastOfMoment) continue;
    const idle = state.waiting > 0 && state.busy < state.limit && state.paused === 0;
    if (idle) {
      idleSince ??= step.at;
      belowSince ??= step.at;
    } else {
      endIdle(step.at);
      endBelow(step.at);
    }
  }
  endIdle(record.readAt);
  endBelow(record.readAt);
  return { breaches, idleMicros, longestBelowLimitMicros };
}

interface State {
  waiting: number;
  busy: number;
  limit: number;
  paused: number;
}

function apply(change: Step, state: State): void {
  state.waiting += change.waiting ?? 0;
  state.busy += change.busy ?? 0;
  state.limit = change.limit ?? state.limit;
  state.paused += change.paused ?? 0;
}

function breachOf(record: WorkspaceRecord, from: Micros, to: Micros): Breach {
  const enteredAt = enteredAtOf(record);
  const waited = record.executions.filter((execution) => {
    const [since, until] = [enteredAt(execution), endOfWait(record, execution)];
    return since !== null && until !== null && since <= from && until >= to;
  });
  const head = waited[0];
  const who =
    head === undefined ? 'rows' : `execution ${head.id} (seq ${head.seq}) and ${waited.length - 1} behind it`;
  return {
    workspaceId: record.workspaceId,
    executionIds: head === undefined ? [] : [head.id],
    seqs: head === undefined ? [] : [head.seq],
    times: [isoOf(from), isoOf(to)],
    what: `A slot of workspace ${record.workspaceId} stood free for ${showLength(to - from)}, from ${isoOf(from)} to ${isoOf(to)}, while ${who} waited.`,
  };
}

/** Two installations share the namespace, and an execution that is pending here is not admitted. */
function foreignGateBreaches({ deployment, namespace, foreignGates }: DeploymentRecord): Breach[] {
  return foreignGates.map((gate) => ({
    workspaceId: gate.workspaceId,
    executionIds: [],
    seqs: [],
    times: [],
    what: `The gate of workspace ${gate.workspaceId} (run ${gate.runId}) is that of deployment ${gate.deployment}, and this database is deployment ${deployment}: two installations share the namespace ${namespace}.`,
  }));
}

function showIdle(idleMicros: readonly number[], maxIdleSlotSeconds: number): string {
  if (idleMicros.length === 0) return 'no slot stood free beside a waiting row';
  const [most, p99] = [100, 99].map((percent) => showLength(percentile(idleMicros, percent)));
  return `free beside a waiting row: at most ${most}, p99 ${p99} of ${idleMicros.length} (bound ${maxIdleSlotSeconds} s)`;
}

function showOffset({ atLeast, atMost }: ClockOffset): string {
  if (atMost === Infinity) return 'clocks not compared';
  const from = atLeast === -Infinity ? 'at most' : `${showLength(atLeast)} to`;
  return `Temporal's clock ahead of Postgres' by ${from} ${showLength(atMost)}`;
}
