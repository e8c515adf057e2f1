import { Counter, Gauge, Registry, collectDefaultMetrics } from 'prom-client';

/** What a relay tells Prometheus. */
export interface RelayMetrics {
  readonly registry: Registry;
  sent(result: 'placed' | 'repeated', count: number): void;
  refused(problem: string): void;
  /** Something was not taken for now, and is sent again. */
  retried(reason: string): void;
}

/** `lagSeconds` is asked at each scrape. */
export function createRelayMetrics(lagSeconds: () => number): RelayMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'sluice_relay_lag_seconds',
    help: 'For how long the oldest request of the outbox that is neither sent nor refused has waited; 0 when there is none.',
    registers,
    collect() {
      this.set(lagSeconds());
    },
  });
  const sent = new Counter({
    name: 'sluice_relay_sent_total',
    help: 'Requests that Sluice has accepted.',
    labelNames: ['result'],
    registers,
  });
  for (const result of ['placed', 'repeated']) sent.inc({ result }, 0);
  const refused = new Counter({
    name: 'sluice_relay_refused_total',
    help: 'Requests that Sluice has refused for good.',
    labelNames: ['problem'],
    registers,
  });
  const retries = new Counter({
    name: 'sluice_relay_retries_total',
    help: 'Batches that were not taken for now.',
    labelNames: ['reason'],
    registers,
  });
  return {
    registry,
    sent: (result, count) => sent.inc({ result }, count),
    refused: (problem) => refused.inc({ problem }),
    retried: (reason) => retries.inc({ reason }),
  };
}
