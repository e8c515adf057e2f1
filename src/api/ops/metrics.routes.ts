import Type from 'typebox';
import type { Api, RouteDeps } from '../server/api.ts';
import type { ApiMetrics } from './api-metrics.ts';
import { problemAnswers } from '../problems/problem.ts';

/** Times all answers. Before any scope is registered: one that is there already does not get the hook. */
export function measureAnswers(app: Api, metrics: ApiMetrics): void {
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    metrics.answered({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1_000);
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
