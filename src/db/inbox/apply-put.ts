import { eq } from 'drizzle-orm';
import { Refusal, WorkspaceNotFoundError } from '../../domain/refusals.ts';
import { type Tier, TIERS } from '../../domain/tier.ts';
import type { Acting } from '../changes/record-change.ts';
import type { Database, Tx } from '../connection/database.ts';
import { inTransaction } from '../connection/transaction.ts';
import { withPartitions } from '../partitions/with-partitions.ts';
import { inbox, type InboxRow } from '../schema.ts';
import { changeWorkspace, type WorkspaceWrite } from '../workspaces/change-workspace.ts';
import { lockLivingWorkspace } from '../workspaces/lock-workspace.ts';
import { putWorkspaceIn } from '../workspaces/put-workspace.ts';

/** What a row of the inbox says of its workspace. */
export type Put = Pick<InboxRow, 'id' | 'workspaceId' | 'tier' | 'by'>;

/**
 * Gives a workspace the tier that a row of the inbox says, and takes the row out, in one transaction; creates one that does not exist, and keeps the other
 * settings of one that does. Null when somebody else has taken the row.
 *
 * @throws a Refusal, such as WorkspacesFullError or WorkspaceDeletingError. Nothing is written then, and the row is still there.
 */
export async function applyPut(
  database: Database,
  put: Put,
  rules: { readonly maxWorkspaces: number },
): Promise<WorkspaceWrite | null> {
  return await withPartitions(database, () =>
    inTransaction(database, async (tx) => {
      if (!(await takeOut(tx, put.id))) return null;
      const acting: Acting = { by: put.by, source: 'sql' };
      const tier = tierOf(put);
      const { workspaceId } = put;
      try {
        const locked = await lockLivingWorkspace(tx, workspaceId);
        const { limitOverride, workers } = locked;
        return await changeWorkspace(tx, locked, { tier, limitOverride, workers }, acting);
      } catch (error) {
        if (!(error instanceof WorkspaceNotFoundError)) throw error;
      }
      const settings = { tier, limitOverride: null, workers: 'pool' } as const;
      return await putWorkspaceIn(tx, workspaceId, settings, { ...rules, acting });
    }),
  );
}

/** Takes a row out that cannot be applied. False when it was taken already. */
export async function dropPut(database: Database, { id }: Put): Promise<boolean> {
  return await inTransaction(database, (tx) => takeOut(tx, id));
}

async function takeOut(tx: Tx, id: string): Promise<boolean> {
  return (await tx.delete(inbox).where(eq(inbox.id, id)).returning({ id: inbox.id })).length > 0;
}

function tierOf({ tier }: Put): Tier {
  const known = TIERS.find((one) => one === tier);
  if (known === undefined) throw new UnknownTierError(tier);
  return known;
}

/** Thrown when a row names a tier that this version does not know: a newer one has put it there. */
class UnknownTierError extends Refusal {
  override readonly name = 'UnknownTierError';

  constructor(tier: string | null) {
    super(`There is no tier ${tier ?? 'without a name'}.`);
  }
}
