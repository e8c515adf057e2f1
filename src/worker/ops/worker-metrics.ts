import { Counter, Gauge, Registry, collectDefaultMetrics } from 'prom-client';
import type { GateMeasures } from '../../activities/gate-measures.ts';
import { LEAF_PARENTS } from '../../db/partitions/grid.ts';
import type { PoolCounts } from '../queues/polled-queues.ts';
import { createGateMeasures } from './gate-metrics.ts';

/** What a worker process tells Prometheus. */
export interface WorkerMetrics {
  readonly registry: Registry;
  /** Of the role gates; counts for nobody in a process without it. */
  readonly gates: GateMeasures;
  /** A Worker of this kind failed and is made again. */
  workerFailed(kind: WorkerKind): void;
  /** For how many days from now there are partitions, as last read. */
  partitionsAhead(days: number): void;
  /** For how long at least, and for how many transactions, Postgres has not been able to clean up, as last read. */
  vacuumHeldBack(seconds: number, transactions: number): void;
  /** Retention has dropped one of that table. */
  partitionDropped(table: string, rows: number): void;
}

const WORKER_KINDS = ['gates', 'workspace', 'external-api', 'retention'] as const;
export type WorkerKind = (typeof WORKER_KINDS)[number];

/** Long polls that this process has open, by the kind of task: what counts against Temporal's `frontend.namespaceCount`. */
export interface PollerCounts {
  readonly workflow: number;
  readonly activity: number;
}

/** Where the counts come from when Prometheus asks. */
export interface WorkerCounts {
  /** Null in a process that does not serve workspaces. */
  pool(): PoolCounts | null;
  pollers(): PollerCounts;
  /** With as many queues as the process may poll. */
  pollersBound(): PollerCounts;
}

/** Each call has a registry of its own, so one process may hold several. What only gates have is left out of other processes. */
export function createWorkerMetrics(
  counts: WorkerCounts,
  { hasGates }: { hasGates: boolean },
): WorkerMetrics {
  const registry = new Registry();
  const ofGates = hasGates ? [registry] : [];
  collectDefaultMetrics({ register: registry });
  registerQueues(registry, counts);
  registerPollers(registry, counts);
  const failures = new Counter({
    name: 'sluice_worker_failures_total',
    help: 'Workers that failed and were made again.',
    labelNames: ['queue_kind'],
    registers: [registry],
  });
  for (const kind of WORKER_KINDS) failures.inc({ queue_kind: kind }, 0);
  return {
    registry,
    gates: createGateMeasures(ofGates),
    workerFailed: (kind) => failures.inc({ queue_kind: kind }),
    ...registerPartitions(ofGates),
    ...registerVacuum(ofGates),
  };
}

function registerPartitions(
  registers: Registry[],
): Pick<WorkerMetrics, 'partitionsAhead' | 'partitionDropped'> {
  // Made when it is known: a gauge begins with 0, which would be an alarm.
  let ahead: Gauge | undefined;
  const makeAhead = () =>
    new Gauge({
      name: 'sluice_partitions_ahead_days',
      help: 'For how many days from now every row has a partition to go to; below 7 nobody makes them.',
      registers,
    });
  const labelNames = ['table'];
  const dropped = new Counter({
    name: 'sluice_partitions_dropped_total',
    help: 'Partitions that this process has dropped because they were past their retention.',
    labelNames,
    registers,
  });
  const rows = new Counter({
    name: 'sluice_partition_rows_dropped_total',
    help: 'Rows of these partitions; of large ones an estimate.',
    labelNames,
    registers,
  });
  for (const { name: table } of LEAF_PARENTS)
    for (const counter of [dropped, rows]) counter.inc({ table }, 0);
  return {
    partitionsAhead: (days) => (ahead ??= makeAhead()).set(days),
    partitionDropped(table, count) {
      dropped.inc({ table });
      rows.inc({ table }, count);
    },
  };
}

function registerVacuum(registers: Registry[]): Pick<WorkerMetrics, 'vacuumHeldBack'> {
  const seconds = new Gauge({
    name: 'sluice_vacuum_held_back_seconds',
    help: 'For how long at least one and the same transaction or replication slot has kept Postgres from cleaning up.',
    registers,
  });
  const transactions = new Gauge({
    name: 'sluice_vacuum_held_back_transactions',
    help: 'How many transactions the server has begun since then.',
    registers,
  });
  return {
    vacuumHeldBack(heldSeconds, begun) {
      seconds.set(heldSeconds);
      transactions.set(begun);
    },
  };
}

function registerQueues(registry: Registry, { pool }: WorkerCounts): void {
  const gauge = (name: string, help: string, value: () => number | undefined) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        const now = value();
        if (now !== undefined) this.set(now);
      },
    });
  gauge('sluice_worker_queues_polled', 'Workspace queues that this process polls.', () => pool()?.polled);
  gauge(
    'sluice_worker_queues_bound',
    'Workspace queues that this process may poll at once (WORKSPACE_MAX_QUEUES).',
    () => pool()?.bound,
  );
  gauge(
    'sluice_worker_queues_waiting',
    'Workspace queues with work that wait for a place among the polled.',
    () => pool()?.waiting,
  );
}

function registerPollers(registry: Registry, { pollers, pollersBound }: WorkerCounts): void {
  const gauge = (name: string, help: string, count: () => PollerCounts) =>
    new Gauge({
      name,
      help,
      labelNames: ['task'],
      registers: [registry],
      collect() {
        const { workflow, activity } = count();
        this.set({ task: 'workflow' }, workflow);
        this.set({ task: 'activity' }, activity);
      },
    });
  gauge(
    'sluice_worker_pollers',
    'Long polls that this process has open; all processes together must stay below frontend.namespaceCount.',
    pollers,
  );
  gauge(
    'sluice_worker_pollers_bound',
    'Long polls that this process has open once it polls WORKSPACE_MAX_QUEUES queues: what to plan frontend.namespaceCount for.',
    pollersBound,
  );
}
