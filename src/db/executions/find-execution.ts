import { and, eq, gte, sql } from 'drizzle-orm';
import { unionAll } from 'drizzle-orm/pg-core';
import { validate as isUuid } from 'uuid';
import { ExecutionNotFoundError } from '../../domain/refusals.ts';
import type { Db } from '../connection/database.ts';
import { findWorkspace } from '../workspaces/find-workspace.ts';
import { endedExecutions, executions, workspaces } from '../schema.ts';
import { ENDED_COLUMNS, type ExecutionRow, LIVE_COLUMNS, payloadText } from './execution-row.ts';
import { earliestTimeOf } from './id-time.ts';

/** Where a pending execution stands in the queue: 1 is next. */
export interface Position {
  readonly position: number;
  readonly isUpperBound: boolean;
  /** Since when the queue stands still, because the database was restored; absent when it was not. */
  readonly restoringSince?: Date;
}

/** A row as read; `position` is null unless it was pending at that moment. */
export interface FoundExecution {
  readonly execution: ExecutionRow;
  readonly position: Position | null;
}

/** Positions up to here are counted; one beyond is bounded by two counters, because counting a long queue would cost too much. */
const POSITION_COUNT_MAX = 10_000;

// The outer table is written out: drizzle leaves a column's table away in a select from one table, and then `seq` would mean
// the inner table's. The order and a bound that the planner does not know make it read the index from the front and stop at the bound:
// without them it may gather, and even sort, all that is ahead.
const ahead = sql<number | null>`case when executions.status = 'pending' then (
  select count(*)::integer from (
    select 1 from executions as earlier
    where earlier.workspace_id = executions.workspace_id and earlier.status = 'pending' and earlier.seq < executions.seq
    order by earlier.seq limit (select ${sql.raw(String(POSITION_COUNT_MAX))})) as counted) end`;

const none = sql<number | null>`null::integer`;

const neverRestored = sql<Date | null>`null::timestamptz`.mapWith(workspaces.restoringSince);

const restoringSince = sql<Date | null>`case when executions.status = 'pending' then (
  select restoring_since from workspaces where workspaces.id = executions.workspace_id) end`;

const positionAtMost = sql<number | null>`case when executions.status = 'pending' then least(
  (select pending from workspaces where workspaces.id = executions.workspace_id)::bigint,
  executions.seq + 1 - (
    select first.seq from executions as first
    where first.workspace_id = executions.workspace_id and first.status = 'pending' order by first.seq limit 1))::integer end`;

/**
 * Reads one execution, live or ended, with its payloads and its position, all in one statement, so that they agree.
 *
 * @throws WorkspaceNotFoundError, ExecutionNotFoundError
 */
export async function findExecution(
  db: Db,
  workspaceId: string,
  executionId: string,
): Promise<FoundExecution> {
  if (isUuid(executionId)) {
    const id = executionId.toLowerCase();
    const from = earliestTimeOf([id]);
    // An id that was made by a clock far ahead is looked for once more, in all partitions.
    const found = (await read(db, workspaceId, id, from)) ?? (await read(db, workspaceId, id, new Date(0)));
    if (found !== undefined) return found;
  }
  await findWorkspace(db, workspaceId);
  throw new ExecutionNotFoundError(workspaceId, executionId);
}

async function read(
  db: Db,
  workspaceId: string,
  executionId: string,
  from: Date,
): Promise<FoundExecution | undefined> {
  // A check, and not a way to find the row: statistics that do not know a workspace yet would have all of its rows read for the one.
  const isOfWorkspace = (table: typeof executions | typeof endedExecutions) =>
    sql`${table.workspaceId} || '' = ${workspaceId}`;
  const ended = db
    .select({
      ...ENDED_COLUMNS,
      ahead: none.as('ahead'),
      positionAtMost: none.as('position_at_most'),
      restoringSince: neverRestored.as('restoring_since'),
    })
    .from(endedExecutions)
    .where(
      and(
        eq(endedExecutions.id, executionId),
        isOfWorkspace(endedExecutions),
        gte(endedExecutions.movedAt, from),
      ),
    );
  const live = db
    .select({
      ...LIVE_COLUMNS,
      ahead: ahead.as('ahead'),
      positionAtMost: positionAtMost.as('position_at_most'),
      restoringSince: restoringSince.as('restoring_since'),
    })
    .from(executions)
    .where(and(eq(executions.id, executionId), isOfWorkspace(executions)));
  const found = unionAll(ended, live as unknown as typeof ended).as('found');
  const [id, since] = [sql`${executionId}::uuid`, sql`${from.toISOString()}::timestamptz`];
  const [row] = await db
    .select({
      ...found._.selectedFields,
      input: payloadText('input', id, since),
      result: payloadText('result', id, since),
    })
    .from(found)
    .prepare('find-execution')
    .execute();
  if (row === undefined) return undefined;
  const { ahead: aheadCount, positionAtMost: atMost, restoringSince: stillSince, ...execution } = row;
  return { execution, position: positionOf(aheadCount, atMost, stillSince) };
}

function positionOf(aheadCount: number | null, atMost: number | null, since: Date | null): Position | null {
  if (aheadCount === null || atMost === null) return null;
  const standsStill = since !== null && { restoringSince: since };
  if (aheadCount < POSITION_COUNT_MAX)
    return { position: aheadCount + 1, isUpperBound: false, ...standsStill };
  return { position: atMost, isUpperBound: true, ...standsStill };
}
