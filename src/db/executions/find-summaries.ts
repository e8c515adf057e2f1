import { and, gte, sql } from 'drizzle-orm';
import { unionAll } from 'drizzle-orm/pg-core';
import type { Db } from '../connection/database.ts';
import { endedExecutions, executions } from '../schema.ts';
import { ENDED_COLUMNS, type ExecutionSummaryRow, LIVE_COLUMNS } from './execution-row.ts';
import { earliestTimeOf } from './id-time.ts';

/** Reads executions of a workspace, live and ended, without their payloads and in one statement; by their ids. */
export async function findSummaries(
  db: Db,
  workspaceId: string,
  ids: readonly string[],
): Promise<Map<string, ExecutionSummaryRow>> {
  const found = await read(db, workspaceId, ids, earliestTimeOf(ids));
  const missing = ids.filter((id) => !found.has(id));
  // Ids that were made by a clock far ahead are looked for once more, in all partitions.
  const rest = missing.length === 0 ? [] : await read(db, workspaceId, missing, new Date(0));
  return new Map([...found, ...rest]);
}

async function read(
  db: Db,
  workspaceId: string,
  ids: readonly string[],
  from: Date,
): Promise<Map<string, ExecutionSummaryRow>> {
  const areWanted = (table: typeof executions | typeof endedExecutions) =>
    sql`${table.id} = any(${sql.param(ids)}::uuid[]) and ${table.workspaceId} || '' = ${workspaceId}`;
  const ended = db
    .select(ENDED_COLUMNS)
    .from(endedExecutions)
    .where(and(areWanted(endedExecutions), gte(endedExecutions.movedAt, from)));
  const live = db.select(LIVE_COLUMNS).from(executions).where(areWanted(executions));
  const rows = await unionAll(ended, live as unknown as typeof ended)
    .prepare('find-summaries')
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}
