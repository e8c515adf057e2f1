import type { Database } from '../connection/database.ts';

/** The ids of all workspaces, in order, but for those that are being deleted: their rows are on their way out. */
export async function listWorkspaceIds({ pool }: Database): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    'select id from workspaces where deleting_since is null order by id',
  );
  return rows.map(({ id }) => id);
}
