import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Log } from '../../process/log.ts';
import { logRepeated } from '../../process/repeated-failures.ts';
import { metricsOf } from './otlp.ts';
import { SdkTotals } from './totals.ts';

/** Where the SDK's runtime of this process sends its metrics, and what they come to. */
export interface SdkMetricsReceiver {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** In Prometheus' text format; empty before the first export. */
  text(): string;
}

/** Some 100 bytes a series, and the SDK has at most 2,000 series of each of its some forty metrics in one export. */
const BODY_MAX_BYTES = 64 * 2 ** 20;

let ofProcess: Promise<SdkMetricsReceiver> | undefined;

/** The one of this process, as its runtime is one. Begins to listen at the first call. */
export function sdkMetricsOfProcess(log: Log): Promise<SdkMetricsReceiver> {
  return (ofProcess ??= receiveSdkMetrics(log));
}

/**
 * Takes the metrics of the SDK's runtime, which can only send them to an address: to this process, on a port of loopback that the system chooses, with a secret. So
 * they are counted where the SDK counts them, outside of JavaScript, and only what changed is handed over now and then.
 *
 * It lives as long as the process and does not keep it alive: a runtime cannot be told of another address.
 */
export async function receiveSdkMetrics(log: Log): Promise<SdkMetricsReceiver> {
  const totals = new SdkTotals();
  const authorization = `Bearer ${randomBytes(32).toString('base64url')}`;
  const server = createServer((request, response) => {
    void take(request, response, authorization, totals).catch((error: unknown) => {
      logRepeated(log, 'warn', { error }, 'metrics of the SDK could not be read; its counts are too low');
      response.writeHead(400).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref();
  // A connection of it, too, must not keep the process alive.
  server.on('connection', (socket) => socket.unref());
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1/metrics`,
    headers: { authorization },
    text: () => totals.text(),
  };
}

async function take(
  request: IncomingMessage,
  response: ServerResponse,
  authorization: string,
  totals: SdkTotals,
): Promise<void> {
  if (request.method !== 'POST' || request.headers.authorization !== authorization) {
    response.writeHead(401, { connection: 'close' }).end();
    return;
  }
  const body = await read(request);
  for (const metric of metricsOf(body)) {
    totals.add(metric);
    // One metric may have 2,000 series, and a handoff may wait for this thread.
    await nextTurn();
  }
  response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_MAX_BYTES) throw new RangeError(`an export of more than ${BODY_MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
