import { poll } from '../../src/async/poll.ts';
import { publishWorkflowTypes } from '../../src/enqueue/known-workflow-types.ts';
import { makeOrderingService, WORKFLOW_TYPE } from '../parts/ordering-service.ts';
import type { Servers } from '../parts/servers.ts';
import { type Sluice, startSluice } from '../parts/sluice.ts';
import type { TransactionLoad } from '../parts/transaction-generator.ts';
import { startTransactionCallers } from '../parts/transaction-load.ts';
import type { Bench, Figures, Scenario } from '../scenario.ts';

const CONNECTIONS = 32;
const PER_SECOND = 2_000;
const SECONDS = 60;
/** Enough to see that bare INSERTs keep the rate. */
const BARE_SECONDS = 20;
const WARM_UP_SECONDS = 3;
const WORKSPACES = Array.from({ length: 100 }, (_, nth) => `w${nth}`);
const SEQUENCED_DEADLINE_MS = 60_000;
/** How many have ended when the audit looks. */
const ADMITTED = 100;
const ADMITTED_DEADLINE_MS = 60_000;

/**
 * Callers that keep a rate, whatever it costs them: a transaction counts from the moment at which it was due. The API sequences what they commit at
 * the same time on the same machine. Afterwards a worker admits some, and the audit looks at all.
 */
export const transactionalRate: Scenario = {
  name: 'transactional-rate',
  title: `Enqueue by transaction at a rate: ${PER_SECOND} commits a second are offered for ${SECONDS} s in ${WORKSPACES.length} workspaces without a key while the API sequences, after ${BARE_SECONDS} s of bare INSERTs at that rate`,
  rounds: 1,
  reaches: [
    {
      what: `commits/s by sluice.enqueue of ${PER_SECOND} offered`,
      value: (f) => f['enqueue commits/s']!,
      atLeast: PER_SECOND * 0.99,
    },
    {
      what: `commits/s by bare INSERT of ${PER_SECOND} offered`,
      value: (f) => f['bare INSERT commits/s']!,
      atLeast: PER_SECOND * 0.99,
    },
  ],
  start: (bench) => Promise.resolve({ round: () => round(bench), stop: () => Promise.resolve() }),
};

async function round({ servers, size, say }: Bench): Promise<Figures> {
  const sluice = await startSluice(servers);
  const seconds = size === null ? SECONDS : size / PER_SECOND;
  try {
    await sluice.createWorkspaces(WORKSPACES);
    await publishWorkflowTypes(sluice.database.db, [WORKFLOW_TYPE]);
    const figures: Record<string, number> = {};
    const { offered, committed } = await offerAll(servers, sluice, seconds);
    for (const [who, { perSecond, p50Ms, p99Ms }] of Object.entries(offered)) {
      figures[`${who} commits/s`] = perSecond;
      figures[`${who} p50 ms`] = p50Ms;
      figures[`${who} p99 ms`] = p99Ms;
    }
    const emptyInSeconds = await untilSequenced(sluice);
    say(`  the inbox was empty ${emptyInSeconds.toFixed(1)} s after the last commit`);
    Object.assign(figures, await lags(sluice, committed), {
      'inbox empty after the last commit, s': emptyInSeconds,
    });
    await sluice.startWorker();
    await untilAdmitted(sluice);
    await sluice.stopWorker();
    // Slots stood free while there was no worker.
    await sluice.audit(WORKSPACES, 'WORK-CONSERVING');
    return figures;
  } finally {
    await sluice.stop();
  }
}

async function offerAll(servers: Servers, sluice: Sluice, seconds: number) {
  const callers = await startTransactionCallers(servers, {
    databaseUrl: await makeOrderingService(sluice.database, sluice.databaseUrl),
    connections: CONNECTIONS,
  });
  const offered: Record<string, { perSecond: number; p50Ms: number; p99Ms: number }> = {};
  let committed = 0;
  try {
    // The inbox comes last: what it leaves behind is measured next.
    for (const by of ['bare INSERT', 'enqueue'] as const) {
      const load: TransactionLoad = {
        by,
        workspaceIds: WORKSPACES,
        keyed: false,
        seconds,
        perSecond: PER_SECOND,
      };
      const warmUp = await callers.run({ ...load, seconds: WARM_UP_SECONDS });
      const outcome = await callers.run({
        ...load,
        seconds: by === 'enqueue' ? seconds : Math.min(seconds, BARE_SECONDS),
      });
      offered[by] = { ...outcome, perSecond: outcome.committed / outcome.seconds };
      if (by === 'enqueue') committed = warmUp.committed + outcome.committed;
    }
  } finally {
    await callers.stop();
  }
  return { offered, committed };
}

async function untilSequenced({ database }: Sluice): Promise<number> {
  const begunMs = performance.now();
  const isEmpty = async () => {
    const { rows } = await database.pool.query<{ waits: boolean }>(
      'select exists (select from inbox) as waits',
    );
    return !rows[0]!.waits;
  };
  if (!(await poll(isEmpty, SEQUENCED_DEADLINE_MS)))
    throw new Error(`the inbox is not empty after ${SEQUENCED_DEADLINE_MS / 1000} s`);
  return (performance.now() - begunMs) / 1000;
}

/** An execution's id holds the moment of the call, and its row that of its sequencing; both by Postgres' clock. */
async function lags({ database }: Sluice, committed: number): Promise<Figures> {
  const { rows } = await database.pool.query<{
    executions: number;
    p50: number;
    p99: number;
    longest: number;
  }>(`
    select count(*)::integer as executions, percentile_cont(0.5) within group (order by ms) as p50,
      percentile_cont(0.99) within group (order by ms) as p99, max(ms)::double precision as longest
    from (select extract(epoch from created_at - uuid_extract_timestamp(id)) * 1000 as ms from executions) waits`);
  const { executions, p50, p99, longest } = rows[0]!;
  if (executions !== committed)
    throw new Error(`${committed} transactions committed, and there are ${executions} executions`);
  return { 'call to queue p50 ms': p50, 'call to queue p99 ms': p99, 'call to queue longest ms': longest };
}

async function untilAdmitted({ database }: Sluice): Promise<void> {
  const enough = async () => {
    const { rows } = await database.pool.query<{ ended: number }>(
      'select count(*)::integer as ended from ended_executions',
    );
    return rows[0]!.ended >= ADMITTED;
  };
  if (!(await poll(enough, ADMITTED_DEADLINE_MS)))
    throw new Error(`fewer than ${ADMITTED} executions have ended after ${ADMITTED_DEADLINE_MS / 1000} s`);
}
