import type { Pool } from 'pg';
import type { Accepted } from './load/accepted-log.ts';

/** What is stored of requests that were told that nothing of them is: a line for each. */
export async function checkRefused(
  pool: Pool,
  refused: readonly Pick<Accepted, 'workspaceId' | 'key'>[],
): Promise<string[]> {
  const { rows } = await pool.query<{ id: string; workspace_id: string; idempotency_key: string }>(
    `select id, workspace_id, idempotency_key from all_executions
     where (workspace_id, idempotency_key) in (select * from unnest($1::text[], $2::text[]))`,
    [refused.map(({ workspaceId }) => workspaceId), refused.map(({ key }) => key)],
  );
  return rows.map(
    (row) => `key ${row.workspace_id} ${row.idempotency_key} was refused, and stands for ${row.id}`,
  );
}
