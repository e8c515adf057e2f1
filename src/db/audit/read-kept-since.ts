import type { Database } from '../connection/database.ts';

/** Retention drops by Postgres' clock, and the audit asks Temporal by its own. */
const CLOCKS_HOURS = 1;

/**
 * The end from which on every execution must be there, in microseconds since 1970: none was ever kept for a shorter time. Null when no
 * tier ever had a retention, and so nothing was dropped.
 */
export async function readKeptSince({ pool }: Pick<Database, 'pool'>): Promise<number | null> {
  const { rows } = await pool.query<{ kept_since: string | null }>(
    `select (extract(epoch from clock_timestamp() - make_interval(days => min(days)) + interval '${CLOCKS_HOURS} hour') * 1000000)::bigint
       as kept_since
     from (select retention_days as days from tiers union all select retention_days from tier_changes) as ever
     where days > 0`,
  );
  const keptSince = rows[0]!.kept_since;
  return keptSince === null ? null : Number(keptSince);
}
