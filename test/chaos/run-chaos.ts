import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { findGo } from '../../src/local/temporal/go-install.ts';
import { type AuditReport, auditDeployment } from '../../src/audit/audit-deployment.ts';
import { openDatabase, type Database } from '../../src/db/connection/database.ts';
import { takeDataDir } from '../../src/local/processes/run-file.ts';
import { buildGoWorker } from '../foreign/go-worker.ts';
import { DATA_DIR_PREFIX, endAbandonedRuns } from './abandoned-runs.ts';
import { AcceptedLog } from './load/accepted-log.ts';
import { startClients } from './load/client.ts';
import type { GateVersion } from './processes/code-tree.ts';
import { countByStatus, drain, type Undone } from './load/drain.ts';
import { type FaultRecord, createFaults } from './faults/faults.ts';
import { type Injected, type Standstill, injectAll, standstillsOf } from './faults/inject.ts';
import {
  type Installation,
  LONGEST_EXECUTION,
  NAMESPACE,
  SWEEP_INTERVAL_SECONDS,
  startInstallation,
} from './processes/installation.ts';
import { WORKSPACES } from './load/load.ts';
import { checkRefused } from './check-refused.ts';
import { type OrdersChecked, checkOrders } from './callers/check-orders.ts';
import { checkLastPlan } from './callers/check-last-plan.ts';
import { checkBulkActs } from './check-bulk-acts.ts';
import { checkKnownEnds } from './check-known-ends.ts';
import { planFaults } from './faults/plan.ts';
import { showProgress, pollQueueLengths } from './progress.ts';
import { findStalls } from './stalls.ts';

export interface ChaosOptions {
  readonly minutes: number;
  readonly seed: number;
  /** Clients' requests a second, all together. */
  readonly perSecond: number;
  /** How long a slot may stand free beside a waiting execution. Defaults to 60 s. */
  readonly maxIdleSlotSeconds?: number;
  /** Gates start executions before Postgres hears of it, and faults are aimed at that. Defaults to false. */
  readonly reservations?: boolean;
  /** Let a Go worker take part: `where-at-hand` leaves it to whether there is a Go. Defaults to `no`: a second raw worker is in its place. */
  readonly go?: 'where-at-hand' | 'no';
  /** Keep data and logs also when all was well. Defaults to false. */
  readonly keep?: boolean;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** What a run has shown. */
export interface ChaosResult {
  readonly seed: number;
  readonly reservations: boolean;
  /** Whether a Go worker served a workspace. */
  readonly goTookPart: boolean;
  readonly faults: FaultRecord;
  readonly accepted: number;
  readonly answers: number;
  readonly retries: number;
  readonly byStatus: Record<string, number>;
  readonly undone: readonly Undone[];
  readonly drainMs: number;
  /** Processes that ended by themselves after they had been ready. */
  readonly ownEnds: Record<string, number>;
  readonly audit: AuditReport;
  /** Executions of foreign workers whose end was compared with the end that had been asked for. */
  readonly knownEnds: number;
  /** Bulk acts, and the executions that they ended or ran again. */
  readonly bulk: { readonly acts: number; readonly done: number };
  /** What became of the transactions of callers that enqueue by SQL. */
  readonly callers: Omit<OrdersChecked, 'wrong' | 'answers'>;
  /** Answers of the API that contradict each other, that no client may get, or that tell another end than the one asked for. */
  readonly wrongAnswers: readonly string[];
  readonly standstills: readonly Standstill[];
  /** Kept when something was wrong; null when it was removed. */
  readonly dataDir: string | null;
  readonly ok: boolean;
}

const CLIENTS = 12;

/** Of callers that enqueue by SQL: as many for each request of a client. */
const TRANSACTIONS_PER_REQUEST = 0.4;

/** Beyond the longest execution: what a fault in the last second left is healed by two sweeps, a wedged gate by four; twice that. */
const STANDSTILL_DEADLINE_MS = (LONGEST_EXECUTION.enterprise + 8 * SWEEP_INTERVAL_SECONDS) * 1000;

/**
 * How long a slot may stand free under faults that follow each other: a gate waits up to 30 s when Postgres was down for long, its task
 * comes back after 10 s when its worker was killed, and again when the next one was.
 */
const MAX_IDLE_SLOT_SECONDS = 60;

/** Runs an installation of its own under faults and load, lets it drain, and audits the rest. Stops all it started. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { say, signal } = options;
  await endAbandonedRuns(say);
  const dataDir = mkdtempSync(join(tmpdir(), DATA_DIR_PREFIX));
  const runFile = await takeDataDir(dataDir, say);
  say(`seed ${options.seed}, ${options.minutes} min; data in ${dataDir}`);
  const atEnd: (() => Promise<unknown>)[] = [];
  let keep = true;
  try {
    const otherGate = otherGateOf(options.seed);
    say(`worker-2 runs the gate's code as: ${otherGate}`);
    const goWorker =
      options.go === 'where-at-hand' && findGo() !== null ? await buildGoWorker(dataDir, signal, say) : null;
    const onSpawn = runFile.add;
    const installation = await startInstallation({
      dataDir,
      otherGate,
      goWorker,
      seed: options.seed,
      reservations: options.reservations ?? false,
      prepare: makeWorkspaces,
      callsPerSecond: options.perSecond * TRANSACTIONS_PER_REQUEST,
      onSpawn,
      say,
      signal,
    });
    atEnd.push(installation.stop);
    const database = openDatabase({
      url: installation.databaseUrl,
      poolSize: 4,
      applicationName: 'chaos',
      statementTimeoutMs: 20_000,
      onError: () => {},
    });
    atEnd.push(database.close);
    const connection = Connection.lazy({
      address: installation.temporalAddress,
      channelArgs: { 'grpc.max_reconnect_backoff_ms': 500 },
    });
    atEnd.push(() => connection.close());
    const client = new Client({ connection, namespace: NAMESPACE });

    const accepted = new AcceptedLog(join(dataDir, 'accepted.jsonl'));
    const result = await tryInstallation(options, { installation, database, client, accepted });
    keep = !result.ok || options.keep === true;
    return { ...result, goTookPart: goWorker !== null, dataDir: keep ? dataDir : null };
  } finally {
    for (const end of atEnd.reverse()) await end();
    runFile.release();
    if (!keep || signal.aborted) rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Half of the seeds try what a rolling upgrade is at its worst: two versions at once that cannot replay each other's gates. */
function otherGateOf(seed: number): GateVersion {
  return seed % 2 === 0 ? 'not-replayable' : 'other-bundle';
}

interface Parts {
  readonly installation: Installation;
  readonly database: Database;
  readonly client: Client;
  readonly accepted: AcceptedLog;
}

async function tryInstallation(
  options: ChaosOptions,
  parts: Parts,
): Promise<Omit<ChaosResult, 'dataDir' | 'goTookPart'>> {
  const { installation, database, client, accepted } = parts;
  const { pool } = database;
  const { seed, perSecond, reservations = false, say, signal } = options;
  const { apiUrls } = installation;
  const faults = createFaults({ installation, client, pool, accepted });
  const queueLengths = pollQueueLengths(pool);
  const clients = startClients({
    count: CLIENTS,
    perSecond,
    seed,
    apiUrls,
    accepted,
    queueLengthOf: (workspaceId) => queueLengths.of(workspaceId),
  });
  const stopProgress = showProgress({
    pool,
    processes: Object.values(installation.processes),
    accepted,
    faults: faults.record,
    retries: () => clients.retries,
    say,
  });
  const lengthMs = options.minutes * 60_000;
  const injected: Injected[] = [];
  let healedMs = 0;
  let undone: Undone[];
  try {
    const plan = planFaults(seed, lengthMs, { reservations });
    injected.push(...(await injectAll(plan, lengthMs, faults, say, signal)));
    say('healing: no more faults');
    await faults.heal();
    healedMs = performance.now();
    await withinDeadline(clients.stop(), 60_000, 'the clients had no answer a minute after all was healed');
    await installation.stopCallers();
    say('draining');
    undone = await drain(pool, STANDSTILL_DEADLINE_MS, signal);
  } finally {
    stopProgress();
    queueLengths.stop();
    void clients.stop();
  }
  const drainMs = performance.now() - healedMs;
  say(
    undone.length === 0 ? `drained in ${(drainMs / 1000).toFixed(1)} s; checking` : 'not drained; checking',
  );

  const stalls = undone.length === 0 ? await findStalls(pool, client) : [];
  const ends = await checkKnownEnds(apiUrls[0]!, accepted.all);
  const stored = await checkRefused(pool, accepted.refused);
  const bulk = await checkBulkActs(pool);
  const {
    wrong: wrongOrders,
    answers: committed,
    ...callers
  } = await checkOrders(pool, installation.callersLogs);
  const wrongPlan = await checkLastPlan(pool, installation.callersUrl);
  const wrongAnswers = [
    ...accepted.contradictions,
    ...clients.unexpected,
    ...ends.wrong,
    ...stored,
    ...bulk.wrong,
    ...wrongOrders,
    ...wrongPlan,
  ];
  const audit = await auditDeployment({
    database,
    client,
    accepted: [...accepted.answers, ...committed],
    maxIdleSlotSeconds: options.maxIdleSlotSeconds ?? MAX_IDLE_SLOT_SECONDS,
    onProgress: say,
  });
  const ownEnds = Object.fromEntries(
    Object.values(installation.processes)
      .filter((supervised) => supervised.ownEnds > 0)
      .map((supervised) => [supervised.name, supervised.ownEnds]),
  );
  return {
    seed,
    reservations,
    faults: faults.record,
    accepted: accepted.executions,
    answers: accepted.answers.length,
    retries: clients.retries,
    byStatus: (await countByStatus(pool)) ?? {},
    undone,
    drainMs,
    ownEnds,
    audit,
    knownEnds: ends.compared,
    bulk: { acts: bulk.acts, done: bulk.done },
    callers,
    wrongAnswers,
    standstills: standstillsOf(injected, stalls),
    ok: undone.length === 0 && wrongAnswers.length === 0 && audit.ok,
  };
}

async function makeWorkspaces(apiUrl: string): Promise<void> {
  for (const { id, settings } of WORKSPACES) {
    const answer = await fetch(`${apiUrl}/v1/workspaces/${id}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(settings),
    });
    if (!answer.ok) throw new Error(`workspace ${id}: ${answer.status} ${await answer.text()}`);
  }
}

async function withinDeadline(work: Promise<unknown>, deadlineMs: number, why: string): Promise<void> {
  const givenUp = new AbortController();
  const late = delay(deadlineMs, undefined, { signal: givenUp.signal }).then(
    () => {
      throw new Error(why);
    },
    () => {},
  );
  await Promise.race([work, late]).finally(() => givenUp.abort());
}
