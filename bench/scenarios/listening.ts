import { runSluice, figuresOf } from '../parts/contestants.ts';
import { startListeners } from '../parts/listeners.ts';
import { postLoad } from '../parts/post-load.ts';
import { type Sluice, startSluice } from '../parts/sluice.ts';
import type { Servers } from '../parts/servers.ts';
import type { Figures, Scenario } from '../scenario.ts';

const CONNECTIONS = 32;
const WARM_UP_SECONDS = 1;
const SECONDS = 4;
const WORKSPACE = 'alone';
const WAITING = 200;
const BODY = JSON.stringify({
  workflowType: 'nothing',
  input: { order: 'A-1017', items: [3, 1, 4], note: 'x'.repeat(100) },
});

const WORK = { tenants: 1, each: 80, workMs: 200, cap: 5, warmUp: 30 };

/**
 * What it costs those who work that somebody listens: a stream of the workspace's events, and requests that wait for its executions. Whoever
 * listens has the same two processors, and his part of them counts as a cost.
 */
export const listening: Scenario = {
  name: 'listening',
  title: `Listening: POST over ${CONNECTIONS} connections for ${SECONDS} s, and ${WORK.each} handoffs of ${WORK.workMs} ms, while a stream and up to ${WAITING} requests wait, beside the same while nobody does`,
  rounds: 20,
  needsPackages: true,
  reaches: [
    {
      what: 'POST/s while others listen, times while nobody does',
      value: (f) => f['POST/s, others listen']! / f['POST/s, nobody listens']!,
      atLeast: 0.95,
    },
    {
      what: 'handoff p50 while others listen, times while nobody does',
      value: (f) => f['others listen p50 ms']! / f['nobody listens p50 ms']!,
      atMost: 1.05,
    },
  ],
  async start({ servers, signal }) {
    const sluice = await startSluice(servers);
    await sluice.createWorkspaces([WORKSPACE]);
    await sluice.database.pool.query(
      'update tiers set max_pending = 10000000, max_pending_bytes = 100000000000',
    );
    await sluice.enqueueAll([WORKSPACE], WAITING, 'nothing');
    return {
      async round(number): Promise<Figures> {
        const turns = number % 2 === 0 ? [true, false] : [false, true];
        const figures: Record<string, number> = {};
        for (const listened of turns) Object.assign(figures, await posts(sluice, listened, signal));
        for (const listened of turns) Object.assign(figures, await handoffs(servers, listened));
        return figures;
      },
      stop: () => sluice.stop(),
    };
  },
};

const named = (listened: boolean) => (listened ? 'others listen' : 'nobody listens');

async function posts(sluice: Sluice, listened: boolean, signal: AbortSignal): Promise<Figures> {
  const { apiUrl, database } = sluice;
  const plan = { apiUrl, workspaceIds: [WORKSPACE], connections: CONNECTIONS, body: BODY };
  const { rows } = await database.pool.query<{ id: string }>(
    'select id from executions where workspace_id = $1 order by seq limit $2',
    [WORKSPACE, WAITING],
  );
  const executions = rows.map(({ id }) => ({ workspaceId: WORKSPACE, id }));
  const listeners = listened ? await startListeners(sluice, [WORKSPACE], executions) : null;
  try {
    await postLoad({ ...plan, seconds: WARM_UP_SECONDS }, signal);
    const { accepted, seconds, p99Ms } = await postLoad({ ...plan, seconds: SECONDS }, signal);
    if (listeners !== null && listeners.events() < accepted)
      throw new Error(`${accepted} were accepted, and the stream told of ${listeners.events()}`);
    return { [`POST/s, ${named(listened)}`]: accepted / seconds, [`POST p99 ms, ${named(listened)}`]: p99Ms };
  } finally {
    listeners?.stop();
  }
}

async function handoffs(servers: Servers, listened: boolean): Promise<Figures> {
  const run = await runSluice(servers, WORK, {
    ...(listened && {
      async beside(sluice, workspaces) {
        const { rows } = await sluice.database.pool.query<{ id: string; workspaceId: string }>(
          'select id, workspace_id as "workspaceId" from executions where workspace_id = any($1)',
          [workspaces],
        );
        const listeners = await startListeners(sluice, workspaces, rows);
        return () => listeners.stop();
      },
    }),
  });
  return figuresOf(named(listened), [run], WORK);
}
