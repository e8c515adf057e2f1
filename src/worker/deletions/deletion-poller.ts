import { setTimeout as delay } from 'node:timers/promises';
import type { GateMeasures } from '../../activities/gate-measures.ts';
import { type Repeating, repeatEvery } from '../../async/repeat.ts';
import type { Database } from '../../db/connection/database.ts';
import { deleteRows } from '../../db/deletions/delete-rows.ts';
import { CANCELLED_MAX_ROWS, endWork } from '../../db/deletions/end-work.ts';
import { findDeletions, type OpenDeletion } from '../../db/deletions/find-deletions.ts';
import { finishDeletion } from '../../db/deletions/finish-deletion.ts';
import { executionLog } from '../../process/execution-log.ts';
import type { Log } from '../../process/log.ts';
import { logRepeated } from '../../process/repeated-failures.ts';

const POLL_INTERVAL_MS = 1_000;

/** Between two batches, so that others have Postgres for most of the time. */
const BATCH_PAUSE_MS = 20;

export interface DeletionPollerDeps {
  readonly log: Log;
  readonly database: Database;
  /** Returns at once and never throws. */
  wakeGate(workspaceId: string): void;
  /** Asks the open gate of a workspace to end, or ends it; true when none is open. */
  endGate(workspaceId: string): Promise<boolean>;
  readonly measures: Pick<GateMeasures, 'endedWaiting'>;
}

/**
 * Deletes the workspaces that are to be deleted, one look a second in each process. First what has not ended is ended, by the workspace's gate where it
 * runs; then events, executions and payloads go, batch by batch; then the gate ends, and last of all the workspace's row goes. Each step finds in the rows
 * where the one before has come to, so any process may die in any of them, and several may be at it.
 */
export function startDeletionPoller(deps: DeletionPollerDeps): Repeating {
  let stopping = false;
  const repeating = repeatEvery(
    POLL_INTERVAL_MS,
    () => deleteAll(deps, () => stopping),
    (error) => warn(deps.log, error, {}),
  );
  return {
    stop() {
      stopping = true;
      return repeating.stop();
    },
  };
}

/** One workspace's error is logged, and the others go on. */
async function deleteAll(deps: DeletionPollerDeps, isStopping: () => boolean): Promise<void> {
  for (const deletion of await findDeletions(deps.database.db)) {
    if (isStopping()) return;
    try {
      await advance(deps, deletion, isStopping);
    } catch (error) {
      warn(deps.log, error, { workspaceId: deletion.workspaceId });
    }
  }
}

/** Goes as far as it can now: what runs ends when its gate hears of it. */
async function advance(
  deps: DeletionPollerDeps,
  { workspaceId, hasWork }: OpenDeletion,
  isStopping: () => boolean,
): Promise<void> {
  const { database, log, endGate } = deps;
  if (hasWork) return await endAllWork(deps, workspaceId, isStopping);
  for (;;) {
    const deleted = await deleteRows(database, workspaceId);
    if (deleted === 'busy') return;
    if (deleted === 'done') break;
    await delay(BATCH_PAUSE_MS);
    if (isStopping()) return;
  }
  if ((await endGate(workspaceId)) && (await finishDeletion(database, workspaceId)))
    log.info({ workspaceId }, 'a workspace was deleted');
}

async function endAllWork(
  { database, log, wakeGate, measures }: DeletionPollerDeps,
  workspaceId: string,
  isStopping: () => boolean,
): Promise<void> {
  for (;;) {
    const { cancelled, asked, isReserved } = await endWork(database, workspaceId);
    measures.endedWaiting('cancelled', cancelled.length);
    for (const { executionId, seq } of cancelled)
      executionLog.ended(log, { workspaceId, executionId, seq, runId: null, status: 'cancelled' });
    // A reservation is given back only by the gate: it is woken at each look until it has.
    if (asked > 0 || isReserved) wakeGate(workspaceId);
    if (cancelled.length < CANCELLED_MAX_ROWS || isStopping()) return;
    await delay(BATCH_PAUSE_MS);
  }
}

function warn(log: Log, error: unknown, fields: { workspaceId?: string }): void {
  logRepeated(
    log,
    'warn',
    { ...fields, error },
    'the deletion of a workspace could not go on; it is tried again each second',
  );
}
