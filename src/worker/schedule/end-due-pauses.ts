import type { Database } from '../../db/connection/database.ts';
import { findDuePauses } from '../../db/schedule/find-due-pauses.ts';
import { endDuePause } from '../../db/workspaces/pause-workspace.ts';
import type { Log } from '../../process/log.ts';

export interface PauseEnderDeps {
  readonly log: Log;
  readonly database: Database;
  /** Returns at once and never throws. */
  wakeGate(workspaceId: string): void;
}

/**
 * Ends the pauses whose time has come, one after the other, and wakes their gates. Nothing depends on it but the wake and the record: a claim goes by
 * the clock.
 */
export async function endDuePauses(
  { log, database, wakeGate }: PauseEnderDeps,
  isStopping: () => boolean,
  warn: (error: unknown, fields: { workspaceId: string }) => void,
): Promise<void> {
  for (const workspaceId of await findDuePauses(database.db)) {
    if (isStopping()) return;
    try {
      if (!(await endDuePause(database, workspaceId))) continue;
      wakeGate(workspaceId);
      log.info({ workspaceId }, 'the pause of a workspace has ended');
    } catch (error) {
      warn(error, { workspaceId });
    }
  }
}
