import Type from 'typebox';
import { Gauge, type Registry } from 'prom-client';
import type { EventFeed } from '../../db/events/event-feed.ts';
import type { Api, RouteDeps } from '../server/api.ts';
import type { Waits } from '../server/waits.ts';
import type { ApiMetrics } from './api-metrics.ts';
import { problemAnswers } from '../problems/problem.ts';

/**
 * Times all answers but those that waited, on purpose, for something to happen. Before any scope is registered: one that is there already
 * does not get the hook.
 */
export function measureAnswers(app: Api, metrics: ApiMetrics, waits: Waits): void {
  app.addHook('onResponse', async (request, reply) => {
    if (waits.hasWaited(reply)) return;
    const route = request.routeOptions.url ?? 'none';
    metrics.answered({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1_000);
  });
}

/** Says who waits, and how late it is told. */
export function measureWaits(registry: Registry, waits: Waits, events: EventFeed): void {
  new Gauge({
    name: 'sluice_waiting_requests',
    help: 'Requests that wait for the end of an execution, and streams of events.',
    registers: [registry],
    collect() {
      this.set(waits.count);
    },
  });
  new Gauge({
    name: 'sluice_events_lag_seconds',
    help: 'How late events are told because more are written than are read; 0 when all are read.',
    registers: [registry],
    collect() {
      this.set(events.lagMs / 1_000);
    },
  });
}

export function metricsRoutes(app: Api, { metrics: { registry } }: RouteDeps): void {
  app.get(
    '/metrics',
    {
      config: { right: 'read' },
      schema: {
        tags: ['Health'],
        operationId: 'metrics',
        summary: 'Metrics for Prometheus',
        response: {
          200: { description: 'The metrics.', content: { 'text/plain': { schema: Type.String() } } },
          ...problemAnswers(),
        },
      },
    },
    async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()),
  );
}
