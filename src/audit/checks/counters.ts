import { effectiveLimit } from '../../domain/tier.ts';
import type { Breach, Note } from '../judging/breach.ts';
import type { Check } from '../judging/check.ts';
import { isoOf } from '../record/micros.ts';
import type { WorkspaceRecord } from '../record/workspace-record.ts';

export interface CountersChecked {
  readonly breaches: readonly Breach[];
  readonly notes: readonly Note[];
  readonly limitChanges: number;
}

export function countersCheck(): Check {
  let workspaces = 0;
  let limitChanges = 0;
  return {
    name: 'COUNTERS',
    checkWorkspace(record) {
      const checked = checkCounters(record);
      workspaces++;
      limitChanges += checked.limitChanges;
      return checked;
    },
    measured: () => `${workspaces} workspaces, ${limitChanges} limit changes`,
  };
}

/**
 * COUNTERS: the workspace's own counters equal its counted rows, no row in the queue or in a slot lies where none is looked for, and its limit is the last one recorded; the record of limits is in order.
 * What CAP is judged by, and what finds the work, is thereby known to be whole at its end.
 */
export function checkCounters(record: WorkspaceRecord): CountersChecked {
  const breaches: Breach[] = [];
  const say = (what: string, times: readonly string[] = []) =>
    breaches.push({
      workspaceId: record.workspaceId,
      executionIds: [],
      seqs: [],
      times: [isoOf(record.readAt), ...times],
      what: `Workspace ${record.workspaceId}: ${what}.`,
    });

  for (const status of ['scheduled', 'pending', 'running'] as const) {
    const counted = record.executions.filter((execution) => execution.status === status).length;
    if (record[status] !== counted)
      say(`its row counts ${record[status]} ${status}, and ${counted} rows are`);
  }
  if (record.pendingBytes !== record.pendingInputBytes)
    say(
      `its row counts ${record.pendingBytes} bytes of pending input, and its rows have ${record.pendingInputBytes}`,
    );
  if (record.scheduledBytes !== record.scheduledInputBytes)
    say(
      `its row counts ${record.scheduledBytes} bytes of scheduled input, and its rows have ${record.scheduledInputBytes}`,
    );
  for (const { status, seq, startBefore } of record.executions) {
    if (seq === null) continue;
    // A claim passes over a row that may not be admitted any more.
    const isOverdue = startBefore !== null && startBefore <= record.readAt;
    if (status === 'pending' && seq <= record.claimedThroughSeq && !isOverdue)
      say(
        `claims begin to read after seq ${record.claimedThroughSeq}, and the row with seq ${seq} is pending`,
      );
    if (status === 'running' && seq < record.oldestRunningSeq)
      say(
        `running rows are counted from seq ${record.oldestRunningSeq}, and the row with seq ${seq} is running`,
      );
  }
  const last = record.limitChanges.at(-1);
  if (last === undefined) say('no limit is recorded');
  else if (last.limit !== record.limitInForce)
    say(`its limit in force is ${record.limitInForce}, and the last recorded is ${last.limit}`);
  else if (last.tier !== record.tier || last.limitOverride !== record.limitOverride)
    say('its tier or override is not the one last recorded');
  for (const [index, change] of record.limitChanges.entries()) {
    const before = record.limitChanges[index - 1];
    if (before !== undefined && change.changedAt < before.changedAt)
      say('its limit changes are not in the order of their times', [isoOf(change.changedAt)]);
  }
  return { breaches, notes: limitToBe(record), limitChanges: record.limitChanges.length };
}

/** A workspace follows its tier's row in its next reconcile, not before; one without work has none. */
function limitToBe(record: WorkspaceRecord): Note[] {
  const { limit } = effectiveLimit(record, { limit: record.tierLimit });
  if (limit === record.limitInForce || record.pending + record.running === 0) return [];
  return [
    {
      kind: 'limit-not-yet-recorded',
      workspaceId: record.workspaceId,
      executionIds: [],
      what: `Workspace ${record.workspaceId}: the limit in force is ${record.limitInForce}, and its tier gives ${limit}: no reconcile has followed the change yet.`,
    },
  ];
}
