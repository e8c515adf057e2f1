import type { Database } from '../connection/database.ts';
import { micros } from './micros.ts';

/**
 * By the ids of workspaces that were deleted, or are being: when the last deletion that has ended did, in microseconds since 1970; Infinity while one goes on.
 * What a workspace had before that time is gone, and nothing is missing.
 */
export async function readDeletions({ pool }: Pick<Database, 'pool'>): Promise<ReadonlyMap<string, number>> {
  const { rows } = await pool.query<{ id: string; gone_at: string | null }>(
    `select workspace_id as id, case when bool_and(finished_at is not null) then ${micros('max(finished_at)')} end as gone_at
     from workspace_deletions group by workspace_id`,
  );
  return new Map(rows.map(({ id, gone_at: goneAt }) => [id, goneAt === null ? Infinity : Number(goneAt)]));
}
