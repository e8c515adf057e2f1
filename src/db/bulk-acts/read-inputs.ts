import { sql } from 'drizzle-orm';
import type { Db } from '../connection/database.ts';
import { earliestTimeOf } from '../executions/id-time.ts';

/** The inputs of executions that are still kept, as JSON text, by id. */
export async function readInputs(
  db: Db,
  executionIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (executionIds.length === 0) return new Map();
  const { rows } = await db.execute<{ id: string; text: string }>(sql`
    select p.execution_id as id, convert_from(p.data, 'UTF8') as text from payloads p
    where p.execution_id = any(${sql.param([...executionIds])}::uuid[]) and p.kind = 'input'
      and p.kept_from >= ${earliestTimeOf(executionIds).toISOString()}::timestamptz`);
  return new Map(rows.map(({ id, text }) => [id, text]));
}
