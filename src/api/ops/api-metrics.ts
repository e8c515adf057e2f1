import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Database } from '../../db/connection/database.ts';
import { TERMINAL_STATUSES, type TerminalStatus } from '../../domain/status.ts';
import { type InboxMeasures, SEQUENCED_OUTCOMES } from '../../enqueue/inbox/sequencer-listener.ts';
import type { GateSignal } from '../../temporal/gates/signal-gate.ts';
import type { ProblemName } from '../problems/problem.ts';

/** What the API counts. No label names a workspace, of which there may be any number, but in installation-metrics.ts. */
export interface ApiMetrics extends InboxMeasures {
  readonly registry: Registry;
  answered(labels: { method: string; route: string; status: number }, seconds: number): void;
  accepted(result: 'new' | 'repeated'): void;
  /** A request ended in it, or an item of a batch was refused for it. */
  refused(problem: ProblemName, within: 'request' | 'batch'): void;
  /** One that had no slot, on request. */
  ended(status: TerminalStatus): void;
  woken(signal: GateSignal): void;
}

/** From a poll at once to the look at all, and to callers' transactions that stay open. */
const INBOX_BUCKETS_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** From a millisecond (a read) to the time at which a request is given up. */
const DURATION_BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createApiMetrics(database: Database): ApiMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  const duration = new Histogram({
    name: 'sluice_http_request_duration_seconds',
    help: 'Time from a request to its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: DURATION_BUCKETS_SECONDS,
    registers,
  });
  const accepted = new Counter({
    name: 'sluice_executions_accepted_total',
    help: 'Executions accepted: new ones, and repeats of an idempotency key.',
    labelNames: ['result'],
    registers,
  });
  const refused = new Counter({
    name: 'sluice_requests_refused_total',
    help: 'Requests that ended in a problem document, and items of batches that were refused, by its type.',
    labelNames: ['problem', 'within'],
    registers,
  });
  const wakes = new Counter({
    name: 'sluice_gate_wakes_total',
    help: 'Wakes of gates that were asked for; those of one workspace at one time are sent as one.',
    labelNames: ['signal'],
    registers,
  });
  const ended = new Counter({
    name: 'sluice_executions_ended_total',
    help: 'Executions that ended.',
    labelNames: ['status'],
    registers,
  });
  // From the first scrape on, so that the first end is an increase.
  for (const status of TERMINAL_STATUSES) ended.inc({ status }, 0);
  for (const result of ['new', 'repeated']) accepted.inc({ result }, 0);
  registerPoolGauge(registry, database);

  return {
    registry,
    answered: (labels, seconds) => duration.observe(labels, seconds),
    accepted: (result) => accepted.inc({ result }),
    refused: (problem, within) => refused.inc({ problem, within }),
    ended: (status) => ended.inc({ status }),
    woken: (signal) => wakes.inc({ signal }),
    ...createInboxMeasures(registers, { accepted, ended }),
  };
}

/** What is sequenced counts as what a request was answered with would. */
function createInboxMeasures(
  registers: Registry[],
  { accepted, ended }: Readonly<Record<'accepted' | 'ended', Counter>>,
): InboxMeasures {
  const sequenced = new Counter({
    name: 'sluice_inbox_sequenced_total',
    help: 'Rows of the inbox that have been given their place, or were refused one, by what became of them.',
    labelNames: ['outcome'],
    registers,
  });
  for (const outcome of SEQUENCED_OUTCOMES) sequenced.inc({ outcome }, 0);
  const wait = new Histogram({
    name: 'sluice_inbox_wait_seconds',
    help: "Time from a call of sluice.enqueue to its execution's place, with what its transaction took until its commit.",
    buckets: INBOX_BUCKETS_SECONDS,
    registers,
  });
  return {
    sequenced(outcome, rows = 1) {
      sequenced.inc({ outcome }, rows);
      if (outcome === 'placed') accepted.inc({ result: 'new' }, rows);
      if (outcome === 'alias') accepted.inc({ result: 'repeated' }, rows);
      if (outcome === 'rejected') ended.inc({ status: 'rejected' }, rows);
    },
    waitedInInbox: (seconds) => wait.observe(seconds),
  };
}

function registerPoolGauge(registry: Registry, { pool }: Database): void {
  new Gauge({
    name: 'sluice_database_connections',
    help: "Connections of this process's pool, and requests that wait for one.",
    labelNames: ['state'],
    registers: [registry],
    collect() {
      this.set({ state: 'idle' }, pool.idleCount);
      this.set({ state: 'used' }, pool.totalCount - pool.idleCount);
      this.set({ state: 'awaited' }, pool.waitingCount);
    },
  });
}
