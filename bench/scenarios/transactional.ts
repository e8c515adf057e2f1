import { setNotify } from '../../src/db/grants/set-notify.ts';
import { publishWorkflowTypes } from '../../src/enqueue/known-workflow-types.ts';
import { openBenchDatabase } from '../parts/line.ts';
import { makeOrderingService, WORKFLOW_TYPE } from '../parts/ordering-service.ts';
import type { TransactionLoad } from '../parts/transaction-generator.ts';
import { startTransactionCallers } from '../parts/transaction-load.ts';
import type { Figures, Scenario } from '../scenario.ts';

/** As many as node-postgres' pool has unless it is told otherwise, and as many as the other scenarios of enqueueing have. */
const CONNECTIONS = [10, 32] as const;
const WARM_UP_SECONDS = 1.5;
const SECONDS = 0.6;

/** So many workspaces that share the load, with and without a key for each execution. */
const KINDS = [
  { spread: '1 workspace', workspaceIds: ['alone'] },
  { spread: '100 workspaces', workspaceIds: Array.from({ length: 100 }, (_, nth) => `w${nth}`) },
].flatMap(({ spread, workspaceIds }) => [
  { of: `${spread}, no key`, workspaceIds, keyed: false },
  { of: `${spread}, a key`, workspaceIds, keyed: true },
]);
const NOTIFYING = KINDS[0]!;

type Kind = (typeof KINDS)[number];
type By = TransactionLoad['by'];

const LOADS = CONNECTIONS.flatMap((connections) =>
  KINDS.map((kind) => ({ connections, kind, named: nameOf(connections, kind) })),
);

function nameOf(connections: number, { of }: Kind): string {
  return `${connections} connections, ${of}`;
}

/**
 * What enqueueing adds to a caller's own transaction, by `sluice.enqueue` alone: nothing sequences meanwhile, for neither an API nor a worker
 * runs. Each round begins with empty tables.
 */
export const transactional: Scenario = {
  name: 'transactional',
  title: `Enqueue by transaction: an order and sluice.enqueue, ${SECONDS} s in turn, beside an order and an INSERT of the same row`,
  rounds: 16,
  reaches: LOADS.map(({ named }) => ({
    what: `commits/s, ${named}, times a bare INSERT`,
    value: (f: Figures) => f[`enqueue commits/s, ${named}`]! / f[`bare INSERT commits/s, ${named}`]!,
    atLeast: 0.8,
  })),
  async start({ servers }) {
    const databaseUrl = await servers.newSluiceDatabase();
    const database = openBenchDatabase(databaseUrl);
    const { pool, db } = database;
    await pool.query(
      "insert into workspaces (id, tier, limit_in_force) select distinct id, 'pro'::tier, 5 from unnest($1::text[]) as id",
      [KINDS.flatMap(({ workspaceIds }) => workspaceIds)],
    );
    const service = await makeOrderingService(database, databaseUrl);
    const callers = new Map(
      await Promise.all(
        CONNECTIONS.map(
          async (connections) =>
            [
              connections,
              await startTransactionCallers(servers, { databaseUrl: service, connections }),
            ] as const,
        ),
      ),
    );
    const run = (
      connections: (typeof CONNECTIONS)[number],
      { workspaceIds, keyed }: Kind,
      by: By,
      seconds: number,
    ) => callers.get(connections)!.run({ by, workspaceIds, keyed, seconds, perSecond: null });
    // The pool's workers say so each minute.
    await publishWorkflowTypes(db, [WORKFLOW_TYPE]);
    await pool.query('vacuum analyze workspaces, tiers, deployment, role_grants, workflow_types');
    for (const connections of CONNECTIONS)
      for (const by of ['enqueue', 'bare INSERT'] as const)
        await run(connections, KINDS.at(-1)!, by, WARM_UP_SECONDS);
    return {
      async round(number): Promise<Figures> {
        await pool.query('truncate public.orders, public.bare_inbox, inbox');
        await publishWorkflowTypes(db, [WORKFLOW_TYPE]);
        const figures: Record<string, number> = {};
        let enqueued = 0;
        const measure = async (
          connections: (typeof CONNECTIONS)[number],
          kind: Kind,
          by: By,
          who: string = by,
        ) => {
          const { committed, seconds, p99Ms } = await run(connections, kind, by, SECONDS);
          figures[`${who} commits/s, ${nameOf(connections, kind)}`] = committed / seconds;
          figures[`${who} p99 ms, ${nameOf(connections, kind)}`] = p99Ms;
          if (by === 'enqueue') enqueued += committed;
        };
        const contestants = ['enqueue', 'bare INSERT'] as const;
        for (const { connections, kind } of LOADS)
          // Who goes first has the smaller tables: that changes from round to round.
          for (const by of number % 2 === 0 ? contestants : contestants.toReversed())
            await measure(connections, kind, by);
        await setNotify(db, true);
        for (const connections of CONNECTIONS) {
          await measure(connections, NOTIFYING, 'enqueue', 'enqueue with NOTIFY');
          const named = nameOf(connections, NOTIFYING);
          figures[`with NOTIFY times without, ${named}`] =
            figures[`enqueue with NOTIFY commits/s, ${named}`]! / figures[`enqueue commits/s, ${named}`]!;
        }
        await setNotify(db, false);
        await checkInbox(database, enqueued);
        return figures;
      },
      async stop() {
        for (const one of callers.values()) await one.stop();
        await database.close();
      },
    };
  },
};

/** Every commit has left a row, and nothing else has. */
async function checkInbox({ pool }: ReturnType<typeof openBenchDatabase>, enqueued: number): Promise<void> {
  const { rows } = await pool.query<{ rows: number }>('select count(*)::integer as rows from inbox');
  if (rows[0]!.rows !== enqueued)
    throw new Error(`${enqueued} transactions committed, and the inbox has ${rows[0]!.rows} rows`);
}
