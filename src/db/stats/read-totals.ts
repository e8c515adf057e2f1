import { sql } from 'drizzle-orm';
import type { Health } from '../../domain/health.ts';
import type { Tier } from '../../domain/tier.ts';
import type { Db } from '../connection/database.ts';
import { healthIn, LIMIT, SINCE_SHOWN } from './workspace-facts.ts';

/** All workspaces of one tier that are alike in health, added up. */
export interface Total {
  readonly tier: Tier;
  readonly health: Health;
  readonly workspaces: number;
  readonly pending: number;
  readonly running: number;
  readonly scheduled: number;
  /** Of slots, taken or free. */
  readonly limit: number;
}

/** One pass over the workspaces, by their counters. */
export async function readTotals(db: Db): Promise<Total[]> {
  const { rows } = await db.execute<Record<string, unknown> & Total>(sql`
    with stalled as materialized (
      select s.workspace_id, count(*)::integer as executions from stalled_executions s
      where (select e.status from executions e where e.id = s.execution_id) = 'running'
      group by s.workspace_id)
    select w.tier, ${healthIn(sql.raw('coalesce(s.executions, 0)'))} as health, count(*)::integer as workspaces,
      sum(w.pending)::float8 as pending, sum(w.running)::float8 as running, sum(w.scheduled)::float8 as scheduled,
      sum(${LIMIT})::float8 as "limit"
    from workspaces w join tiers t on t.name = w.tier left join stalled s on s.workspace_id = w.id
    group by 1, 2`);
  return rows;
}

/** Failures of the last hour. */
export interface Failures {
  readonly since: Date;
  readonly executions: number;
  /** The ones with most, at most as many as were asked for. */
  readonly workspaces: readonly { readonly id: string; readonly executions: number }[];
}

export async function readFailures(
  db: Db,
  { workspacesMost }: { workspacesMost: number },
): Promise<Failures> {
  const { rows } = await db.execute<{
    since: string;
    executions: number;
    workspaces: Failures['workspaces'] | null;
  }>(sql`
    with failed as materialized (
      select s.workspace_id as id, sum(s.failed)::integer as executions from workspace_samples s
      where s.failed > 0 and s.minute >= ${SINCE_SHOWN}
      group by 1)
    select ${SINCE_SHOWN} as since, (select coalesce(sum(executions), 0)::float8 from failed) as executions,
      (select json_agg(most) from (
        select id, executions from failed order by executions desc, id limit ${workspacesMost}) as most) as workspaces`);
  const { since, executions, workspaces } = rows[0]!;
  return { since: new Date(since), executions, workspaces: workspaces ?? [] };
}

/** Of all workspaces, put together. */
export interface InboxTotal {
  readonly waiting: number;
  readonly oldestSeconds: number | null;
}

/** More of them are not counted. */
const COUNTED_MAX = 10_000;

/** What transactions have asked for and nobody has sequenced yet. */
export async function readInboxTotal(db: Db): Promise<InboxTotal> {
  const { rows } = await db.execute<{ [K in keyof InboxTotal]: InboxTotal[K] }>(sql`
    select (select count(*)::integer from (select from inbox limit ${COUNTED_MAX}) as waiting) as waiting,
      (select greatest(0, extract(epoch from statement_timestamp() - i.at))::float8 from inbox i order by i.id limit 1) as "oldestSeconds"`);
  return rows[0]!;
}
