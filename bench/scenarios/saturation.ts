import { cpuTimeMs } from '../measure/cpu-time.ts';
import { over, RESERVATIONS } from '../parts/contestants.ts';
import { type RawTemporal, startRawTemporal } from '../parts/raw-temporal.ts';
import type { Servers } from '../parts/servers.ts';
import { startSluice } from '../parts/sluice.ts';
import type { Figures, Scenario } from '../scenario.ts';

const WORKSPACES = 10;
const LIMIT = 5;
const EXECUTIONS = 800;

/** In turns, because the speed of a shared machine changes from one run to the next by more than the reach allows. */
const TURNS = 2;

/** Work of no length: what the machine does at most, with admission and without. */
export const saturation: Scenario = {
  name: 'saturation',
  title: `Saturation: ${WORKSPACES} workspaces, limit ${LIMIT} each, ${EXECUTIONS} executions of no length; Sluice and raw parents ${TURNS} times in turns`,
  rounds: 5,
  takesReservations: true,
  reaches: [
    {
      what: 'executions/s over raw parents',
      value: (f) => f['sluice executions/s']! / f['raw parents executions/s']!,
      atLeast: 0.95,
    },
    {
      what: 'gate events per execution of a backlog',
      value: (f) => f['gate events/execution']!,
      atMost: 7,
    },
  ],
  start({ servers, reservations }) {
    return Promise.resolve({
      async round(number) {
        const turns: Figures[] = [];
        for (let turn = 0; turn < TURNS; turn++)
          turns.push({
            ...(await sluice(servers, `${number}-${turn}`)),
            ...(reservations && (await sluice(servers, `${number}-${turn}-reserved`, RESERVATIONS))),
            ...(await rawParents(servers)),
          });
        const figures = meanOf(turns);
        return {
          ...figures,
          ...(reservations && over(figures, 'executions/s')),
          ...(await rawClient(servers)),
        };
      },
      stop: () => Promise.resolve(),
    });
  },
};

interface Way {
  readonly who: string;
  readonly settings: Record<string, string>;
}

async function sluice(
  servers: Servers,
  turn: string,
  { who, settings }: Way = { who: 'sluice', settings: {} },
): Promise<Figures> {
  const running = await startSluice(servers, settings);
  try {
    const workspaces = Array.from({ length: WORKSPACES }, (_, i) => `s${turn}-${i}`);
    await running.createWorkspaces(workspaces);
    await running.enqueueAll(workspaces, EXECUTIONS / WORKSPACES, 'nothing');
    await running.startWorker();
    await running.drained(workspaces);
    const cpuMs = cpuTimeMs(running.workerPid()!);
    const { rows } = await running.database.pool.query<{ seconds: number }>(
      `select extract(epoch from max(closed_at) - min(admitted_at))::float8 as seconds from all_executions`,
    );
    const events = await running.gateEvents(workspaces);
    await running.audit(workspaces);
    return {
      [`${who} executions/s`]: EXECUTIONS / rows[0]!.seconds,
      [`${who} worker CPU ms/execution`]: cpuMs / EXECUTIONS,
      // As it was called when nobody else had gates.
      [who === 'sluice' ? 'gate events/execution' : `${who} gate events/execution`]: events / EXECUTIONS,
    };
  } finally {
    await running.stop();
  }
}

/** As many parents as Sluice has gates, each of which starts a child as soon as one has ended: what any design with a parent and children can do at most. */
async function rawParents(servers: Servers): Promise<Figures> {
  const running = await startRawTemporal(servers);
  try {
    const parent = {
      limit: LIMIT,
      executions: EXECUTIONS / WORKSPACES,
      type: 'nothing',
      ms: 0,
      firstMs: [],
    } as const;
    return await timed('raw parents', running, () =>
      running.parents(Array.from({ length: WORKSPACES }, () => parent)),
    );
  } finally {
    await running.stop();
  }
}

/** As many callers as Sluice has slots, each of which starts a workflow, waits for its end, and starts the next. */
async function rawClient(servers: Servers): Promise<Figures> {
  const running = await startRawTemporal(servers);
  try {
    const { client, taskQueue } = running;
    let next = 0;
    const prefix = `saturation-${Date.now()}-`;
    const caller = async () => {
      while (next < EXECUTIONS)
        await client.workflow.execute('nothing', { taskQueue, workflowId: `${prefix}${next++}` });
    };
    return await timed('raw client', running, () =>
      Promise.all(Array.from({ length: WORKSPACES * LIMIT }, caller)),
    );
  } finally {
    await running.stop();
  }
}

async function timed(who: string, running: RawTemporal, run: () => Promise<unknown>): Promise<Figures> {
  const begun = performance.now();
  await run();
  const seconds = (performance.now() - begun) / 1000;
  return {
    [`${who} executions/s`]: EXECUTIONS / seconds,
    [`${who} worker CPU ms/execution`]: cpuTimeMs(running.workerPid) / EXECUTIONS,
  };
}

function meanOf(turns: readonly Figures[]): Figures {
  return Object.fromEntries(
    Object.keys(turns[0]!).map((name) => [
      name,
      turns.reduce((sum, figures) => sum + figures[name]!, 0) / turns.length,
    ]),
  );
}
