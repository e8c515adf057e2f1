import type { Outbox } from './outbox.ts';

/**
 * How long a workspace is kept by a relay that has stopped to answer: killed, frozen, or cut off. It renews its leases three times as often.
 */
const LEASE_SECONDS = 15;
export const RENEW_EVERY_MS = 5_000;

/** By Postgres' clock, so that relays need no common one. */
const UNTIL = `clock_timestamp() + interval '${LEASE_SECONDS} s'`;

/**
 * Makes a relay the one that sends for a workspace; false when another does, or when it is not to be tried yet. It may take its own lease again: of a turn
 * that could not give it back.
 */
export async function takeLease({ pool }: Outbox, workspace: string, relay: string): Promise<boolean> {
  const { rowCount } = await pool.query(TAKE, [workspace, relay]);
  return rowCount === 1;
}

const TAKE = `
  insert into sluice_outbox.leases as held (workspace, relay, until) values ($1, $2, ${UNTIL})
  on conflict (workspace) do update set relay = excluded.relay, until = excluded.until
  where held.until <= clock_timestamp() or held.relay = excluded.relay`;

/** Of the workspaces that it sends for now, also one that has run out, as long as nobody else has taken it. */
export async function renewLeases(
  { pool }: Outbox,
  relay: string,
  workspaces: readonly string[],
): Promise<void> {
  if (workspaces.length > 0) await pool.query(RENEW, [relay, workspaces]);
}

const RENEW = `
  update sluice_outbox.leases set until = ${UNTIL} where relay = $1 and workspace = any($2::text[])`;

/** Lets any relay send for a workspace, from now on or after some time. Nothing when the lease is another's by now. */
export async function releaseLease(
  { pool }: Outbox,
  workspace: string,
  relay: string,
  afterMs: number,
): Promise<void> {
  if (afterMs === 0)
    await pool.query('delete from sluice_outbox.leases where workspace = $1 and relay = $2', [
      workspace,
      relay,
    ]);
  else await pool.query(PUT_OFF, [workspace, relay, afterMs]);
}

const PUT_OFF = `
  update sluice_outbox.leases set relay = null, until = clock_timestamp() + $3::float8 * interval '1 ms'
  where workspace = $1 and relay = $2`;
