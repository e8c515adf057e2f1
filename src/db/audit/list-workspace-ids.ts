import type { Database } from '../connection/database.ts';

/** The ids of all workspaces, in order. */
export async function listWorkspaceIds({ pool }: Database): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>('select id from workspaces order by id');
  return rows.map(({ id }) => id);
}
