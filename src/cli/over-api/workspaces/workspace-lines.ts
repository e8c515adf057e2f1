import type { Workspace, WorkspaceDeleted } from '../../../../packages/client/src/index.ts';
import { count } from '../../print/count.ts';
import { fieldLines } from '../../print/table.ts';
import { age, duration } from '../../print/times.ts';
import { limitText } from './stats-columns.ts';

/** A workspace as people read it. */
export function workspaceLines(workspace: Workspace): string[] {
  const { id, tier, running, pending, scheduled, stalled, workers, restoringSince, deletingSince } =
    workspace;
  return fieldLines([
    ['workspace', id],
    ['tier', tier],
    ['limit', limitText(workspace)],
    ['running', running],
    ['pending', pending],
    ['scheduled', scheduled],
    ['workers', workers],
    ['task queue', workspace.taskQueue],
    ['paused', pauseText(workspace)],
    [
      'stalled',
      stalled && `${count(stalled.executions, 'execution')}, ${stalled.reason}: ${stalled.message}`,
    ],
    ['restoring', restoringSince && `for ${age(restoringSince)}`],
    ['deleting', deletingSince && `for ${age(deletingSince)}`],
    ['created', workspace.createdAt],
    ['changed', workspace.updatedAt],
  ]);
}

export function pauseText({ paused }: Pick<Workspace, 'paused'>): string | null {
  if (paused === null) return null;
  const until = paused.until === null ? 'until it is resumed' : `until ${paused.until}`;
  const by = paused.by === null ? '' : `, by key ${paused.by}`;
  return `${until}, since ${paused.since}${by}: ${paused.reason}`;
}

/** What a change of the limit comes to now. */
export function limitLine(before: Workspace, after: Workspace): string {
  const from = before.limit === after.limit ? '' : `${before.limit} -> `;
  const draining =
    after.overBy > 0
      ? `; over by ${after.overBy}, draining: nothing is admitted until ${count(after.overBy, 'execution')} have ended`
      : '';
  return `${after.id}: limit ${from}${after.limit} (${after.limitSource}); ${after.running} running, ${after.pending} pending${draining}`;
}

export function deletedLines(deleted: WorkspaceDeleted): string[] {
  const { toCancel, toTerminate, revokedKeys, temporalRetentionSeconds, temporalKeepsUntil } = deleted;
  return fieldLines([
    ['workspace', deleted.id],
    ['being deleted', `since ${deleted.deletingSince}`],
    ['to cancel', toCancel],
    ['to terminate', toTerminate],
    ['keys revoked', revokedKeys],
    [
      'in Temporal',
      temporalRetentionSeconds === null
        ? 'not known: Temporal did not answer'
        : `histories are kept for ${duration(temporalRetentionSeconds)} after each end, at the latest until ${temporalKeepsUntil}`,
    ],
  ]);
}
