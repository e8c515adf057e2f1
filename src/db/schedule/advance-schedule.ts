import type { Database } from '../connection/database.ts';
import { inPipelinedTransaction } from '../connection/pipelined-transaction.ts';
import { withPartitions } from '../partitions/with-partitions.ts';
import { lockingWorkspace } from '../workspaces/lock-workspace.ts';
import { type Entered, enteringQueue } from './enter-queue.ts';
import { type Expired, expiringOverdue } from './expire-overdue.ts';

export interface Advanced {
  /** In the order of the queue. */
  readonly entered: readonly Entered[];
  readonly expired: readonly Expired[];
}

/**
 * Does what the clock asks for in one workspace, in one transaction under its lock: ends what was not admitted in time, and puts what is due into the
 * queue. Bounded, so call it again until it does nothing. Several processes may do it at once: each row is taken once.
 */
export async function advanceSchedule(
  database: Pick<Database, 'pool'>,
  workspaceId: string,
): Promise<Advanced> {
  const [, expired, entered] = await withPartitions(database, () =>
    inPipelinedTransaction(database, [
      lockingWorkspace(workspaceId),
      expiringOverdue(workspaceId),
      enteringQueue(workspaceId),
    ]),
  );
  return { entered: entered as unknown as Entered[], expired: expired as unknown as Expired[] };
}
