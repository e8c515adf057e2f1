import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import type { AllowedHosts } from '../../network/allowed-hosts.ts';
import type { Log } from '../../process/log.ts';
import { OperatorError } from '../../process/operator-error.ts';

export interface WorkerHealthOptions {
  readonly host: string;
  readonly port: number;
  readonly registry: Registry;
  readonly log: Log;
  /** The names under which it may be asked. */
  readonly allowedHosts: AllowedHosts;
  /** What is not working now, by part; empty when the process does its job. */
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

/**
 * Serves `/health/live` (the process answers), `/health/ready` (503 with the reasons while it cannot do its job) and
 * `/metrics`. A request for a name that is not ours is answered with 421, as the API does.
 *
 * @throws HealthPortError when the port is in use.
 */
export async function serveWorkerHealth(options: WorkerHealthOptions): Promise<WorkerHealth> {
  const server = createServer((request, response) => {
    answer(options, request, response).catch((error: unknown) => {
      options.log.error({ error }, 'a probe could not be answered');
      json(response, 500, { status: 'error' });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new HealthPortError(
          `WORKER_HEALTH_PORT ${options.port} on ${options.host} cannot be used: ${cause.message}. Choose another, or 0 for none.`,
          { cause },
        ),
      ),
    );
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `http://${host}:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  options: WorkerHealthOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { host } = request.headers;
  if (host !== undefined && options.allowedHosts.allows(host) !== true)
    return json(response, 421, { status: 'misdirected request', setting: 'ALLOWED_HOSTS' });
  switch (request.url?.split('?')[0]) {
    case '/health/live':
      return json(response, 200, { status: 'ok' });
    case '/health/ready': {
      const problems = await options.problems();
      return problems.length === 0
        ? json(response, 200, { status: 'ok' })
        : json(response, 503, { status: 'unavailable', problems });
    }
    case '/metrics':
      response.setHeader('content-type', options.registry.contentType);
      response.end(await options.registry.metrics());
      return;
    default:
      return json(response, 404, {
        status: 'not found',
        paths: ['/health/live', '/health/ready', '/metrics'],
      });
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.statusCode = status;
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(body));
}
