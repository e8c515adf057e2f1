import { insertTestKey } from '../../test/support/keys.ts';
import { postLoad } from '../parts/post-load.ts';
import { startSluice } from '../parts/sluice.ts';
import type { Figures, Scenario } from '../scenario.ts';

const CONNECTIONS = 32;
const WARM_UP_SECONDS = 1;
const SECONDS = 4;
const WORKSPACE = 'alone';
const BODY = JSON.stringify({
  workflowType: 'nothing',
  input: { order: 'A-1017', items: [3, 1, 4], note: 'x'.repeat(100) },
});

/** No bound of a key is to end the load. */
const KEY_REQUESTS_PER_SECOND = '100000';

/** What it costs that each caller sends a key: the same load on two installations, one of which asks for none. */
export const keys: Scenario = {
  name: 'keys',
  title: `Keys: POST over ${CONNECTIONS} connections for ${SECONDS} s with a key, beside an installation that asks for none`,
  rounds: 20,
  needsPackages: true,
  reaches: [
    {
      what: 'POST/s with keys, times without',
      value: (f) => f['POST/s with keys']! / f['POST/s without']!,
      atLeast: 0.9,
    },
  ],
  async start({ servers, signal }) {
    const open = await startSluice(servers);
    const asking = await startSluice(servers, { AUTH: 'keys', KEY_REQUESTS_PER_SECOND });
    for (const { database } of [open, asking]) {
      await database.pool.query(`insert into workspaces (id, tier, limit_in_force) values ($1, 'pro', 5)`, [
        WORKSPACE,
      ]);
      await database.pool.query('update tiers set max_pending = 10000000, max_pending_bytes = 100000000000');
    }
    const { headers } = await insertTestKey(asking.database, { workspaceId: WORKSPACE, rights: ['enqueue'] });
    const contestants = [
      { who: 'with keys', apiUrl: asking.apiUrl, headers },
      { who: 'without', apiUrl: open.apiUrl, headers: {} },
    ];
    return {
      async round(number): Promise<Figures> {
        const figures: Record<string, number> = {};
        for (const { who, apiUrl, headers: sent } of number % 2 === 0
          ? contestants
          : contestants.toReversed()) {
          const plan = {
            apiUrl,
            headers: sent,
            workspaceIds: [WORKSPACE],
            connections: CONNECTIONS,
            body: BODY,
          };
          await postLoad({ ...plan, seconds: WARM_UP_SECONDS }, signal);
          const outcome = await postLoad({ ...plan, seconds: SECONDS }, signal);
          figures[`POST/s ${who}`] = outcome.accepted / outcome.seconds;
          figures[`p99 ms ${who}`] = outcome.p99Ms;
        }
        return figures;
      },
      async stop() {
        await open.stop();
        await asking.stop();
      },
    };
  },
};
