import type { Database } from '../connection/database.ts';
import { earliestTimeOf } from '../executions/id-time.ts';

/** Whose an execution is, and whether it was ever admitted. */
export interface Admission {
  readonly workspaceId: string;
  readonly admitted: boolean;
}

/** By id. An execution without a row is left out. */
export async function findAdmissions(
  { pool }: Database,
  executionIds: readonly string[],
): Promise<ReadonlyMap<string, Admission>> {
  const { rows } = await pool.query<Admission & { id: string }>(
    `select id, workspace_id as "workspaceId", admitted_at is not null as admitted
     from executions where id = any($1::uuid[])
     union all
     select id, workspace_id, admitted_at is not null from ended_executions where id = any($1::uuid[]) and moved_at >= $2`,
    [executionIds, earliestTimeOf(executionIds)],
  );
  return new Map(rows.map((row) => [row.id, row]));
}
