import { FAILED_STATUSES } from '../../domain/status.ts';
import type { Database } from '../connection/database.ts';

/** The newest id that was given out to an event. */
export async function readNewestEvent({
  pool,
}: Pick<Database, 'pool'>): Promise<{ newestId: number; nowMs: number }> {
  const { rows } = await pool.query<{ newestId: number; nowMs: number }>(
    `select last_value::float8 as "newestId", (extract(epoch from clock_timestamp()) * 1000)::float8 as "nowMs" from events_id_seq`,
  );
  return rows[0]!;
}

/** What happened in a workspace, in numbers. */
export interface EventCounts {
  readonly workspaceId: string;
  readonly admitted: number;
  readonly failed: number;
}

/** How far an event's time may lie from now: it bounds the partitions that are looked into. */
const LOOKED_BACK_MS = 3_600_000;

/** Counts the events from one id to another, both included, without reading them one by one. */
export async function countEvents(
  { pool }: Pick<Database, 'pool'>,
  { from, to, nowMs }: { from: number; to: number; nowMs: number },
): Promise<EventCounts[]> {
  const { rows } = await pool.query<EventCounts>(
    `select workspace_id as "workspaceId", count(*) filter (where kind = 'admitted')::integer as admitted,
       count(*) filter (where kind = 'ended' and status::text = any($4))::integer as failed
     from events where id between $1 and $2 and at >= $3 and kind in ('admitted', 'ended')
     group by workspace_id`,
    [from, to, new Date(nowMs - LOOKED_BACK_MS), FAILED_STATUSES],
  );
  return rows;
}
