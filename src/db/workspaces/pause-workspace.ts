import { eq, sql } from 'drizzle-orm';
import { InvalidAttributeError } from '../../domain/refusals.ts';
import { type Acting, recordChange } from '../changes/record-change.ts';
import type { Database, Tx } from '../connection/database.ts';
import { now } from '../connection/now.ts';
import { inTransaction } from '../connection/transaction.ts';
import { withPartitions } from '../partitions/with-partitions.ts';
import { events, type WorkspaceRow, workspaces } from '../schema.ts';
import { readTier } from '../tiers/read-tiers.ts';
import type { WorkspaceWrite } from './change-workspace.ts';
import { lockLivingWorkspace } from './lock-workspace.ts';

export interface Pause {
  readonly reason: string;
  /** Null: until somebody resumes it. */
  readonly until: Date | null;
}

/**
 * Admits nothing in a workspace from now on, for as long as the pause lasts; what runs goes on. A pause that is on gets the new reason and end, and
 * begins when it began.
 *
 * @throws WorkspaceNotFoundError, WorkspaceDeletingError; InvalidAttributeError when its end has passed by Postgres' clock
 */
export async function pauseWorkspace(
  database: Pick<Database, 'pool'>,
  workspaceId: string,
  pause: Pause,
  acting: Omit<Acting, 'reason'>,
): Promise<WorkspaceWrite> {
  return await onLocked(database, workspaceId, async (tx, locked) => {
    const at = await now(tx);
    const { reason, until } = pause;
    if (until !== null && until <= at) throw new InvalidAttributeError('until', 'has passed');
    const before = pauseOf(locked, at);
    const after = { pausedUntil: until, pauseReason: reason, pausedBy: acting.by };
    if (before !== null && before.reason === reason && before.until?.getTime() === until?.getTime())
      return null;
    await recordChange(
      tx,
      { ...acting, reason },
      {
        workspaceId,
        act: 'paused',
        from: before && { ...before },
        to: { ...pause },
        at,
      },
    );
    return { ...after, pausedAt: before === null ? at : locked.pausedAt };
  });
}

/**
 * Ends a pause; changes nothing where there is none.
 *
 * @throws WorkspaceNotFoundError, WorkspaceDeletingError
 */
export async function resumeWorkspace(
  database: Pick<Database, 'pool'>,
  workspaceId: string,
  acting: Acting,
): Promise<WorkspaceWrite> {
  return await onLocked(database, workspaceId, async (tx, locked) => {
    if (locked.pausedAt === null) return null;
    await recordResumed(tx, locked, acting);
    return NOT_PAUSED;
  });
}

/**
 * Ends a pause whose time has come, if it is still on and still due; true when it was this call that did it.
 *
 * @throws WorkspaceNotFoundError, WorkspaceDeletingError
 */
export async function endDuePause(database: Pick<Database, 'pool'>, workspaceId: string): Promise<boolean> {
  const { change } = await onLocked(database, workspaceId, async (tx, locked) => {
    const { pausedAt, pausedUntil } = locked;
    if (pausedAt === null || pausedUntil === null || pausedUntil > (await now(tx))) return null;
    await recordResumed(tx, locked, { by: null, source: 'itself' });
    return NOT_PAUSED;
  });
  return change === 'changed';
}

const NOT_PAUSED = { pausedAt: null, pausedUntil: null, pauseReason: null, pausedBy: null };

type PauseColumns = Pick<WorkspaceRow, keyof typeof NOT_PAUSED>;

/** The pause that is on at that time; null when none is, though one that has ended by the clock may still be in the row. */
function pauseOf({ pausedAt, pausedUntil, pauseReason }: PauseColumns, at: Date): Pause | null {
  if (pausedAt === null || (pausedUntil !== null && pausedUntil <= at)) return null;
  return { reason: pauseReason ?? '', until: pausedUntil };
}

async function recordResumed(tx: Tx, { id, pauseReason, pausedUntil }: WorkspaceRow, acting: Acting) {
  const from = { reason: pauseReason, until: pausedUntil };
  await recordChange(tx, acting, { workspaceId: id, act: 'resumed', from, to: null });
}

/** `decide` says what the row gets; null leaves all as it is. */
async function onLocked(
  database: Pick<Database, 'pool'>,
  workspaceId: string,
  decide: (tx: Tx, locked: WorkspaceRow) => Promise<PauseColumns | null>,
): Promise<WorkspaceWrite> {
  return await withPartitions(database, () =>
    inTransaction(database, async (tx) => {
      const locked = await lockLivingWorkspace(tx, workspaceId);
      const tierConfig = await readTier(tx, locked.tier);
      const columns = await decide(tx, locked);
      if (columns === null) return { workspace: { ...locked, tierConfig }, change: 'none' };
      const [workspace] = await tx
        .update(workspaces)
        .set({ ...columns, lastEvent: sql`${workspaces.lastEvent} + 1`, updatedAt: sql`clock_timestamp()` })
        .where(eq(workspaces.id, workspaceId))
        .returning();
      await tx
        .insert(events)
        .values({ workspaceId, number: workspace!.lastEvent, kind: 'workspace_changed' });
      return { workspace: { ...workspace!, tierConfig }, change: 'changed' };
    }),
  );
}
