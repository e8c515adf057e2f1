import { setTimeout as delay } from 'node:timers/promises';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { percentile } from '../../src/domain/percentile.ts';
import { startRawTemporal } from '../parts/raw-temporal.ts';
import type { Servers } from '../parts/servers.ts';
import { startSluice } from '../parts/sluice.ts';
import type { Figures, Scenario } from '../scenario.ts';

const SAMPLES = 40;
/** The first ones make connections and load code. */
const WARM_UP = 10;
/** Between two samples, so that each finds everything idle. */
const PAUSE_MS = 100;
/** Long enough for a child to be through its first line: to look for it meanwhile would hold it up. */
const LOOK_AGAIN_MS = 100;

/** An execution for a workspace that does nothing: from the request to the first line of its workflow. */
export const admission: Scenario = {
  name: 'admission',
  title: `Admission on an idle workspace: ${SAMPLES} executions, one after another`,
  rounds: 5,
  reaches: [
    {
      what: 'POST to first line, over signal and child alone',
      value: (f) => f['sluice p50 ms']! / f['raw, by signal and child, p50 ms']!,
      atMost: 1.3,
    },
  ],
  start({ servers }) {
    return Promise.resolve({
      round: async (round) => ({
        ...(await sluice(servers, round)),
        ...(await raw(servers)),
        ...(await rawByChild(servers)),
      }),
      stop: () => Promise.resolve(),
    });
  },
};

async function sluice(servers: Servers, round: number): Promise<Figures> {
  const running = await startSluice(servers);
  try {
    const workspace = `a${round}`;
    await running.createWorkspaces([workspace]);
    await running.startWorker();
    return await sample('sluice', async () => {
      const id = await running.enqueue(workspace, 'firstLine');
      await running.drained([workspace]);
      const { rows } = await running.database.pool.query<{ result: string }>(
        'select result from all_executions where id = $1',
        [id],
      );
      return Number(rows[0]!.result);
    });
  } finally {
    await running.stop();
  }
}

async function raw(servers: Servers): Promise<Figures> {
  const running = await startRawTemporal(servers);
  try {
    const { client, taskQueue } = running;
    let runs = 0;
    return await sample('raw', async () => {
      const workflowId = `admission-${Date.now()}-${++runs}`;
      const handle = await client.workflow.start('firstLine', { taskQueue, workflowId });
      return (await handle.result()) as number;
    });
  } finally {
    await running.stop();
  }
}

/** The steps of an admission that are Temporal's: a signal, the task of a workflow that starts a child, the child. */
async function rawByChild(servers: Servers): Promise<Figures> {
  const running = await startRawTemporal(servers);
  try {
    const { client, taskQueue } = running;
    const opener = `opener-${Date.now()}`;
    let runs = 0;
    return await sample('raw, by signal and child,', async () => {
      const child = `${opener}.${++runs}`;
      await client.workflow.signalWithStart('opener', {
        taskQueue,
        workflowId: opener,
        signal: 'open',
        signalArgs: [child],
      });
      await delay(LOOK_AGAIN_MS);
      return await resultOnceStarted(client, child);
    });
  } finally {
    await running.stop();
  }
}

async function resultOnceStarted(client: Client, workflowId: string): Promise<number> {
  for (;;) {
    try {
      return (await client.workflow.getHandle(workflowId).result()) as number;
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      await delay(LOOK_AGAIN_MS);
    }
  }
}

/** `run` resolves with the time of its first line, in whole ms since the epoch. */
async function sample(who: string, run: () => Promise<number>): Promise<Figures> {
  const waits: number[] = [];
  for (let i = 0; i < WARM_UP + SAMPLES; i++) {
    const asked = performance.timeOrigin + performance.now();
    const firstLine = await run();
    if (i >= WARM_UP) waits.push(firstLine - asked);
    await delay(PAUSE_MS);
  }
  return { [`${who} p50 ms`]: percentile(waits, 50), [`${who} p99 ms`]: percentile(waits, 99) };
}
