import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Database } from '../../db/connection/database.ts';
import { lastCountedExecutions } from '../../db/executions/count-executions.ts';
import { countRestoring } from '../../db/restore/find-restoring.ts';
import { countStalled } from '../../db/stalls/find-stalls.ts';
import { STALL_REASONS } from '../../domain/stall.ts';
import type { Log } from '../../process/log.ts';
import type { GateSignal } from '../../temporal/gates/signal-gate.ts';
import type { ProblemName } from '../problems/problem.ts';
import { logRepeated } from '../../process/repeated-failures.ts';

/** What the API counts. No label names a workspace: there may be any number of them. */
export interface ApiMetrics {
  readonly registry: Registry;
  answered(labels: { method: string; route: string; status: number }, seconds: number): void;
  accepted(result: 'new' | 'repeated'): void;
  refused(problem: ProblemName): void;
  woken(signal: GateSignal): void;
}

/** From a millisecond (a read) to the time at which a request is given up. */
const DURATION_BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createApiMetrics(database: Database, log: Log): ApiMetrics {
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
    help: 'Requests that ended in a problem document, by its type.',
    labelNames: ['problem'],
    registers,
  });
  const wakes = new Counter({
    name: 'sluice_gate_wakes_total',
    help: 'Wakes of gates that were asked for; those of one workspace at one time are sent as one.',
    labelNames: ['signal'],
    registers,
  });
  registerPoolGauge(registry, database);
  registerLineGauge(registry, database, log);
  registerStallGauge(registry, database, log);
  registerRestoringGauge(registry, database, log);

  return {
    registry,
    answered: (labels, seconds) => duration.observe(labels, seconds),
    accepted: (result) => accepted.inc({ result }),
    refused: (problem) => refused.inc({ problem }),
    woken: (signal) => wakes.inc({ signal }),
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

/** Read at each scrape. Absent while Postgres does not answer. */
function registerLineGauge(registry: Registry, { db }: Database, log: Log): void {
  new Gauge({
    name: 'sluice_executions',
    help: 'Executions that wait in the queue or hold a slot, in the whole installation, as last counted.',
    labelNames: ['status'],
    registers: [registry],
    async collect() {
      this.reset();
      try {
        const { pending, running } = await lastCountedExecutions(db);
        this.set({ status: 'pending' }, pending);
        this.set({ status: 'running' }, running);
      } catch (error) {
        logRepeated(
          log,
          'warn',
          { err: error },
          'the queue could not be counted for /metrics; is Postgres up?',
        );
      }
    },
  });
}

/** Read at each scrape, from a table that holds stalled executions alone. Absent while Postgres does not answer. */
function registerStallGauge(registry: Registry, { db }: Database, log: Log): void {
  new Gauge({
    name: 'sluice_stalled_executions',
    help: 'Running executions that cannot make progress, in the whole installation, by reason.',
    labelNames: ['reason'],
    registers: [registry],
    async collect() {
      this.reset();
      try {
        const stalled = await countStalled(db);
        for (const reason of STALL_REASONS) this.set({ reason }, stalled.get(reason) ?? 0);
      } catch (error) {
        log.warn({ err: error }, 'stalled executions could not be counted for /metrics; is Postgres up?');
      }
    },
  });
}

/** Read at each scrape, from an index that holds such workspaces alone. Absent while Postgres does not answer. */
function registerRestoringGauge(registry: Registry, { db }: Database, log: Log): void {
  new Gauge({
    name: 'sluice_workspaces_restoring',
    help: 'Workspaces that start nothing because the database was restored from a backup: `npx sluice resume --after-restore`.',
    registers: [registry],
    async collect() {
      this.remove();
      try {
        this.set(await countRestoring(db));
      } catch (error) {
        log.warn(
          { err: error },
          'workspaces that are restoring could not be counted for /metrics; is Postgres up?',
        );
      }
    },
  });
}
