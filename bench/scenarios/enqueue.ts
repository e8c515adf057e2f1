import { onServer } from '../../src/db/server/on-server.ts';
import { startBareInsert } from '../parts/bare-insert.ts';
import { postLoad } from '../parts/post-load.ts';
import { startSluice } from '../parts/sluice.ts';
import type { Figures, Scenario } from '../scenario.ts';

const CONNECTIONS = 32;
const WARM_UP_SECONDS = 2;
const SECONDS = 8;
const BODY = JSON.stringify({
  workflowType: 'nothing',
  input: { order: 'A-1017', items: [3, 1, 4], note: 'x'.repeat(100) },
});

/** So many workspaces that share the load. */
const SPREADS = [
  { of: '1 workspace', workspaceIds: ['alone'] },
  { of: '100 workspaces', workspaceIds: Array.from({ length: 100 }, (_, nth) => `w${nth}`) },
] as const;

/**
 * What the queue costs beside the row: lock, number, key, limits and wakes. Wakes go to Temporal and are the route's cost; there is no
 * worker, because what a gate does with a wake is not, and would take the processors from whoever is measured.
 */
export const enqueue: Scenario = {
  name: 'enqueue',
  title: `Enqueue: POST over ${CONNECTIONS} connections for ${SECONDS} s, beside the same route with a bare INSERT`,
  rounds: 5,
  needsPackages: true,
  reaches: SPREADS.flatMap(({ of }) => [
    {
      what: `POST/s, ${of}, times a bare INSERT`,
      value: (f: Figures) => f[`sluice POST/s, ${of}`]! / f[`bare POST/s, ${of}`]!,
      atLeast: 0.8,
    },
    {
      what: `p99, ${of}: a bare INSERT's, divided by Sluice's`,
      value: (f: Figures) => f[`bare p99 ms, ${of}`]! / f[`sluice p99 ms, ${of}`]!,
      atLeast: 0.8,
    },
  ]),
  async start({ servers, signal }) {
    const sluice = await startSluice(servers);
    const bare = await startBareInsert(servers);
    const everyone = SPREADS.flatMap(({ workspaceIds }) => workspaceIds);
    const contestants = [
      { who: 'sluice', ...sluice },
      { who: 'bare', ...bare },
    ];
    const accepted = { sluice: 0, bare: 0 };
    await sluice.createWorkspaces(everyone);
    await insertWorkspaces(bare.databaseUrl, everyone);
    return {
      async round(number): Promise<Figures> {
        const figures: Record<string, number> = {};
        for (const { of, workspaceIds } of SPREADS) {
          // Who goes first has the warmer or the cooler machine: that changes from round to round.
          for (const { who, apiUrl } of number % 2 === 0 ? contestants : contestants.toReversed()) {
            const plan = { apiUrl, workspaceIds, connections: CONNECTIONS, body: BODY };
            const warmUp = await postLoad({ ...plan, seconds: WARM_UP_SECONDS }, signal);
            const outcome = await postLoad({ ...plan, seconds: SECONDS }, signal);
            figures[`${who} POST/s, ${of}`] = outcome.accepted / outcome.seconds;
            figures[`${who} p50 ms, ${of}`] = outcome.p50Ms;
            figures[`${who} p99 ms, ${of}`] = outcome.p99Ms;
            accepted[who as 'sluice'] += warmUp.accepted + outcome.accepted;
          }
        }
        const loads = number * SPREADS.length * 2;
        await checkLine(sluice.databaseUrl, accepted.sluice, loads * CONNECTIONS);
        return figures;
      },
      async stop() {
        await sluice.stop();
        await bare.stop();
      },
    };
  },
};

async function insertWorkspaces(databaseUrl: string, ids: readonly string[]): Promise<void> {
  await once(
    databaseUrl,
    "insert into workspaces (id, tier, limit_in_force) select id, 'pro', 5 from unnest($1::text[]) as id",
    [ids],
  );
}

/**
 * Every 202 is a row, and `seq` has no gap. Each connection of each load may have left one request behind whose answer it did not wait
 * for, so there may be as many rows more.
 */
async function checkLine(databaseUrl: string, accepted: number, unansweredAtMost: number): Promise<void> {
  const [line] = await once(
    databaseUrl,
    `select sum(e.rows)::integer as rows, count(*) filter (where e.rows <> w.last_seq or e.highest <> w.last_seq or e.rows <> w.pending)
       ::integer as broken
     from workspaces w,
       lateral (select count(*) as rows, coalesce(max(seq), 0) as highest from all_executions where workspace_id = w.id) e`,
  );
  const { rows, broken } = line as { rows: number; broken: number };
  if (broken > 0) throw new Error(`${broken} workspaces have a queue with gaps, or a counter that is wrong`);
  if (rows < accepted || rows > accepted + unansweredAtMost)
    throw new Error(`${accepted} requests were answered 202, and there are ${rows} rows`);
}

function once(databaseUrl: string, text: string, values: unknown[] = []): Promise<unknown[]> {
  return onServer(
    databaseUrl,
    async (client) => (await client.query<Record<string, unknown>>(text, values)).rows,
  );
}
