import Fastify from 'fastify';
import type { Registry } from 'prom-client';
import type { Config } from '../../config/config.ts';
import { authorityOfTarget, createAllowedHosts } from '../../network/allowed-hosts.ts';
import { OperatorError } from '../../process/operator-error.ts';
import type { Api } from '../server/api.ts';

/** Thrown when METRICS_PORT cannot be listened on. */
export class MetricsPortError extends OperatorError {
  override readonly name = 'MetricsPortError';

  constructor(host: string, port: number, cause: Error) {
    super(
      `METRICS_PORT ${port} on ${host} cannot be used: ${cause.message}. Choose another, or 0 for none.`,
      { cause },
    );
  }
}

/** A scrape sends some hundred bytes and no body. */
const REQUEST_TIMEOUT_MS = 10_000;

/**
 * Serves `/metrics` alone, and to whoever reaches it, on a port of its own, which a firewall can keep to Prometheus. It ends with the API. Does
 * nothing when METRICS_PORT is 0.
 *
 * @throws MetricsPortError
 */
export async function openMetricsPort(app: Api, config: Config, registry: Registry): Promise<void> {
  const { HOST: host, METRICS_PORT: port } = config;
  if (port === 0) return;
  const hosts = createAllowedHosts(config);
  const server = Fastify({ forceCloseConnections: true, requestTimeout: REQUEST_TIMEOUT_MS });
  server.addHook('onRequest', async ({ raw }, reply) => {
    for (const name of [authorityOfTarget(raw.url ?? ''), raw.headers.host])
      if (typeof name === 'string' && hosts.allows(name) !== true)
        return reply.code(421).send({ status: 'misdirected request', setting: 'ALLOWED_HOSTS' });
    return undefined;
  });
  server.get('/metrics', async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
  app.addHook('onClose', () => server.close());
  try {
    await server.listen({ host, port });
  } catch (cause) {
    throw new MetricsPortError(host, port, cause as Error);
  }
}
