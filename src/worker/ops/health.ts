import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import {
  type AllowedHosts,
  MisdirectedRequestError,
  authorityOfTarget,
} from '../../network/allowed-hosts.ts';
import type { Log } from '../../process/log.ts';
import { OperatorError } from '../../process/operator-error.ts';

export interface WorkerHealthOptions {
  readonly host: string;
  readonly port: number;
  readonly registry: Registry;
  /** What `/metrics` has beside that, in the same format. */
  sdkMetrics(): string;
  readonly log: Log;
  /** The names under which it may be asked. */
  readonly allowedHosts: AllowedHosts;
  /** The problems of the moment, by part; empty when the process does its job. */
  problems(): Promise<readonly string[]>;
}

export interface WorkerHealth {
  readonly url: string;
  stop(): Promise<void>;
}

/** Thrown when WORKER_HEALTH_PORT cannot be listened on. */
export class HealthPortError extends OperatorError {
  override readonly name = 'HealthPortError';
}

/** Node's own bound for a whole request, which Fastify would lift. */
const REQUEST_TIMEOUT_MS = 300_000;

/**
 * Serves `/health/live` (the process answers), `/health/ready` (503 with the reasons while it cannot do its job) and
 * `/metrics`. A request for a name that is not ours is answered with 421, as the API does.
 *
 * @throws HealthPortError when the port is in use.
 */
export async function serveWorkerHealth(options: WorkerHealthOptions): Promise<WorkerHealth> {
  const app = buildHealth(options);
  try {
    await app.listen({ host: options.host, port: options.port });
  } catch (cause) {
    await app.close();
    throw new HealthPortError(
      `WORKER_HEALTH_PORT ${options.port} on ${options.host} cannot be used: ${(cause as Error).message}. Choose another, or 0 for none.`,
      { cause },
    );
  }
  const { port } = app.server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return { url: `http://${host}:${port}`, stop: () => app.close() };
}

function buildHealth({
  allowedHosts,
  log,
  problems,
  registry,
  sdkMetrics,
}: WorkerHealthOptions): FastifyInstance {
  const app = Fastify({ forceCloseConnections: true, requestTimeout: REQUEST_TIMEOUT_MS });
  // Nothing is read that comes with a probe.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _body, done) => done(null));

  app.addHook('onRequest', async ({ raw }) => {
    for (const host of [authorityOfTarget(raw.url ?? ''), raw.headers.host])
      if (typeof host === 'string' && allowedHosts.allows(host) !== true)
        throw new MisdirectedRequestError(host);
  });
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof MisdirectedRequestError)
      return reply.code(421).send({ status: 'misdirected request', setting: 'ALLOWED_HOSTS' });
    log.error({ error }, 'a probe could not be answered');
    return reply.code(500).send({ status: 'error' });
  });
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ status: 'not found', paths: ['/health/live', '/health/ready', '/metrics'] }),
  );
  app.all('/health/live', (_request, reply) => reply.send({ status: 'ok' }));
  app.all('/health/ready', async (_request, reply) => {
    const found = await problems();
    return found.length === 0
      ? reply.send({ status: 'ok' })
      : reply.code(503).send({ status: 'unavailable', problems: found });
  });
  app.all('/metrics', async (_request, reply) =>
    reply.type(registry.contentType).send((await registry.metrics()) + sdkMetrics()),
  );
  return app;
}
