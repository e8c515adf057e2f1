import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Sluice as SluiceClient, type WorkspaceSettings } from '../../packages/client/src/index.ts';
import { auditDeployment } from '../../src/audit/audit-deployment.ts';
import type { Client } from '@temporalio/client';
import { type Database, openDatabase } from '../../src/db/connection/database.ts';
import { gateWorkflowId } from '../../src/domain/names.ts';
import { poll } from '../../src/async/poll.ts';
import { freePort } from '../../src/local/processes/ports.ts';
import { startProcess } from '../../test/support/processes/start-process.ts';
import type { WorkInterval } from '../measure/intervals.ts';
import { NAMESPACES, type Servers } from './servers.ts';

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));
const CODE = fileURLToPath(new URL('../code/', import.meta.url));

/** Far beyond the longest work of a scenario; a run in which nothing moves is to fail. */
const STANDSTILL_MS = 240_000;
/** Counting reads every open row; whether there is one is asked all the time. */
const COUNT_EVERY_MS = 5_000;

/** How many requests the bench sends at once; enough to keep the API busy. */
const REQUESTS_AT_ONCE = 16;

/** The product under measurement: one API and one worker as processes of their own, on a database of their own. */
export interface Sluice {
  readonly database: Database;
  readonly databaseUrl: string;
  readonly apiUrl: string;
  readonly apiPid: number;
  /** Empty before the worker's first start. */
  workerPid(): number | null;
  /** Where its metrics are; null as its process id. */
  workerUrl(): string | null;
  /** A value of the worker's own metrics, by its name. */
  workerMetric(name: string): Promise<number>;
  createWorkspaces(ids: readonly string[], settings?: WorkspaceSettings): Promise<void>;
  enqueue(workspaceId: string, workflowType: string, input?: unknown): Promise<string>;
  /** So many for each workspace, in turn, as fast as the API takes them. A function gives the input for a workspace's index and its number from 0. */
  enqueueAll(
    ids: readonly string[],
    each: number,
    workflowType: string,
    input?: number | ((workspace: number, seq: number) => number),
  ): Promise<void>;
  startWorker(settings?: Record<string, string>): Promise<void>;
  stopWorker(): Promise<void>;
  /** Resolves when no execution of the workspaces is pending or running. */
  drained(ids: readonly string[]): Promise<void>;
  /** What the activities of the workspaces wrote down. */
  intervals(ids: readonly string[]): Promise<WorkInterval[]>;
  /** Events in all runs of the workspaces' gates together. */
  gateEvents(ids: readonly string[]): Promise<number>;
  /** Throws when the audit finds a breach in these workspaces, but of the invariant that the scenario itself breaks. */
  audit(ids: readonly string[], except?: 'WORK-CONSERVING'): Promise<void>;
  stop(): Promise<void>;
}

export async function startSluice(servers: Servers, settings: Record<string, string> = {}): Promise<Sluice> {
  const databaseUrl = await servers.newSluiceDatabase();
  const database = openDatabase({
    url: databaseUrl,
    poolSize: 4,
    applicationName: 'bench',
    statementTimeoutMs: 240_000,
    onError: () => {},
  });
  const workLog = join(servers.dataDir, `work-${Date.now()}.log`);
  const common = {
    AUTH: 'none',
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: servers.temporalAddress,
    TEMPORAL_NAMESPACE: NAMESPACES.sluice,
    TEMPORAL_UI_URL: servers.uiUrl,
    WORKFLOWS_PATH: join(CODE, 'workflows.js'),
    ACTIVITIES_PATH: join(CODE, 'activities.js'),
    LOG_LEVEL: 'warn',
    SHUTDOWN_GRACE_SECONDS: '1',
    BENCH_WORK_LOG: workLog,
    ...settings,
  };
  const start = async (kind: 'api' | 'worker', more: Record<string, string> = {}) => {
    const port = await freePort();
    const service = await startProcess({
      name: `sluice-${kind}`,
      kind,
      folder: REPOSITORY,
      port,
      settings: { ...common, ...more },
      logFile: join(servers.dataDir, `sluice-${kind}.log`),
      onSpawn: servers.onSpawn,
    });
    return { service, url: `http://127.0.0.1:${port}` };
  };
  const api = await start('api');
  let worker: Awaited<ReturnType<typeof start>> | null = null;

  // One try: what a benchmark counts is not to be mended on the way.
  const client = new SluiceClient({ baseUrl: api.url, retryFor: 0 });
  const enqueue = async (workspaceId: string, workflowType: string, input?: unknown) =>
    (await client.start(workflowType, { workspace: workspaceId, input })).id;
  const stopWorker = async () => {
    await worker?.service.stop();
    worker = null;
  };

  return {
    database,
    databaseUrl,
    apiUrl: api.url,
    apiPid: api.service.identity.pid,
    workerPid: () => worker?.service.identity.pid ?? null,
    workerUrl: () => worker?.url ?? null,
    async workerMetric(name) {
      const text = await (await fetch(`${worker!.url}/metrics`)).text();
      const line = text.split('\n').find((candidate) => candidate.startsWith(`${name} `));
      if (line === undefined) throw new Error(`the worker has no metric ${name}`);
      return Number(line.slice(name.length + 1));
    },
    async createWorkspaces(ids, fields = { tier: 'pro' }) {
      await atOnce(ids, (id) => client.workspaces.put(id, fields));
    },
    enqueue,
    async enqueueAll(ids, each, workflowType, input) {
      await atOnce(
        Array.from({ length: each * ids.length }, (_, i) => i),
        (i) => {
          const [workspace, seq] = [i % ids.length, Math.floor(i / ids.length)];
          const its = typeof input === 'function' ? input(workspace, seq) : input;
          return enqueue(ids[workspace]!, workflowType, its);
        },
      );
    },
    async startWorker(more = {}) {
      worker = await start('worker', more);
    },
    stopWorker,
    async drained(ids) {
      const open = `from executions where workspace_id = any($1) and status in ('pending', 'running')`;
      let [left, changedMs, countedMs] = [-1, performance.now(), performance.now()];
      const isDrained = async () => {
        const { rows } = await database.pool.query(`select 1 ${open} limit 1`, [ids]);
        if (rows.length === 0) return true;
        if (performance.now() - countedMs < COUNT_EVERY_MS) return false;
        const counted = await database.pool.query<{ n: number }>(`select count(*)::integer as n ${open}`, [
          ids,
        ]);
        countedMs = performance.now();
        if (counted.rows[0]!.n !== left) [left, changedMs] = [counted.rows[0]!.n, countedMs];
        if (countedMs - changedMs > STANDSTILL_MS)
          throw new Error(`${left} executions are open, and none has ended in ${STANDSTILL_MS / 1000} s`);
        return false;
      };
      await poll(isDrained, Infinity);
    },
    async intervals(ids) {
      const { rows } = await database.pool.query<{ id: string; workspace_id: string; seq: string }>(
        'select id, workspace_id, seq from all_executions where workspace_id = any($1)',
        [ids],
      );
      const known = new Map(rows.map((row) => [`execution.${row.id}`, row]));
      return readWorkLog(workLog).flatMap(({ workflowId, beganMs, endedMs }) => {
        const row = known.get(workflowId);
        return row ? [{ tenant: row.workspace_id, seq: Number(row.seq), beganMs, endedMs }] : [];
      });
    },
    async gateEvents(ids) {
      let events = 0;
      for (const id of ids)
        events += await eventsOfAllRuns(servers.client(NAMESPACES.sluice), gateWorkflowId(id));
      return events;
    },
    async audit(ids, except) {
      const report = await auditDeployment({
        database,
        client: servers.client(NAMESPACES.sluice),
        workspaces: ids,
      });
      const broken = report.checks.filter(
        ({ invariant, breaches }) => breaches.length > 0 && invariant !== except,
      );
      if (broken.length > 0) throw new Error(`the audit found breaches: ${JSON.stringify(broken)}`);
    },
    async stop() {
      await stopWorker();
      await api.service.stop();
      await database.close();
      rmSync(workLog, { force: true });
    },
  };
}

/** From the newest run back to the first, each of which names the one that it continued. */
async function eventsOfAllRuns(client: Client, workflowId: string): Promise<number> {
  let events = 0;
  let runId: string | null = '';
  while (runId !== null) {
    const run = await client.workflow.getHandle(workflowId, runId === '' ? undefined : runId).describe();
    events += run.historyLength;
    runId = await runBefore(client, { workflowId, runId: run.runId });
  }
  return events;
}

async function runBefore(
  client: Client,
  execution: { workflowId: string; runId: string },
): Promise<string | null> {
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace: client.options.namespace,
    execution,
    maximumPageSize: 1,
  });
  return history?.events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId || null;
}

export function readWorkLog(file: string): { workflowId: string; beganMs: number; endedMs: number }[] {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const [workflowId, began, ended] = line.split(' ') as [string, string, string];
    return { workflowId, beganMs: Number(began), endedMs: Number(ended) };
  });
}

async function atOnce<T>(items: readonly T[], task: (item: T) => Promise<unknown>): Promise<void> {
  const left = [...items].reverse();
  const work = async () => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) await task(item);
  };
  await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, work));
}
