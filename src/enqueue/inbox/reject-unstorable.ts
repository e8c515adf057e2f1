import type { Database } from '../../db/connection/database.ts';
import { onConnection } from '../../db/connection/on-connection.ts';
import { BEGIN } from '../../db/connection/pipelined-transaction.ts';
import { orRollBack, sendTogether } from '../../db/connection/send-together.ts';
import { type TakenRow, type Taking, takingRows } from '../../db/inbox/take-rows.ts';
import { withPartitions } from '../../db/partitions/with-partitions.ts';
import { type LockedWorkspace, lockingWorkspaces } from '../../db/workspaces/lock-workspace.ts';
import { type Rejected, rejecting } from './inbox-statements.ts';
import { requestOf } from './request-of.ts';
import type { SequencedExecutions } from './sequence-once.ts';

/**
 * Rejects the next row of a workspace, of which Postgres has just refused to store the execution: with the reason, and without what may be the cause of it. Null
 * when there is none.
 */
export async function rejectUnstorable(
  database: Database,
  taking: Taking,
  cause: Error,
): Promise<SequencedExecutions | null> {
  const { workspaceId } = taking;
  return await withPartitions(database, () =>
    onConnection(database, (client) =>
      orRollBack(client, async () => {
        const [, [workspace]] = (await sendTogether(client, [
          BEGIN,
          lockingWorkspaces([workspaceId], 'wait'),
        ])) as [unknown, LockedWorkspace[]];
        const [[row]] = (await sendTogether(client, [takingRows({ ...taking, maxRows: 1 })])) as [TakenRow[]];
        if (workspace === undefined || row?.kind !== 'enqueue') {
          await client.query('rollback');
          return null;
        }
        const rejected: Rejected = {
          id: row.id,
          request: { ...requestOf(row), input: null, attributes: null, idempotencyKey: null },
          error: new UnstorableError(cause),
        };
        await sendTogether(client, [rejecting(workspace, [rejected]), 'commit']);
        return { kind: 'executions', workspace, rows: [row], placed: [], aliases: [], rejected: [rejected] };
      }),
    ),
  );
}

/** Written into the row of an execution that Postgres refused to store. */
class UnstorableError extends Error {
  override readonly name = 'UnstorableError';

  constructor(cause: Error) {
    super(`Postgres refused to store it: ${cause.message}`, { cause });
  }
}
