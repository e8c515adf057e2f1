import type { Client } from '@temporalio/client';
import type { WorkflowBundleOption } from '@temporalio/worker';
import type { GateActivityDeps } from '../../activities/gate-activity-deps.ts';
import { createStartRecorder } from '../../activities/gate/record-starts.ts';
import type { Database } from '../../db/connection/database.ts';
import { readDeployment } from '../../db/installation/deployment.ts';
import { DEFAULT_QUEUE } from '../../domain/names.ts';
import { NOT_FOUND_RULE, type NotFoundRule } from '../../domain/not-found.ts';
import { createEnqueue } from '../../enqueue/enqueue.ts';
import { sequenceAll } from '../../enqueue/inbox/sequence-all.ts';
import {
  createSequencerListener,
  type InboxMeasures,
  NOT_MEASURED,
} from '../../enqueue/inbox/sequencer-listener.ts';
import { createSequencer, type Sequencer } from '../../enqueue/inbox/sequencer.ts';
import type { Log } from '../../process/log.ts';
import { createEndGate } from '../../temporal/gates/end-gate.ts';
import { createGateWaker, type GateWaker } from '../../temporal/gates/gate-waker.ts';
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
import { startBulkPoller } from '../bulk-acts/bulk-poller.ts';
import { startDeletionPoller } from '../deletions/deletion-poller.ts';
import { startSampler } from '../samples/sampler.ts';
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

/** The role `gates`: the gates, the sweep and retention with their schedules, the watch over stalls, what enters queues at its time, deletions, bulk acts, and the samples. Gives the pool of connections that is reconcile's. */
export async function startGatesRole(
  parts: WorkerParts,
  stored: StoredParts,
  options: GatesOptions,
): Promise<Database> {
  const { config, log, client, connection, atStop } = parts;
  const { gates: measures } = parts.metrics;
  const { database, deployment } = stored;
  const searchAttributes = await registerSearchAttributes(client, log);
  const reconcileDatabase = openReconcileDatabase(config, log);
  atStop.close(() => reconcileDatabase.close());
  const startRecorder = createStartRecorder({ client, database, log, measures });
  atStop.close(() => startRecorder.stop());
  const bundle = options.gateBundle ?? (await gateWorkflowBundle(log));
  const waker = wakerOf(parts, stored);
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
    sequenceInbox: () => sequenceAll(database, sequencerOf(parts, stored, waker)),
    measures,
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
  pollRows(parts, stored, waker);
  takeSamples(parts, stored);
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

function takeSamples({ log, atStop }: WorkerParts, { database }: StoredParts): void {
  const sampler = startSampler({ log, database });
  atStop.drain(() => sampler.stop());
}

function wakerOf({ client, log }: WorkerParts, { deployment }: StoredParts): GateWaker {
  return createGateWaker(
    (workspaceId, signal) =>
      client.withDeadline(Date.now() + WAKE_DEADLINE_MS, () =>
        signalGate(client, workspaceId, signal, { deployment: deployment.id }),
      ),
    log,
  );
}

/** For the sweep, which finds something only where no API process was there to place it. */
/** What the API tells of the inbox is told by the API alone; an end is told by the process that brings it about. */
function sequencerOf(
  { config, log, metrics }: WorkerParts,
  { database }: StoredParts,
  waker: GateWaker,
): Sequencer {
  const measures: InboxMeasures = {
    ...NOT_MEASURED,
    sequenced: (outcome, rows = 1) => {
      if (outcome === 'rejected') metrics.gates.endedWaiting('rejected', rows);
    },
  };
  return createSequencer({
    database,
    maxInputBytes: config.MAX_INPUT_BYTES,
    maxWorkspaces: config.MAX_WORKSPACES,
    listener: createSequencerListener({ log, measures, waker }),
  });
}

/** What is due by the clock, what is to be deleted, and what bulk acts have left to do. */
function pollRows(
  { log, client, metrics, atStop }: WorkerParts,
  { database }: StoredParts,
  waker: GateWaker,
): void {
  const wakeGate = (workspaceId: string) => waker.wake(workspaceId);
  const endGate = createEndGate(client);
  const { gates: measures } = metrics;
  // What was accepted once may run again, whatever this process would accept.
  const { enqueueBatch } = createEnqueue({ database, maxInputBytes: Infinity, maxHeldBytes: Infinity });
  const pollers = [
    startSchedulePoller({ log, database, wakeGate, measures }),
    startDeletionPoller({
      log,
      database,
      wakeGate,
      endGate: (workspaceId) =>
        client.withDeadline(Date.now() + WAKE_DEADLINE_MS, () => endGate(workspaceId)),
      measures,
    }),
    startBulkPoller({ log, database, enqueueBatch, wakeGate, measures }),
  ];
  atStop.drain(async () => {
    await Promise.all(pollers.map((poller) => poller.stop()));
    await waker.allSent();
  });
}
