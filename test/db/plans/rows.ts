import type pg from 'pg';
import { DAY_MS, LEAF_PARENTS } from '../../../src/db/partitions/grid.ts';
import { makePartitionsOf } from '../../../src/db/partitions/make-partitions.ts';

/** As far back as a class of 30 days still has partitions. */
const SPREAD_DAYS = 35;

/** Workspaces with history beside the named one, each with as many rows as the others. */
const WORKSPACES = 1_000;

/** Payloads and events are of the newest executions; every fifth execution is of the named workspace. */
export interface History {
  readonly workspaceId: string;
  readonly ended: number;
  readonly payloads: number;
  readonly events: number;
}

/** Workspaces with their slots taken, a short line and some rows that have ended. */
export async function insertSmall(pool: pg.Pool, ids: readonly string[]): Promise<void> {
  await pool.query(
    `insert into workspaces (id, tier, limit_in_force, last_seq, pending, running)
     select id, 'pro', 5, 30, 5, 5 from unnest($1::text[]) as id`,
    [ids],
  );
  await pool.query(
    `insert into executions (id, workspace_id, seq, workflow_type, status, admitted_at, started_at, run_id)
     select ${idOf('now_ms() + seq', 'id || seq')}, id, seq, 't', case when seq <= 25 then 'running' else 'pending' end::execution_status,
       case when seq <= 25 then now() end, case when seq <= 25 then now() end, case when seq <= 25 then 'run' end
     from unnest($1::text[]) as id, generate_series(21, 30) as seq`,
    [ids],
  );
  for (const workspaceId of ids) await insertEndedNow(pool, workspaceId, 20);
}

/** Many workspaces that do nothing. */
export async function insertIdle(pool: pg.Pool, count: number): Promise<void> {
  await pool.query(
    `insert into workspaces (id, tier, limit_in_force) select 'idle-' || n, 'pro', 5 from generate_series(1, $1) as n`,
    [count],
  );
}

/** So many rows of the inbox for each of so many workspaces that are not there, and nobody sequences. Asked for long ago. */
export async function insertInbox(pool: pg.Pool, workspaces: number, rows: number): Promise<void> {
  await pool.query(
    `insert into inbox (id, workspace_id, kind, workflow_type, "by")
     select ('01000000-0000-7000-8000-' || lpad((w * 1000 + r)::text, 12, '0'))::uuid, 'absent-' || w, 'enqueue', 't', 'role:test' from generate_series(1, $1) as w, generate_series(1, $2) as r`,
    [workspaces, rows],
  );
}

/** So many minutes of samples of each workspace that has work, and some that are to be deleted. */
export async function insertSamples(pool: pg.Pool, minutes: number): Promise<void> {
  await pool.query(
    `insert into workspace_samples (workspace_id, minute, pending, running, admitted, failed, wait_p95_seconds, handoff_p99_seconds)
     select id, date_trunc('minute', now()) - make_interval(mins => n), n, 5, 60, case when n % 7 = 0 then 1 else 0 end, n, 0.1
     from workspaces, generate_series(0, $1::integer - 1) as n where has_work
     on conflict do nothing`,
    [minutes],
  );
  await pool.query(
    `insert into workspace_samples (workspace_id, minute, pending, running)
     select 'old-' || n % 100, date_trunc('minute', now()) - make_interval(mins => 1441 + n / 100), 1, 1 from generate_series(1, 20000) as n
     on conflict do nothing`,
  );
}

/** A workspace whose first rows have ended just now. */
export async function insertWithEnded(pool: pg.Pool, workspaceId: string, count: number): Promise<void> {
  await pool.query(`insert into workspaces (id, tier, limit_in_force, last_seq) values ($1, 'pro', 5, $2)`, [
    workspaceId,
    count,
  ]);
  await insertEndedNow(pool, workspaceId, count);
}

async function insertEndedNow(pool: pg.Pool, workspaceId: string, count: number): Promise<void> {
  await pool.query(
    `insert into ended_executions
       (id, workspace_id, seq, workflow_type, status, payload_retention_days, created_at, admitted_at, started_at, closed_at, run_id, retention_days)
     select ${idOf('now_ms() + seq', '$1 || seq')}, $1, seq, 't', 'completed', 30, now(), now(), now(), now(), 'run', 30
     from generate_series(1, $2::integer) as seq`,
    [workspaceId, count],
  );
}

/** Puts so many rows at the end of a workspace's queue. */
export async function insertLine(pool: pg.Pool, workspaceId: string, count: number): Promise<void> {
  await pool.query(
    `insert into executions (id, workspace_id, seq, workflow_type, reference, labels)
     select ${idOf('now_ms() + last_seq + n', '$1 || n')}, id, last_seq + n, 't',
       case when n % 100 = 0 then 'ref-' || n end, case when n % 50 = 0 then '{"team": "a"}'::jsonb end
     from workspaces, generate_series(1, $2::integer) as n where id = $1`,
    [workspaceId, count],
  );
  await pool.query(
    `update workspaces set pending = pending + $2::integer, last_seq = last_seq + $2::integer where id = $1`,
    [workspaceId, count],
  );
}

/** Puts so many rows into a workspace that enter its queue tomorrow. */
export async function insertScheduled(pool: pg.Pool, workspaceId: string, count: number): Promise<void> {
  await pool.query(
    `insert into executions (id, workspace_id, workflow_type, status, start_after)
     select ${idOf('now_ms() + n', "$1 || 's' || n")}, $1, 't', 'scheduled', now() + interval '1 day' from generate_series(1, $2::integer) as n`,
    [workspaceId, count],
  );
  await pool.query(`update workspaces set scheduled = scheduled + $2::integer where id = $1`, [
    workspaceId,
    count,
  ]);
}

/** Workspaces beside the named one, each with five rows in slots and so many in its queue. */
export async function insertLines(pool: pg.Pool, count: number): Promise<void> {
  await pool.query(
    `insert into executions (id, workspace_id, seq, workflow_type, status, admitted_at, started_at, run_id)
     select ${idOf('now_ms() + n', 'id || n')}, id, last_seq + n, 't', case when n <= 5 then 'running' else 'pending' end::execution_status,
       case when n <= 5 then now() end, case when n <= 5 then now() end, case when n <= 5 then 'run' end
     from workspaces, generate_series(1, $1::integer + 5) as n where id like 'w-%'`,
    [count],
  );
  await pool.query(
    `update workspaces set pending = pending + $1::integer, running = 5, last_seq = last_seq + $1::integer + 5 where id like 'w-%'`,
    [count],
  );
}

/** Past executions of the named workspace and of many others, in the partitions where the product would have put them. */
export async function insertHistory(
  pool: pg.Pool,
  history: History,
  onIndex: (name: string, ms: number) => void = () => {},
): Promise<void> {
  await pool.query(
    `insert into workspaces (id, tier, limit_in_force, last_seq, last_event)
     select 'w-' || n, 'pro', 5, $1, 0 from generate_series(0, ${WORKSPACES - 1}) as n`,
    [history.ended],
  );
  await pool.query(
    `insert into workspaces (id, tier, limit_in_force, last_seq, last_event) values ($1, 'pro', 5, $2, $3)`,
    [history.workspaceId, history.ended, history.events],
  );
  const from = new Date(Date.now() - SPREAD_DAYS * DAY_MS);
  for (const { name, subject } of LEAF_PARENTS.filter(({ keptDays }) => keptDays === 30))
    for (let ms = from.getTime(); ms < Date.now(); ms += 7 * DAY_MS)
      if (subject !== 'events')
        await makePartitionsOf({ pool }, { also: { parent: name, moment: new Date(ms) } });
  const rebuild = await dropIndexes(pool, ['ended_executions', 'payloads', 'events']);
  await pool.query(INSERT_ENDED, [history.ended, from, history.workspaceId]);
  await pool.query(INSERT_PAYLOADS, [history.ended, from, history.payloads]);
  await pool.query(INSERT_OLD_PAYLOADS, [history.ended, from]);
  await pool.query(INSERT_EVENTS, [history.events, history.workspaceId]);
  await rebuild(onIndex);
}

/** Rows go in several times as fast without them. Gives what makes them again, and says how long each took. */
export async function dropIndexes(
  pool: pg.Pool,
  parents: readonly string[],
): Promise<(onIndex?: (name: string, ms: number) => void) => Promise<void>> {
  const { rows } = await pool.query<{ name: string; text: string }>(
    `select indexrelid::regclass::text as name, replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON ') as text
     from pg_index where indrelid = any($1::text[]::regclass[]) and not indisprimary`,
    [parents],
  );
  for (const { name } of rows) await pool.query(`drop index ${name}`);
  return async (onIndex = () => {}) => {
    for (const { name, text } of rows) {
      const begun = performance.now();
      await pool.query(text);
      onIndex(name, performance.now() - begun);
    }
  };
}

/** SQL for a UUID of version 7 of that time. */
function idOf(ms: string, text: string): string {
  const time = `lpad(to_hex(${ms.replace('now_ms()', '(extract(epoch from now()) * 1000)::bigint')}), 12, '0')`;
  return `(${time} || '7' || substr(md5(${text}), 1, 3) || '8' || substr(md5(${text}), 4, 15))::uuid`;
}

const ID_OF_HISTORY = idOf('(extract(epoch from at) * 1000)::bigint', 'n::text');
const AT = (n: string) =>
  `$2::timestamptz + ${n}::float8 / $1::integer * (clock_timestamp() - interval '1 minute' - $2::timestamptz)`;

const INSERT_ENDED = `
  insert into ended_executions (id, workspace_id, seq, status, workflow_type, input_bytes, payload_retention_days, idempotency_key,
    content_digest, created_at, admitted_at, limit_at_admission, started_at, run_id, closed_at, retention_days, moved_at, reference, labels)
  select ${ID_OF_HISTORY}, case when n % 5 = 0 then $3::text else 'w-' || n % ${WORKSPACES} end, n,
    case when n % 20 = 0 then 'failed' when n % 20 = 10 then 'cancelled' else 'completed' end::execution_status,
    't' || n % 7, 2, 30, case when n % 2 = 0 then 'key-' || n end, null, at, at, 5, at, 'run', at, 30, at,
    case when n % 100 = 0 then 'ref-' || n end, case when n % 50 = 0 then '{"team": "b", "env": "prod"}'::jsonb end
  from generate_series(1, $1::integer) as n, lateral (select ${AT('n')} as at offset 0) as moment`;

const INSERT_PAYLOADS = `
  insert into payloads (execution_id, kind, retention_days, kept_from, data)
  select ${ID_OF_HISTORY}, 'input', 30, at, '\\x3131'
  from generate_series($1::integer - $3::integer, $1::integer) as n, lateral (select ${AT('n')} as at offset 0) as moment`;

/** What retention finds in the oldest partition. */
const INSERT_OLD_PAYLOADS = `
  insert into payloads (execution_id, kind, retention_days, kept_from, data)
  select ${ID_OF_HISTORY}, 'input', 30, at, '\\x3131'
  from generate_series(1, 1000) as n, lateral (select ${AT('n')} as at offset 0) as moment`;

const INSERT_EVENTS = `
  insert into events (workspace_id, number, kind, execution_id, seq, status, at)
  select case when n % 5 = 0 then $2::text else 'w-' || n % ${WORKSPACES} end, n, 'accepted', gen_random_uuid(), n, 'pending',
    clock_timestamp() - interval '1 minute'
  from generate_series(1, $1::integer) as n`;
