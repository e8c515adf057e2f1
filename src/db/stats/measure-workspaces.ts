import { sql } from 'drizzle-orm';
import type { StallReason } from '../../domain/stall.ts';
import type { Tier } from '../../domain/tier.ts';
import type { Db } from '../connection/database.ts';
import type { Workers } from '../schema.ts';
import { IS_PAUSED } from '../workspaces/lock-workspace.ts';
import { OLDEST_ENTERED } from './workspace-facts.ts';

/** Of one workspace, or of several together. */
export interface WorkspaceNumbers {
  /** Null for all that are not named, of a tier and a kind of workers. */
  readonly workspace: string | null;
  readonly tier: Tier;
  readonly workers: Workers;
  readonly workspaces: number;
  readonly pending: number;
  readonly running: number;
  readonly limit: number;
  /** Executions that run or could at once: see docs/metrics.md. */
  readonly demand: number;
  /** Of the first in the queue that has waited for longest; 0 when nothing waits. */
  readonly oldestWaitSeconds: number;
  /** For how long no gate has looked at a queue that may move; 0 when there is none. */
  readonly unservedSeconds: number;
  readonly paused: number;
  readonly restoring: number;
  /** Executions. */
  readonly stalled: number;
  /** Workspaces with one. */
  readonly stalledWorkspaces: number;
}

export interface InstallationNumbers {
  readonly groups: readonly WorkspaceNumbers[];
  readonly stalled: Readonly<Partial<Record<StallReason, number>>>;
  /** Of the row of the inbox that has waited for longest, since its call; 0 when there is none. */
  readonly inboxOldestSeconds: number;
}

/** The first in the queue is looked up for so many workspaces at most, those with the largest backlogs: some 10 µs each. */
const QUEUES_LOOKED_AT_MAX = 5_000;

/** Nothing of its queue is admitted, whatever its slots. */
const IS_HALTED = sql`(${sql.raw(IS_PAUSED)} or w.restoring_since is not null or w.deleting_since is not null)`;

/**
 * The numbers of the whole installation, by the workspaces' counters: the `named` ones with the largest backlogs by themselves, and all others together.
 * One statement, which takes no lock, reads one row a workspace, and of each of the largest queues its first entry.
 */
export async function measureWorkspaces(db: Db, { named }: { named: number }): Promise<InstallationNumbers> {
  const { rows } = await db.execute<{ [K in keyof InstallationNumbers]: InstallationNumbers[K] }>(sql`
    with stalls as materialized (
      select s.workspace_id, s.reason, count(*)::integer as executions from stalled_executions s
      where (select e.status from executions e where e.id = s.execution_id) = 'running'
      group by 1, 2),
    stalled as (select workspace_id, sum(executions)::integer as executions from stalls group by 1),
    busy as materialized (
      select w.id, w.tier, w.workers, w.pending, w.running, w.limit_in_force as "limit", w.claimed_through_seq, w.reconciled_at,
        ${sql.raw(IS_PAUSED)} as paused, w.restoring_since is not null as restoring, ${IS_HALTED} as halted,
        row_number() over (order by w.pending desc, w.running desc, w.id) as place
      from workspaces w where w.has_work),
    queued as materialized (
      select w.*, case when w.place <= ${QUEUES_LOOKED_AT_MAX} then ${OLDEST_ENTERED} end as since from busy w),
    groups as (
      select case when q.place <= ${named} then q.id end as workspace, q.tier, q.workers, count(*)::integer as workspaces,
        sum(q.pending)::integer as pending, sum(q.running)::integer as running, sum(q."limit")::integer as "limit",
        sum(q.running + case when q.halted then 0 else least(q.pending, greatest(0, q."limit" - q.running)) end)::integer as demand,
        coalesce(max(greatest(0, extract(epoch from clock_timestamp() - q.since))), 0)::float8 as "oldestWaitSeconds",
        coalesce(max(greatest(0, extract(epoch from clock_timestamp() - greatest(q.since, q.reconciled_at))))
          filter (where q.since is not null and not q.halted), 0)::float8 as "unservedSeconds",
        count(*) filter (where q.paused)::integer as paused, count(*) filter (where q.restoring)::integer as restoring,
        coalesce(sum(s.executions), 0)::integer as stalled, count(s.executions)::integer as "stalledWorkspaces"
      from queued q left join stalled s on s.workspace_id = q.id
      group by 1, 2, 3
      union all
      select null, w.tier, w.workers, count(*)::integer, 0, 0, sum(w.limit_in_force)::integer, 0, 0, 0,
        count(*) filter (where ${sql.raw(IS_PAUSED)})::integer, count(*) filter (where w.restoring_since is not null)::integer, 0, 0
      from workspaces w where not w.has_work group by w.tier, w.workers)
    select (select coalesce(json_agg(groups), '[]') from groups) as groups,
      (select coalesce(json_object_agg(reason, executions), '{}')
        from (select reason, sum(executions) as executions from stalls group by 1) by_reason) as stalled,
      coalesce((select greatest(0, extract(epoch from clock_timestamp() - at)) from inbox order by id limit 1), 0)::float8 as "inboxOldestSeconds"`);
  return rows[0]!;
}
