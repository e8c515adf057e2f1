import Type from 'typebox';
import type { Api, RouteDeps } from '../server/api.ts';
import { problemAnswers } from '../problems/problem.ts';

export function metricsRoutes(app: Api, { metrics: { registry, ...metrics } }: RouteDeps): void {
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    metrics.answered({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1_000);
  });

  app.get(
    '/metrics',
    {
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
