import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import type { Registry } from 'prom-client';
import { type AllowedHosts, authorityOfTarget } from '../../network/allowed-hosts.ts';
import { OperatorError } from '../../process/operator-error.ts';

export interface RelayPortOptions {
  readonly host: string;
  readonly port: number;
  readonly allowedHosts: AllowedHosts;
  readonly registry: Registry;
  /** What keeps it from doing its job now; empty when nothing does. */
  problems(): readonly string[];
}

/** Thrown when the port cannot be listened on. */
export class RelayPortError extends OperatorError {
  override readonly name = 'RelayPortError';
}

const REQUEST_TIMEOUT_MS = 10_000;

/**
 * Serves `/metrics`, `/health/live` and `/health/ready` to whoever reaches it.
 *
 * @throws RelayPortError
 */
export async function openRelayPort({
  host,
  port,
  allowedHosts,
  registry,
  problems,
}: RelayPortOptions): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const server = Fastify({ forceCloseConnections: true, requestTimeout: REQUEST_TIMEOUT_MS });
  server.addHook('onRequest', async ({ raw }, reply) => {
    for (const name of [authorityOfTarget(raw.url ?? ''), raw.headers.host])
      if (typeof name === 'string' && allowedHosts.allows(name) !== true)
        return reply.code(421).send({ status: 'misdirected request', setting: 'ALLOWED_HOSTS' });
    return undefined;
  });
  server.get('/health/live', (_request, reply) => reply.send({ status: 'ok' }));
  server.get('/health/ready', (_request, reply) => {
    const found = problems();
    return found.length === 0
      ? reply.send({ status: 'ok' })
      : reply.code(503).send({ status: 'unavailable', problems: found });
  });
  server.get('/metrics', async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
  try {
    await server.listen({ host, port });
  } catch (cause) {
    await server.close();
    throw new RelayPortError(
      `RELAY_METRICS_PORT, or --metrics-port, ${port} on ${host} cannot be used: ${(cause as Error).message}. Choose another, or 0 for none.`,
      { cause },
    );
  }
  const address = server.server.address() as AddressInfo;
  const shown = host.includes(':') ? `[${host}]` : host;
  return { url: `http://${shown}:${address.port}`, stop: () => server.close() };
}
