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
  /** Runs a parent for each tenant to its end, which keeps so many children open until all have ended. Resolves to the prefixes of the children's ids. */
  parents(tenants: readonly Omit<LanesInput, 'idPrefix'>[]): Promise<string[]>;
  /** What the children of these parents wrote down. */
  intervals(prefixes: readonly string[]): WorkInterval[];
  stop(): Promise<void>;
}

export interface RawOptions {
  /** Room for so many at once, where the SDK's default is less. */
  readonly concurrentActivities?: number;
}

export async function startRawTemporal(
  servers: Servers,
  { concurrentActivities = 0 }: RawOptions = {},
): Promise<RawTemporal> {
  const workLog = join(servers.dataDir, `raw-work-${Date.now()}.log`);
  const order = [servers.temporalAddress, NAMESPACES.raw, TASK_QUEUE, String(concurrentActivities)];
  const child = spawn(process.execPath, [WORKER, ...order], {
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
    async parents(tenants) {
      const run = Date.now();
      const prefixes = tenants.map((_, tenant) => `lanes-${run}-${tenant}.`);
      const runs = tenants.map((input, tenant) =>
        client.workflow.execute('lanes', {
          taskQueue: TASK_QUEUE,
          workflowId: prefixes[tenant]!,
          args: [{ ...input, idPrefix: prefixes[tenant]! } satisfies LanesInput],
        }),
      );
      await Promise.all(runs);
      return prefixes;
    },
    intervals(prefixes) {
      const known = new Set(prefixes);
      return readWorkLog(workLog).flatMap(({ workflowId, beganMs, endedMs }) => {
        const tenant = workflowId.slice(0, workflowId.indexOf('.') + 1);
        return !known.has(tenant)
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
