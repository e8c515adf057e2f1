import { sql } from 'drizzle-orm';
import type { Tier } from '../../domain/tier.ts';
import type { Db } from '../connection/database.ts';

/** Workspaces of one read: as many as are woken in some tenths of a second. */
const PAGE_ROWS = 200;

/**
 * The workspaces that a raised tier frees, in the order of their ids: workspaces of the tier with rows in the queue and no limit of their own.
 * A page is read when the one before is used up, from the partial index of workspaces with work.
 */
export async function* findFreedWorkspaces(db: Db, tier: Tier): AsyncGenerator<string, void, void> {
  for (let after = ''; ;) {
    const { rows } = await db.execute<{ id: string }>(sql`
      select id from workspaces
      where has_work and pending > 0 and tier = ${tier} and limit_override is null and id > ${after}
      order by id limit ${PAGE_ROWS}`);
    for (const { id } of rows) yield id;
    if (rows.length < PAGE_ROWS) return;
    after = rows.at(-1)!.id;
  }
}
