import type { Database } from '../connection/database.ts';

/** What is oldest of all that keeps Postgres from cleaning up in this database. */
export interface VacuumHorizon {
  /** Since which transaction id nothing may be cleaned up. */
  readonly xid: string;
  /** How many transactions the server has begun since. */
  readonly transactions: number;
  /** What it is, with its process id or name. */
  readonly heldBy: string;
  /** How long it has been there; null when Postgres does not tell: of other roles' sessions only to members of `pg_monitor`, of slots to nobody. */
  readonly seconds: number | null;
}

/** Each role sees the transaction ids of all sessions, though not since when. A vacuum holds back no other. */
const HORIZON = `
  select xid::text as xid, age(xid)::float8 as transactions, "heldBy", extract(epoch from clock_timestamp() - since)::float8 as seconds
  from (
    select held.xid, format('session %s (%s)', pid, coalesce(nullif(application_name, ''), 'unnamed')) as "heldBy", xact_start as since
    from pg_stat_activity cross join lateral (values (backend_xmin), (backend_xid)) as held (xid)
    where (datid is null or datname = current_database()) and pid <> pg_backend_pid()
      and pid not in (select pid from pg_stat_progress_vacuum)
    union all
    select transaction, format('prepared transaction %s', gid), prepared from pg_prepared_xacts where database = current_database()
    union all
    select xmin, format('replication slot %s', slot_name), null from pg_replication_slots) as holders
  where xid is not null order by age(xid) desc, since limit 1`;

/** Null when nothing is open at the moment. */
export async function readVacuumHorizon({ pool }: Pick<Database, 'pool'>): Promise<VacuumHorizon | null> {
  return (await pool.query<VacuumHorizon>(HORIZON)).rows[0] ?? null;
}

/** Tells for how long the horizon has stood still at least, also where Postgres does not. */
export class HorizonWatch {
  #xid: string | null = null;
  #sinceMs = 0;

  /** In seconds, of what was seen last: as long as Postgres says, or as long as the same has been seen. */
  heldSeconds(horizon: VacuumHorizon | null, nowMs: number): number {
    if (horizon === null || horizon.xid !== this.#xid) this.#sinceMs = nowMs;
    this.#xid = horizon?.xid ?? null;
    return Math.max(horizon?.seconds ?? 0, (nowMs - this.#sinceMs) / 1_000);
  }
}
