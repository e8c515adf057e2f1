import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { after, before, test } from 'node:test';
import {
  EventsGoneError,
  ExecutionNotFoundError,
  ResultTimeoutError,
  Sluice,
  type WorkspaceEvent,
} from '../../packages/client/src/index.ts';
import { eventually, eventuallyEqual } from '../support/eventually.ts';
import { TcpProxy } from '../support/proxy.ts';
import { startWorld, type World } from '../support/world.ts';
import type { untilTold } from '../support/workflows/index.ts';

let world: World;
before(async () => (world = await startWorld(import.meta.url)));
after(() => world.stop());

/** Counts requests, and may change what is asked. */
function counting(change: (url: URL) => void = () => {}) {
  const asked: string[] = [];
  const fetchChanged = (request: Request) => {
    const url = new URL(request.url);
    asked.push(`${request.method} ${url.pathname}${url.search}`);
    change(url);
    return fetch(new Request(url, request));
  };
  return { asked, sluice: new Sluice({ baseUrl: world.apiUrl, fetch: fetchChanged }) };
}

async function startTold(sluice: Sluice) {
  const workspace = await world.workspace();
  const started = await sluice.start<typeof untilTold>('untilTold', { workspace });
  await eventuallyEqual(async () => (await world.execution(workspace, started.id)).status, 'running');
  return started;
}

test('a result that takes seconds is one request, which is answered at the end', async () => {
  const { asked, sluice } = counting();
  const started = await startTold(sluice);
  asked.length = 0;
  const beganMs = performance.now();
  const result = started.result({ timeout: 60_000 });
  await pause(2_000);
  await world.finish(started.id, { n: 1 });
  assert.deepEqual(await result, { n: 1 });
  assert.equal(asked.length, 1 + Math.floor((performance.now() - beganMs) / 20_000));
  assert.match(asked[0]!, /\?wait=20$/);
});

/** What was asked for, by its last part: `?wait=20`, `events`, or nothing of these. */
const waysOf = (asked: readonly string[]) =>
  asked.map((line) => /\?wait=\d+$|\/events\b/.exec(line)?.[0].replace(/\d+/, 'N') ?? 'plain');

const isEvents = (request: Request) => new URL(request.url).pathname.endsWith('/events');
const asksToWait = (request: Request) => new URL(request.url).searchParams.has('wait');

/** Answers some requests itself; null lets one through to the API. */
function between(answer: (request: Request) => Response | null, baseUrl = world.apiUrl) {
  const asked: string[] = [];
  const fetchBetween = async (request: Request) => {
    if (request.method === 'GET') asked.push(request.url);
    return answer(request) ?? fetch(request);
  };
  return { asked, sluice: new Sluice({ baseUrl, fetch: fetchBetween }) };
}

const html = (status: number) =>
  new Response('<h1>Blocked</h1>', { status, headers: { 'content-type': 'text/html' } });
const malformed = () =>
  Response.json(
    { type: 'urn:sluice:problem:invalid-request', status: 400, detail: 'wait', errors: [] },
    { status: 400 },
  );

/** How a wait does not come through, and what is asked for until the end all the same. */
const IN_THE_WAY: Record<string, [(request: Request) => Response | null, string[]]> = {
  'a proxy that cuts what is idle': [
    (request) => (asksToWait(request) ? html(504) : null),
    ['?wait=N', 'plain', '/events'],
  ],
  'a proxy that refuses to wait': [
    (request) => (asksToWait(request) ? html(403) : null),
    ['?wait=N', '/events'],
  ],
  'a server that does not know `wait`': [
    (request) => (asksToWait(request) ? malformed() : null),
    ['?wait=N', '/events'],
  ],
};

for (const [what, [answer, ways]] of Object.entries(IN_THE_WAY)) {
  test(`behind ${what} a result comes by the events of the execution, with no request more`, async () => {
    const started = await startTold(counting().sluice);
    const { asked, sluice } = between(answer);
    const handle = sluice.executions.handle<typeof untilTold>(started.workspaceId, started.id);
    const result = handle.result();
    await eventually(() => assert.equal(asked.length, ways.length));
    await pause(3_000);
    await world.finish(started.id, { n: 2 });
    assert.deepEqual(await result, { n: 2 });
    assert.deepEqual(waysOf(asked), ways);
  });
}

test('a server that answers before it has waited is followed by its events, and a wait that ends by its timeout says how it is', async () => {
  const { asked, sluice } = counting((url) => url.searchParams.delete('wait'));
  const workspace = await world.workspace({ tier: 'pro', limitOverride: 1 });
  const first = await sluice.start('untilTold', { workspace });
  const second = await sluice.start('untilTold', { workspace });
  await eventuallyEqual(async () => (await world.execution(workspace, first.id)).status, 'running');
  asked.length = 0;
  const result = second.result({ timeout: 10_000 });
  await eventually(() => assert.equal(asked.length, 2));
  await first.terminate();
  await assert.rejects(result, (error: unknown) => {
    assert.ok(error instanceof ResultTimeoutError);
    // As an event said: nobody has read it since it was in the queue.
    assert.equal(error.execution?.status, 'running');
    return true;
  });
  assert.deepEqual(waysOf(asked.filter((line) => line.startsWith('GET'))), ['?wait=N', '/events']);
  await second.terminate();
});

test('where nothing but plain requests comes through it is polled, slower and slower, and then tried to wait again', async () => {
  const started = await startTold(counting().sluice);
  let isOpen = false;
  const { asked, sluice } = between((request) =>
    !isOpen && (asksToWait(request) || isEvents(request)) ? html(403) : null,
  );
  const beganMs = performance.now();
  const result = sluice.executions.handle<typeof untilTold>(started.workspaceId, started.id).result();
  const times: number[] = [];
  await eventually(() => {
    while (times.length < asked.length) times.push(performance.now() - beganMs);
    assert.ok(waysOf(asked).filter((way) => way === '?wait=N').length > 1);
  }, 60_000);
  isOpen = true;
  await world.finish(started.id, { n: 4 });
  assert.deepEqual(await result, { n: 4 });
  const ways = waysOf(asked);
  assert.deepEqual(ways.slice(0, 12), ['?wait=N', '/events', ...Array<string>(10).fill('plain')]);
  assert.ok(times[11]! > 18_000, `ten polls within ${times[11]} ms`);
});

test('a stream that is kept back by a proxy is given up, and what is really wrong is said by a plain request', async () => {
  const started = await startTold(counting().sluice);
  const kept = () => new Response(new ReadableStream(), { headers: { 'content-type': 'text/event-stream' } });
  const { asked, sluice } = between((request) =>
    isEvents(request) ? kept() : asksToWait(request) ? html(403) : null,
  );
  const result = sluice.executions.handle<typeof untilTold>(started.workspaceId, started.id).result();
  await eventually(() => assert.ok(waysOf(asked).includes('plain')), 30_000);
  await world.finish(started.id, { n: 5 });
  assert.deepEqual(await result, { n: 5 });
  const nobody = sluice.executions.handle(started.workspaceId, '0199f3a2-7c1e-7000-8000-5f0c8f5a7b11');
  await assert.rejects(nobody.result(), ExecutionNotFoundError);
});

test('a result comes through however often the connection is cut, and nothing is started by that', async () => {
  const proxy = new TcpProxy(new URL(world.apiUrl));
  const sluice = new Sluice({ baseUrl: (await proxy.url()).href });
  const started = await startTold(sluice);
  const result = started.result();
  for (let cut = 0; cut < 4; cut++) {
    await pause(400);
    proxy.cut();
    await pause(100);
    proxy.mend();
  }
  await world.finish(started.id, { n: 6 });
  assert.deepEqual(await result, { n: 6 });
  assert.deepEqual(await world.seqs(started.workspaceId, 'completed'), [1]);
  proxy.close();
});

test('the events of an execution begin with how it is and end with its result, also after the connection broke', async () => {
  const proxy = new TcpProxy(new URL(world.apiUrl));
  const sluice = new Sluice({ baseUrl: (await proxy.url()).href });
  const workspace = await world.workspace({ tier: 'pro', limitOverride: 1 });
  const first = await sluice.start('untilTold', { workspace });
  const second = await sluice.start<typeof untilTold>('untilTold', { workspace });
  await eventuallyEqual(async () => (await world.execution(workspace, first.id)).status, 'running');
  const seen: string[] = [];
  const results: unknown[] = [];
  const following = (async () => {
    for await (const event of second.events()) {
      if (event.kind === 'execution') {
        seen.push(`execution ${event.execution.status}`);
        results.push(event.execution.result);
      } else seen.push(`${event.kind} ${event.status}`);
    }
  })();
  await eventually(() => assert.deepEqual(seen, ['execution pending']));
  proxy.cut();
  await world.sluice.executions.terminate(workspace, first.id);
  await eventuallyEqual(async () => (await world.execution(workspace, second.id)).status, 'running');
  proxy.mend();
  await eventually(() => assert.equal(seen.at(-1), 'admitted running'));
  await world.finish(second.id, { n: 7 });
  await following;
  assert.deepEqual(seen, ['execution pending', 'admitted running', 'execution completed', 'ended completed']);
  assert.deepEqual(results, [undefined, { n: 7 }]);

  const again: string[] = [];
  for await (const { kind } of second.events()) again.push(kind);
  assert.deepEqual(again, ['execution']);
  const last = await lastEvent(workspace);
  for await (const { kind } of second.events({ after: last })) again.push(kind);
  assert.deepEqual(again, ['execution'], 'nothing came after its last event');
  proxy.close();
});

async function lastEvent(workspace: string): Promise<string> {
  const { rows } = await world.database.pool.query<{ n: string }>(
    'select last_event as n from workspaces where id = $1',
    [workspace],
  );
  return `${await epoch()}-${rows[0]!.n}`;
}

test('events come in order, from now on or after an id, and end with the loop or the signal', async () => {
  const { sluice } = counting();
  const workspace = await world.workspace();
  const stop = new AbortController();
  const kinds: string[] = [];
  const following = (async () => {
    for await (const { kind } of sluice.events(workspace, { signal: stop.signal })) kinds.push(kind);
  })();
  const seen: WorkspaceEvent[] = [];
  const { id } = await sluice.start('echo', { workspace, input: 1 });
  for await (const event of sluice.events(workspace, { after: `${await epoch()}-0` })) {
    seen.push(event);
    if (event.kind === 'ended') break;
  }
  assert.deepEqual(
    seen.map(({ kind, executionId, status }) => [kind, executionId, status]),
    [
      ['accepted', id, 'pending'],
      ['admitted', id, 'running'],
      ['ended', id, 'completed'],
    ],
  );
  await eventually(() => assert.equal(kinds.at(-1), 'ended'));
  stop.abort(new Error('enough'));
  await assert.rejects(following, /enough/);
  await eventuallyEqual(async () => {
    const metrics = await (await fetch(`${world.apiUrl}/metrics`)).text();
    return /^sluice_waiting_requests (\d+)$/m.exec(metrics)?.[1];
  }, '0');
});

async function epoch(): Promise<number> {
  const { rows } = await world.database.pool.query<{ epoch: number }>('select epoch from deployment');
  return rows[0]!.epoch;
}

test('events go on after the connection broke, without a gap or a double', async () => {
  const workspace = await world.workspace();
  const proxy = new TcpProxy(new URL(world.apiUrl));
  const sluice = new Sluice({ baseUrl: (await proxy.url()).href });
  const ids: string[] = [];
  const stop = new AbortController();
  const following = (async () => {
    for await (const { id } of sluice.events(workspace, { signal: stop.signal })) ids.push(id);
  })();
  const change = async () => {
    await world.sluice.workspaces.patch(workspace, { limitOverride: 1 + (turn++ % 9) });
  };
  let turn = 0;
  await eventually(async () => {
    await change();
    assert.ok(ids.length > 2);
  });
  for (let cut = 0; cut < 3; cut++) {
    proxy.cut();
    await change();
    proxy.mend();
    await eventually(async () => {
      assert.equal(ids.at(-1), await lastEvent(workspace));
    });
  }
  stop.abort();
  await following.catch(() => {});
  const numbers = ids.map((id) => Number(id.split('-')[1]));
  assert.deepEqual(
    numbers,
    numbers.map((_, index) => numbers[0]! + index),
  );
  proxy.close();
});

test('events that cannot be told any more are an error that says where to go on', async () => {
  const workspace = await world.workspace();
  const gone = world.sluice.events(workspace, { after: '999-1' }).next();
  await assert.rejects(gone, (error: unknown) => {
    assert.ok(error instanceof EventsGoneError);
    assert.match(error.after, /^\d+-0$/);
    return true;
  });
});
