import type { Client } from '@temporalio/client';
import type { WorkflowBundleOption } from '@temporalio/worker';
import type { GateActivityDeps } from '../../activities/gate-activity-deps.ts';
import { createStartRecorder } from '../../activities/gate/record-starts.ts';
import type { Database } from '../../db/connection/database.ts';
import { readDeployment } from '../../db/installation/deployment.ts';
import { DEFAULT_QUEUE } from '../../domain/names.ts';
import { NOT_FOUND_RULE, type NotFoundRule } from '../../domain/not-found.ts';
import type { Log } from '../../process/log.ts';
import { createGateWaker } from '../../temporal/gates/gate-waker.ts';
import { signalGate } from '../../temporal/gates/signal-gate.ts';
import { NamespaceTakenError, refuseOtherNamespace } from '../../temporal/namespace/installation.ts';
import { describeNamespace } from '../../temporal/namespace/namespace.ts';
import { registerSearchAttributes } from '../../temporal/namespace/search-attributes.ts';
import { gateWorkflowBundle } from '../code/gate-bundle.ts';
import {
  ensureSchedule,
  retentionSchedule,
  type Scheduled,
  startScheduleKeeper,
  sweepSchedule,
} from '../installation/schedules.ts';
import { startSchedulePoller } from '../schedule/schedule-poller.ts';
import { startStallWatch } from '../stalls/stall-watch.ts';
import { openReconcileDatabase } from '../worker-databases.ts';
import { runWorker, type StoredParts, type WorkerParts } from '../worker-parts.ts';
import { createGatesWorker } from './gates-worker.ts';
import { startRetention } from './retention.ts';

/** A Temporal that takes longer to take a wake holds up others; the sweep finds what waits. */
const WAKE_DEADLINE_MS = 3_000;

export interface GatesOptions {
  /** The gates' code. Defaults to what the build made of src/workflows. */
  readonly gateBundle?: WorkflowBundleOption;
  /** When it is believed that Temporal no longer has a workflow. Defaults to NOT_FOUND_RULE. */
  readonly notFoundRule?: NotFoundRule;
  /** Starts polling a workspace's queue in this process, when it serves workspaces. */
  startPolling(workspaceId: string): void;
}

/** The role `gates`: the gates, the sweep and retention with their schedules, the watch over stalls, and what enters queues at its time. Gives the pool of connections that is reconcile's. */
export async function startGatesRole(
  parts: WorkerParts,
  stored: StoredParts,
  options: GatesOptions,
): Promise<Database> {
  const { config, log, client, connection, atStop } = parts;
  const { database, deployment } = stored;
  const searchAttributes = await registerSearchAttributes(client, log);
  const reconcileDatabase = openReconcileDatabase(config, log);
  atStop.close(() => reconcileDatabase.close());
  const startRecorder = createStartRecorder({ client, database, log });
  atStop.close(() => startRecorder.stop());
  const bundle = options.gateBundle ?? (await gateWorkflowBundle(log));
  const deps: GateActivityDeps = {
    config,
    log,
    client,
    namespace: client.options.namespace,
    reconcileDatabase,
    database,
    startPolling: options.startPolling,
    searchAttributes,
    retentionSeconds: parts.facts.retentionSeconds,
    deployment: deployment.id,
    startRecorder,
    notFoundRule: options.notFoundRule ?? NOT_FOUND_RULE,
    requireInstallation: async () =>
      refuseOtherNamespace(await readDeployment(database.db), await describeNamespace(client)),
  };
  const sweep = sweepSchedule({
    intervalSeconds: config.SWEEP_INTERVAL_SECONDS,
    deployment: deployment.id,
  });
  await claimSchedule(client, sweep, log);
  await startRetention(parts, stored);
  await runWorker(parts, 'gates', DEFAULT_QUEUE, (polls) =>
    createGatesWorker({ connection, config, bundle, deps, polls }),
  );
  watchStalls(parts, stored);
  pollSchedule(parts, stored);
  const retention = retentionSchedule({
    intervalSeconds: config.RETENTION_INTERVAL_SECONDS,
    deployment: deployment.id,
  });
  const keeper = startScheduleKeeper(client, [sweep, retention], log);
  atStop.drain(() => keeper.stop());
  return reconcileDatabase;
}

/** Before the gates' Worker polls, so that of two installations that start at once only one works. */
async function claimSchedule(client: Client, sweep: Scheduled, log: Log): Promise<void> {
  try {
    await ensureSchedule(client, sweep, log);
  } catch (error) {
    if (error instanceof NamespaceTakenError) throw error;
    log.warn({ error }, 'the sweep schedule could not be checked; it is tried again in a minute');
  }
}

function watchStalls(
  { config, log, client, atStop }: WorkerParts,
  { database, deployment }: StoredParts,
): void {
  const stallWatch = startStallWatch({
    config,
    log,
    client,
    database,
    wakeGate: (workspaceId) => signalGate(client, workspaceId, 'wake', { deployment: deployment.id }),
  });
  atStop.drain(() => stallWatch.stop());
}

function pollSchedule({ log, client, atStop }: WorkerParts, { database, deployment }: StoredParts): void {
  const waker = createGateWaker(
    (workspaceId, signal) =>
      client.withDeadline(Date.now() + WAKE_DEADLINE_MS, () =>
        signalGate(client, workspaceId, signal, { deployment: deployment.id }),
      ),
    log,
  );
  const poller = startSchedulePoller({ log, database, wakeGate: (workspaceId) => waker.wake(workspaceId) });
  atStop.drain(async () => {
    await poller.stop();
    await waker.allSent();
  });
}
