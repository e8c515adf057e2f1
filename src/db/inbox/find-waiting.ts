import type { Database } from '../connection/database.ts';
import { inPipelinedTransaction, type Statement } from '../connection/pipelined-transaction.ts';
import { LOWEST_ID, lowestIdSecondsAgo } from '../executions/id-time.ts';

/**
 * Ids are made when the function is called, and seen when its transaction commits. So most that are new are of the last seconds, and to read these
 * alone passes few of the rows that are gone and that Postgres keeps for as long as any transaction is open. What was committed later than that is found
 * by a look at all.
 */
const RECENT_SECONDS = 5;

/** The lowest id of the last seconds, by Postgres' clock, which made it. */
const RECENT_FROM = lowestIdSecondsAgo(RECENT_SECONDS);

/** Rows of one look at what is recent: what it does not reach the look at all finds. */
const RECENT_MAX_ROWS = 5_000;

/** Workspaces of one look at all. */
const ALL_MAX_WORKSPACES = 1_000;

/** A workspace with rows in the inbox. */
export interface Waiting {
  readonly workspaceId: string;
  /** The first of them that was found. */
  readonly fromId: string;
}

/** Workspaces with rows that were asked for in the last seconds. */
export async function findRecent(database: Pick<Database, 'pool'>): Promise<Waiting[]> {
  return await find(database, {
    name: 'find-recent-waiting',
    text: `
      select workspace_id as "workspaceId", (array_agg(id order by id))[1] as "fromId"
      from (select id, workspace_id from inbox where id >= ${RECENT_FROM} order by id limit ${RECENT_MAX_ROWS}) as recent
      group by workspace_id order by 2`,
    values: [],
  });
}

/** All workspaces with rows, from one to the next, so that a long queue of one hides no other. */
export async function findAll(database: Pick<Database, 'pool'>): Promise<Waiting[]> {
  return await find(database, {
    name: 'find-all-waiting',
    text: `
      with recursive found as (
        (select workspace_id from inbox order by workspace_id limit 1)
        union all
        select (select i.workspace_id from inbox i where i.workspace_id > found.workspace_id order by i.workspace_id limit 1)
        from found where found.workspace_id is not null)
      select workspace_id as "workspaceId", '${LOWEST_ID}' as "fromId" from found where workspace_id is not null limit ${ALL_MAX_WORKSPACES}`,
    values: [],
  });
}

/** By index alone: of a table that is empty most of the time the planner would rather read all pages, also those of rows that are gone. */
async function find(database: Pick<Database, 'pool'>, statement: Statement): Promise<Waiting[]> {
  const [rows] = await inPipelinedTransaction(database, [statement]);
  return rows as unknown as Waiting[];
}

/** Of these workspaces the ones with rows that were asked for in the last seconds: for a transaction that is about to put something behind them. */
export function findingRecentOf(workspaceIds: readonly string[]): Statement {
  return {
    name: 'find-recent-inbox',
    text: `
      select v.id from unnest($1::text[]) as v (id)
      where exists (select from inbox i where i.workspace_id = v.id and i.id >= ${RECENT_FROM})`,
    values: [workspaceIds],
  };
}
