import assert from 'node:assert/strict';
import { type RequestListener, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import {
  type Retry,
  type SluiceOptions,
  DatabaseUnavailableError,
  NoAnswerError,
  ProblemError,
  QueueFullError,
  ResultTimeoutError,
  Sluice,
  UnexpectedAnswerError,
} from '../../packages/client/src/index.ts';
import { freePort } from '../../src/local/processes/ports.ts';
import { eventuallyEqual } from '../support/eventually.ts';
import { type World, startWorld } from '../support/world.ts';

let world: World;
let sluice: Sluice;
before(async () => {
  world = await startWorld(import.meta.url, { TIER_PRO_MAX_PENDING: '2' });
  sluice = new Sluice({ baseUrl: world.apiUrl });
});
after(() => world.stop());

/** The real way to the API, but that what `spoil` throws at a try comes after the API has answered it. */
function withLostAnswers(spoil: (tries: number) => void, options: Partial<SluiceOptions> = {}) {
  const keys: (string | null)[] = [];
  const client = new Sluice({
    baseUrl: world.apiUrl,
    ...options,
    fetch: async (request) => {
      keys.push(request.headers.get('idempotency-key'));
      const answer = await fetch(request);
      spoil(keys.length);
      return answer;
    },
  });
  return { client, keys };
}

const lost = () => {
  throw new TypeError('fetch failed', { cause: new Error('read ECONNRESET') });
};

test('a start whose answers are lost is one execution: it is sent again with the key that it had', async () => {
  const workspace = await world.workspace();
  const retries: Retry[] = [];
  const { client, keys } = withLostAnswers((tries) => void (tries <= 2 && lost()), {
    onRetry: (retry) => void retries.push(retry),
  });
  const started = await client.start('echo', { workspace });
  assert.equal(started.repeated, true);
  assert.deepEqual([keys.length, new Set(keys).size, keys[0]?.length], [3, 1, 32]);
  assert.deepEqual(
    retries.map(({ error, tries }) => [error.name, tries]),
    [
      ['NoAnswerError', 1],
      ['NoAnswerError', 2],
    ],
  );
  const seqs: (number | null)[] = [];
  for await (const { seq } of sluice.executions.list(workspace)) seqs.push(seq);
  assert.deepEqual(seqs, [1]);
});

test('the key that is given is the one that is sent, each time', async () => {
  const workspace = await world.workspace();
  const { client, keys } = withLostAnswers((tries) => void (tries === 1 && lost()));
  await client.start('echo', { workspace, idempotencyKey: 'order 1' });
  assert.deepEqual(keys, ['order 1', 'order 1']);
});

test('where nobody answers the last error comes within the time for tries, with its cause', async () => {
  const baseUrl = `http://127.0.0.1:${await freePort()}`;
  const begunMs = performance.now();
  await assert.rejects(new Sluice({ baseUrl, retryFor: 500 }).workspaces.get('acme'), (error: unknown) => {
    assert.ok(error instanceof NoAnswerError);
    assert.ok(error.tries >= 2, `${error.tries} tries`);
    assert.match(error.message, /ECONNREFUSED/);
    return true;
  });
  assert.ok(performance.now() - begunMs < 5_000);
  await assert.rejects(
    new Sluice({ baseUrl, retryFor: 0 }).workspaces.get('acme'),
    (error: unknown) => error instanceof NoAnswerError && error.tries === 1,
  );
});

test('a wait for another try ends when the signal is aborted, with its reason', async () => {
  const stop = new AbortController();
  const client = new Sluice({
    baseUrl: `http://127.0.0.1:${await freePort()}`,
    retryFor: 60_000,
    onRetry: () => stop.abort(new Error('the user has left')),
  });
  await assert.rejects(
    client.start('echo', { workspace: 'acme', signal: stop.signal }),
    /^Error: the user has left$/,
  );
});

test('a queue that stays full is an error with its length, and the time after which to come again', async () => {
  const workspace = await world.workspace({ tier: 'pro', limitOverride: 1 });
  const begin = (options = {}) =>
    new Sluice({ baseUrl: world.apiUrl, ...options }).start('untilTold', { workspace });
  const runs = await begin();
  await eventuallyEqual(async () => (await runs.get()).status, 'running');
  await begin();
  await begin();
  await assert.rejects(begin({ retryFor: 1_000 }), (error: unknown) => {
    assert.ok(error instanceof QueueFullError);
    assert.deepEqual([error.limit, error.pending, error.retryAfterSeconds], [2, 2, 10]);
    return true;
  });
  const waiting = begin({ retryFor: 60_000, onRetry: () => void runs.terminate() });
  assert.equal((await waiting).execution.seq, 4);
  for await (const { id } of sluice.executions.list(workspace))
    await sluice.executions.terminate(workspace, id);
});

test('an input that is no JSON is an error of the caller, and nothing is sent', async () => {
  const { client, keys } = withLostAnswers(() => {});
  await assert.rejects(client.start('echo', { workspace: 'acme', input: 1n }), TypeError);
  assert.deepEqual(keys, []);
});

test('a wait for a result lasts through an outage, and says of it when the time is over', async () => {
  const workspace = await world.workspace();
  const { id } = await sluice.start('untilTold', { workspace });
  let isOut = true;
  const { client, keys } = withLostAnswers(() => void (isOut && lost()), { retryFor: 0 });
  const handle = client.executions.handle(workspace, id);
  await assert.rejects(handle.result({ timeout: 500 }), (error: unknown) => {
    assert.ok(error instanceof ResultTimeoutError && error.cause instanceof NoAnswerError);
    assert.equal(error.execution, null);
    return true;
  });
  assert.ok(keys.length >= 2);
  const waiting = handle.result({ timeout: 30_000 });
  isOut = false;
  await world.finish(id, 'after all');
  assert.equal(await waiting, 'after all');
});

/** Something else that answers, and what a client of it makes of that. */
async function answeredBy<T>(
  listener: RequestListener,
  use: (client: (options?: Partial<SluiceOptions>) => Sluice) => Promise<T>,
): Promise<T> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    return await use((options) => new Sluice({ baseUrl, ...options }));
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const unavailable: RequestListener = (_request, response) =>
  void response
    .writeHead(503, { 'content-type': 'application/problem+json', 'retry-after': '1' })
    .end(
      JSON.stringify({ type: 'urn:sluice:problem:database-unavailable', status: 503, detail: 'no Postgres' }),
    );

test('a 503 is sent again after the time that it names, and is the error when that is too long', async () => {
  const retries: Retry[] = [];
  await answeredBy(unavailable, async (client) => {
    const patient = client({ retryFor: 1_500, onRetry: (retry) => void retries.push(retry) });
    await assert.rejects(patient.workspaces.get('acme'), (error: unknown) => {
      assert.ok(error instanceof DatabaseUnavailableError);
      assert.deepEqual([error.retryAfterSeconds, error.message], [1, 'no Postgres']);
      return true;
    });
    assert.equal(retries.length, 1);
    assert.ok(retries[0]!.waitMs >= 1_000 && retries[0]!.waitMs <= 1_200);
    await assert.rejects(client({ retryFor: 900 }).workspaces.get('acme'), DatabaseUnavailableError);
  });
});

test('a server that accepts and says nothing is given up after the time of a try', async () => {
  await answeredBy(
    () => {},
    async (client) => {
      await assert.rejects(
        client({ requestTimeout: 200, retryFor: 0 }).workspaces.get('acme'),
        /NoAnswerError: .* no answer within 200 ms/,
      );
    },
  );
});

test('an answer that breaks off is sent for again', async () => {
  let requests = 0;
  const breakOff: RequestListener = (request, response) => {
    if (++requests > 1) return unavailable(request, response);
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' }).write('{"id"');
    setImmediate(() => response.destroy());
  };
  await answeredBy(breakOff, async (client) => {
    await assert.rejects(client({ retryFor: 900 }).workspaces.get('acme'), DatabaseUnavailableError);
    assert.equal(requests, 2);
  });
});

test('an answer that is not from Sluice is an error that shows it, and is asked for once', async () => {
  let requests = 0;
  const page: RequestListener = (request, response) => {
    requests++;
    response.writeHead(request.url === '/v1/workspaces/teapot' ? 418 : 200, { 'content-type': 'text/html' });
    response.end('<h1>Sign in</h1>');
  };
  await answeredBy(page, async (client) => {
    for (const id of ['teapot', 'page']) {
      await assert.rejects(client().workspaces.get(id), (error: unknown) => {
        assert.ok(error instanceof UnexpectedAnswerError, String(error));
        return error.status === (id === 'teapot' ? 418 : 200);
      });
    }
    assert.equal(requests, 2);
  });
});

test('a problem of a type that the client does not know yet is a ProblemError with its type', async () => {
  const newer: RequestListener = (_request, response) =>
    void response
      .writeHead(409, { 'content-type': 'application/problem+json' })
      .end(JSON.stringify({ type: 'urn:sluice:problem:of-tomorrow', status: 409, detail: 'tomorrow' }));
  await answeredBy(newer, async (client) => {
    await assert.rejects(client().workspaces.get('acme'), (error: unknown) => {
      assert.ok(error instanceof ProblemError);
      assert.deepEqual(
        [error.type, error.name, error.message],
        ['urn:sluice:problem:of-tomorrow', 'ProblemError', 'tomorrow'],
      );
      return true;
    });
  });
});

test('a key of the API is sent as a bearer token, and without one there is no such header', async () => {
  const seen: (string | undefined)[] = [];
  const note: RequestListener = ({ headers }, response) => {
    seen.push(headers.authorization);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"id":"acme"}');
  };
  await answeredBy(note, async (client) => {
    await client({ apiKey: 'slc_1' }).workspaces.get('acme');
    await client().workspaces.get('acme');
  });
  assert.deepEqual(seen, ['Bearer slc_1', undefined]);
});
