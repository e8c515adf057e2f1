import type { Database } from '../connection/database.ts';
import type { ReadEvent } from '../events/read-events.ts';

/** When an execution entered its queue and when, admitted, it ended; in ms, by Postgres' clock and by Temporal's. */
export interface SlotTimes {
  readonly enteredMs: number;
  /** Null while it runs, and when it never held a slot. */
  readonly freedMs: number | null;
}

/** An end is recorded with the time of its event; an execution that was admitted ends after that. */
const TIMES_APART_MS = 60_000;

/** Of the executions that some events admit or end. One that has gone is left out. */
export async function readSlotTimes(
  { pool }: Pick<Database, 'pool'>,
  events: readonly Pick<ReadEvent, 'kind' | 'executionId' | 'at'>[],
): Promise<ReadonlyMap<string, SlotTimes>> {
  const slots = events.filter(({ kind }) => kind === 'admitted' || kind === 'ended');
  if (slots.length === 0) return new Map();
  const ids = [...new Set(slots.map(({ executionId }) => executionId))];
  const since = new Date(Math.min(...slots.map(({ at }) => at.getTime())) - TIMES_APART_MS);
  const entered = `(extract(epoch from greatest(created_at, start_after)) * 1000)::float8 as "enteredMs"`;
  const { rows } = await pool.query<SlotTimes & { id: string }>(
    `select id, ${entered}, null::float8 as "freedMs" from executions where id = any($1::uuid[])
     union all
     select id, ${entered}, case when admitted_at is not null then (extract(epoch from closed_at) * 1000)::float8 end
     from ended_executions where id = any($1::uuid[]) and moved_at >= $2`,
    [ids, since],
  );
  return new Map(rows.map(({ id, ...times }) => [id, times]));
}
