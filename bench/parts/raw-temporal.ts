import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { identify } from '../../src/local/processes/process-identity.ts';
import type { LanesInput } from '../code/lanes-input.ts';
import type { WorkInterval } from '../measure/intervals.ts';
import { NAMESPACES, type Servers } from './servers.ts';
import { readWorkLog } from './sluice.ts';

const WORKER = fileURLToPath(new URL('raw-worker.js', import.meta.url));
const TASK_QUEUE = 'raw';

/** Temporal without a gate: one stock Worker in a process of its own. */
export interface RawTemporal {
  readonly client: Client;
  readonly taskQueue: string;
  readonly workerPid: number;
  /** Runs one parent for each tenant, with children one after another in so many lanes, and returns what they wrote down. */
  lanes(input: Omit<LanesInput, 'idPrefix'> & { tenants: number }): Promise<WorkInterval[]>;
  stop(): Promise<void>;
}

export async function startRawTemporal(servers: Servers): Promise<RawTemporal> {
  const workLog = join(servers.dataDir, `raw-work-${Date.now()}.log`);
  const child = spawn(process.execPath, [WORKER, servers.temporalAddress, NAMESPACES.raw, TASK_QUEUE], {
    env: { ...process.env, BENCH_WORK_LOG: workLog },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  if (identity) servers.onSpawn(identity);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await Promise.race([
    new Promise<void>((resolve) => child.stdout.once('data', () => resolve())),
    ended.then(() => Promise.reject(new Error('the raw worker ended while it started'))),
  ]);
  const client = servers.client(NAMESPACES.raw);
  return {
    client,
    taskQueue: TASK_QUEUE,
    workerPid: child.pid!,
    async lanes({ tenants, ...input }) {
      const prefixes = Array.from({ length: tenants }, (_, tenant) => `lanes-${Date.now()}-${tenant}.`);
      const runs = prefixes.map((idPrefix) =>
        client.workflow.execute('lanes', {
          taskQueue: TASK_QUEUE,
          workflowId: idPrefix,
          args: [{ ...input, idPrefix } satisfies LanesInput],
        }),
      );
      await Promise.all(runs);
      return readWorkLog(workLog).flatMap(({ workflowId, beganMs, endedMs }) => {
        const tenant = prefixes.find((prefix) => workflowId.startsWith(prefix));
        return tenant === undefined
          ? []
          : [{ tenant, seq: Number(workflowId.slice(tenant.length)), beganMs, endedMs }];
      });
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
      rmSync(workLog, { force: true });
    },
  };
}
