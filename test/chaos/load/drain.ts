import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';

const LOOK_MS = 500;

export interface Undone {
  readonly workspaceId: string;
  readonly executionId: string;
  /** Null for one that is still scheduled. */
  readonly seq: number | null;
  readonly status: string;
  readonly workflowType: string;
}

/** Waits until every execution has ended, the inbox is empty and every bulk act is done, for as long as some still end; returns those left once none has for `stillMs`. */
export async function drain(pool: pg.Pool, stillMs: number, signal: AbortSignal): Promise<Undone[]> {
  let left = Number.POSITIVE_INFINITY;
  let end = 0;
  for (;;) {
    signal.throwIfAborted();
    const { rows } = await pool.query<Undone>(
      `select workspace_id as "workspaceId", id as "executionId", seq::integer, status::text, workflow_type as "workflowType"
       from all_executions where status in ('scheduled', 'pending', 'running')
       union all
       select workspace_id, act_id, null, 'open', 'a bulk act' from bulk_act_parts where ended_at is null
       union all
       select workspace_id, id, null, 'unsequenced', coalesce(workflow_type, kind::text) from inbox
       order by 1, 3`,
    );
    if (rows.length < left) end = performance.now() + stillMs;
    left = rows.length;
    if (left === 0 || performance.now() > end) return rows;
    await delay(LOOK_MS);
  }
}

/** How many executions there are, by status; null while Postgres does not answer. */
export async function countByStatus(pool: pg.Pool): Promise<Record<string, number> | null> {
  try {
    const { rows } = await pool.query<{ status: string; count: number }>(
      'select status, count(*)::integer as count from all_executions group by status order by status',
    );
    return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
  } catch {
    return null;
  }
}
