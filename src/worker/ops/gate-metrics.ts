import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { GateMeasures } from '../../activities/gate-measures.ts';
import { TERMINAL_STATUSES } from '../../domain/status.ts';
import { TIERS } from '../../domain/tier.ts';

/** A queue may wait for milliseconds or for days. */
const WAIT_SECONDS = [
  0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 14_400, 86_400,
];
/** Fine around the tens of milliseconds that it takes, up to an outage. */
const HANDOFF_SECONDS = [
  0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300,
];
const ADMISSION_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
/** Up to the time at which the gate gives it up. */
const RECONCILE_SECONDS = [0.001, 0.0025, 0.005, 0.0075, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
/** Up to a week, the longest that a tier as sold allows. */
const EXECUTION_SECONDS = [
  0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3_600, 14_400, 43_200, 86_400, 604_800,
];

/** What a process with the role gates tells Prometheus of the work of its gates and of the sweep. In a process without it, pass no registry. */
export function createGateMeasures(registers: Registry[]): GateMeasures {
  return { ...createHistograms(registers), ...createEnds(registers), ...createSweepMetrics(registers) };
}

function createHistograms(
  registers: Registry[],
): Pick<GateMeasures, 'reconciled' | 'admitted' | 'handedOff' | 'started'> {
  const wait = new Histogram({
    name: 'sluice_wait_seconds',
    help: 'From the time an execution entered the queue to its admission.',
    labelNames: ['tier'],
    buckets: WAIT_SECONDS,
    registers,
  });
  const handoff = new Histogram({
    name: 'sluice_handoff_seconds',
    help: 'From the end of an execution to the admission of the one that got its slot.',
    labelNames: ['tier'],
    buckets: HANDOFF_SECONDS,
    registers,
  });
  const admission = new Histogram({
    name: 'sluice_admission_seconds',
    help: 'From an admission to the start of its workflow in Temporal.',
    buckets: ADMISSION_SECONDS,
    registers,
  });
  const reconcile = new Histogram({
    name: 'sluice_reconcile_seconds',
    help: 'A reconcile with Postgres, with all its waits.',
    labelNames: ['result'],
    buckets: RECONCILE_SECONDS,
    registers,
  });
  for (const tier of TIERS) for (const histogram of [wait, handoff]) histogram.zero({ tier });
  for (const result of ['done', 'failed']) reconcile.zero({ result });
  return {
    reconciled: (result, seconds) => reconcile.observe({ result }, seconds),
    admitted: (tier, seconds) => wait.observe({ tier }, notNegative(seconds)),
    handedOff: (tier, seconds) => handoff.observe({ tier }, notNegative(seconds)),
    started: (seconds) => admission.observe(notNegative(seconds)),
  };
}

function createEnds(registers: Registry[]): Pick<GateMeasures, 'ended' | 'endedWaiting'> {
  const execution = new Histogram({
    name: 'sluice_execution_seconds',
    help: 'From the admission of an execution to its end.',
    labelNames: ['tier'],
    buckets: EXECUTION_SECONDS,
    registers,
  });
  const ended = new Counter({
    name: 'sluice_executions_ended_total',
    help: 'Executions that ended.',
    labelNames: ['status'],
    registers,
  });
  for (const tier of TIERS) execution.zero({ tier });
  for (const status of TERMINAL_STATUSES) ended.inc({ status }, 0);
  return {
    ended(tier, status, heldSeconds) {
      execution.observe({ tier }, notNegative(heldSeconds));
      ended.inc({ status });
    },
    endedWaiting: (status, executions) => ended.inc({ status }, executions),
  };
}

function createSweepMetrics(registers: Registry[]): Pick<GateMeasures, 'swept' | 'sweptPage'> {
  const counter = (name: string, help: string) => new Counter({ name, help, registers });
  const counters = {
    woken: counter(
      'sluice_sweep_wakes_total',
      'Workspaces that the sweep found with work and no recent reconcile, and woke.',
    ),
    replaced: counter(
      'sluice_gate_heals_total',
      'Gates that did not answer their wakes and were replaced by the sweep.',
    ),
    failed: counter('sluice_sweep_failures_total', 'Workspaces that the sweep could not wake.'),
  };
  let sweptMs = performance.now();
  new Gauge({
    name: 'sluice_sweep_age_seconds',
    help: 'Since this process last swept, or since its start; the least of all processes counts.',
    registers,
    collect() {
      this.set((performance.now() - sweptMs) / 1_000);
    },
  });
  return {
    swept: (effect) => counters[effect].inc(),
    sweptPage: () => {
      sweptMs = performance.now();
    },
  };
}

/** Two clocks, Postgres' and Temporal's, may differ by more than the time between. */
function notNegative(seconds: number): number {
  return Math.max(0, seconds);
}
