import { lowestIdAt, lowestIdSecondsAgo, madeAtMs } from '../executions/id-time.ts';
import type { Outbox } from './outbox.ts';

/** How far back a look at new requests reaches: a transaction may commit so much later than its ids were made, and stand at its place. */
const LOOK_BACK_SECONDS = 5;

/** The id of that time. */
export const LOOK_BACK_ID = lowestIdSecondsAgo(LOOK_BACK_SECONDS);

/** The id of so long before another one was made. */
export function lookBackFrom(id: string): string {
  return lowestIdAt(madeAtMs(id) - LOOK_BACK_SECONDS * 1_000);
}

export const IS_UNSENT = 'sent_at is null and refused_at is null';

export interface WaitingWorkspace {
  readonly workspace: string;
  /** Of its first request that waits. */
  readonly firstId: string;
}

export interface Waiting {
  /** That the relay may send for now, if it does not yet; the one whose first request has waited longest comes first. */
  readonly workspaces: readonly WaitingWorkspace[];
  /** Of the oldest request that is neither sent nor refused; 0 when there is none. */
  readonly oldestAgeSeconds: number;
}

/**
 * All workspaces with requests that are neither sent nor refused: one step in the index for each, however many requests it has. But while an old
 * transaction keeps Postgres from cleaning up, each step also passes over the requests that are gone.
 */
export async function findWaiting({ pool }: Outbox, relay: string): Promise<Waiting> {
  const { rows } = await pool.query<Row & { age: number; is_free: boolean }>(ALL, [relay]);
  return {
    workspaces: rows.filter(({ is_free: isFree }) => isFree).map(waitingOf),
    oldestAgeSeconds: Math.max(0, rows[0]?.age ?? 0),
  };
}

interface Row {
  readonly workspace: string;
  readonly first_id: string;
}

function waitingOf({ workspace, first_id: firstId }: Row): WaitingWorkspace {
  return { workspace, firstId };
}

/** Nobody has it, or the relay that asks. */
const IS_FREE = 'coalesce(leases.until <= clock_timestamp() or leases.relay = $1, true)';

const ALL = `
  with recursive waiting as (
    (select workspace, id, created_at from sluice_outbox.requests where ${IS_UNSENT} order by workspace, id limit 1)
    union all
    select next.workspace, next.id, next.created_at from waiting cross join lateral (
      select workspace, id, created_at from sluice_outbox.requests
      where ${IS_UNSENT} and workspace > waiting.workspace
      order by workspace, id limit 1
    ) next
  )
  select workspace, waiting.id as first_id, extract(epoch from clock_timestamp() - created_at)::float8 as age,
    ${IS_FREE} as is_free
  from waiting left join sluice_outbox.leases using (workspace)
  order by age desc`;

/** The workspaces among them with requests of the last seconds: what is to be sent at once is found without a look at the rest. */
export async function findRecent({ pool }: Outbox, relay: string): Promise<readonly WaitingWorkspace[]> {
  const { rows } = await pool.query<Row>(RECENT, [relay]);
  return rows.map(waitingOf);
}

const RECENT = `
  select distinct on (workspace) workspace, id as first_id from sluice_outbox.requests
  left join sluice_outbox.leases using (workspace)
  where id >= ${LOOK_BACK_ID} and ${IS_UNSENT} and ${IS_FREE}
  order by workspace, id`;
