import type { Database } from '../connection/database.ts';
import { EVENT_COLUMNS, type WorkspaceEvent } from './workspace-event.ts';

type Pooled = Pick<Database, 'pool'>;

/** One read takes at most so many new events, some 200 kB of rows; a full one is followed by the next at once. */
export const READ_MAX_EVENTS = 1_000;

/** At the beginning, so many of the newest ids may belong to transactions that are still open: half a minute of a busy database. */
const START_LOOKS_BACK_IDS = 20_000;

/**
 * How far an event's time may lie from the time at which it appears: a transaction's length, and how much Postgres' clock may jump when another
 * server takes over. It bounds the partitions that a read looks into.
 */
const TIMES_APART_MS = 3_600_000;

export interface Start {
  readonly through: number;
  readonly missing: readonly number[];
  /** By Postgres' clock. */
  readonly nowMs: number;
}

/**
 * Where reading begins: the newest id that was given out, and lower ones that are not there, of transactions that rolled back or are open. Two
 * statements, because the bounds have to be known where the second is planned: or it may read whole partitions.
 */
export async function findStart({ pool }: Pooled): Promise<Start> {
  const { rows: given } = await pool.query<Omit<Start, 'missing'>>(
    `select last_value::float8 as through, (extract(epoch from clock_timestamp()) * 1000)::float8 as "nowMs" from events_id_seq`,
  );
  const { through } = given[0]!;
  const { rows: missing } = await pool.query<{ id: number }>(
    `select id::float8 as id from (
       select generate_series($1::bigint, $2::bigint) as id except select events.id from events where events.id between $1 and $2) as missing
     order by 1`,
    [Math.max(1, through - START_LOOKS_BACK_IDS + 1), through],
  );
  return { ...given[0]!, missing: missing.map(({ id }) => id) };
}

/** An event with its id, which goes by the order of writing, and the workspace's id. */
export interface ReadEvent extends WorkspaceEvent {
  readonly id: number;
  readonly workspaceId: string;
}

/**
 * What has appeared: events after an id, the lowest first and at most `READ_MAX_EVENTS`, and lower ones that were missing, all by id. One
 * statement and unnamed: it is planned for the one or two partitions that it needs, and any pooler takes it.
 *
 * @param lookedAtMs Postgres' time at the look before this one
 * @param nowMs and at this one
 */
export async function readNew(
  { pool }: Pooled,
  { through, missing }: { through: number; missing: readonly number[] },
  { lookedAtMs, nowMs }: { lookedAtMs: number; nowMs: number },
): Promise<ReadEvent[]> {
  const columns = `id::float8 as id, workspace_id as "workspaceId", ${EVENT_COLUMNS}`;
  const times = 'at between $2 and $3';
  const { rows } = await pool.query<ReadEvent>(
    (missing.length === 0
      ? ''
      : `select ${columns} from events where id = any($4::bigint[]) and ${times} union all `) +
      `(select ${columns} from events where id > $1::bigint and ${times} order by events.id limit ${READ_MAX_EVENTS})`,
    [
      through,
      new Date(lookedAtMs - TIMES_APART_MS),
      new Date(nowMs + TIMES_APART_MS),
      ...(missing.length === 0 ? [] : [missing]),
    ],
  );
  return rows.sort((one, other) => one.id - other.id);
}

/** What the database says of itself, and of some workspaces. */
export interface Standing {
  readonly epoch: number;
  /** The newest id that was given out to an event. */
  readonly newestId: number;
  /** The number of each workspace's newest event. One that does not exist is left out. */
  readonly lastEvents: ReadonlyMap<string, number>;
}

/** Reads all of it in one statement, however many workspaces there are. */
export async function readStanding({ pool }: Pooled, workspaceIds: readonly string[]): Promise<Standing> {
  const { rows } = await pool.query<{
    epoch: number;
    newestId: number;
    ids: string[];
    numbers: number[];
  }>(
    `select d.epoch, s.last_value::float8 as "newestId", w.ids, w.numbers
     from deployment d, events_id_seq s, (
       select coalesce(array_agg(id), '{}') as ids, coalesce(array_agg(last_event::float8), '{}') as numbers
       from workspaces where id = any($1::text[])) w`,
    [workspaceIds],
  );
  const { ids, numbers, ...standing } = rows[0]!;
  return { ...standing, lastEvents: new Map(ids.map((id, index) => [id, numbers[index]!])) };
}
