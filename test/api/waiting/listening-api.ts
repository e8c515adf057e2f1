import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { ApiTimes, RouteDeps } from '../../../src/api/server/api.ts';
import { eventually } from '../../support/eventually.ts';
import { type ApiUnderTest, startApiUnderTest } from '../api-under-test.ts';

export interface Asked {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The tests assert its contents. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
  readonly tookMs: number;
}

/** An API that listens, asked over real connections, and what its routes share. */
export interface ListeningApi extends ApiUnderTest {
  readonly url: string;
  readonly deps: RouteDeps;
  /** How many statements its pool was asked for. */
  queries(): number;
  ask(path: string, asked?: Asked): Promise<Answered>;
  /** The answer as soon as its headers are there. */
  open(path: string, asked?: Asked): Promise<IncomingMessage>;
}

/** So many connections are opened at once: more than are waiting to be accepted are refused by the system. */
const OPENED_AT_ONCE = 50;

/** Lets a request wait for each item, and resolves when all of them do. */
export async function letWait<T>(
  { deps: { waits } }: ListeningApi,
  items: readonly T[],
  ask: (item: T) => Promise<Answered>,
): Promise<Promise<Answered>[]> {
  const before = waits.count;
  const waiting: Promise<Answered>[] = [];
  while (waiting.length < items.length) {
    const begun = items.slice(waiting.length, waiting.length + OPENED_AT_ONCE).map(ask);
    // One that fails is told when it is awaited.
    for (const answer of begun) answer.catch(() => {});
    waiting.push(...begun);
    await eventually(() => assert.equal(waits.count, before + waiting.length), 60_000);
  }
  return waiting;
}

/** Ends with the test. */
export async function startListeningApi(
  t: Pick<TestContext, 'after'>,
  settings: Record<string, string> = {},
  times: Partial<ApiTimes> = {},
): Promise<ListeningApi> {
  let deps: RouteDeps | undefined;
  const api = await startApiUnderTest(settings, times, [(_app, given) => void (deps = given)]);
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  t.after(async () => {
    agent.destroy();
    await api.stop();
  });
  let queries = 0;
  const { pool } = api.database;
  const query = pool.query.bind(pool) as (...args: unknown[]) => unknown;
  pool.query = ((...args: unknown[]) => {
    queries++;
    return query(...args);
  }) as typeof pool.query;
  const url = await api.app.listen({ port: 0, host: '127.0.0.1' });

  const open = async (path: string, { method = 'GET', body, headers, signal }: Asked = {}) => {
    const asked = request(`${url}${path}`, {
      method,
      agent,
      ...(signal && { signal }),
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    });
    asked.end(body === undefined ? undefined : JSON.stringify(body));
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    return response;
  };
  const ask = async (path: string, asked?: Asked): Promise<Answered> => {
    const beganMs = performance.now();
    const response = await open(path, asked);
    let text = '';
    for await (const chunk of response) text += String(chunk);
    const isJson = /json/.test(String(response.headers['content-type']));
    return {
      status: response.statusCode!,
      headers: response.headers,
      text,
      body: isJson ? (JSON.parse(text) as unknown) : null,
      tookMs: performance.now() - beganMs,
    };
  };
  return { ...api, url, deps: deps!, queries: () => queries, ask, open };
}
