import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { after, before, test } from 'node:test';
import { EventsGoneError, Sluice, type WorkspaceEvent } from '../../packages/client/src/index.ts';
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
  const started = await sluice.executions.start<typeof untilTold>(workspace, { workflowType: 'untilTold' });
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

test('a server that does not know how to wait is polled', async () => {
  const { asked, sluice } = counting((url) => url.searchParams.delete('wait'));
  const started = await startTold(sluice);
  asked.length = 0;
  const result = started.result();
  await eventually(() => assert.ok(asked.length > 3));
  await world.finish(started.id, { n: 2 });
  assert.deepEqual(await result, { n: 2 });
  assert.ok(asked.length < 12, `${asked.length} requests`);
});

test('a way that bears no long wait is asked for shorter ones', async () => {
  const waits: (string | null)[] = [];
  const sluice = new Sluice({
    baseUrl: world.apiUrl,
    fetch: (request) => {
      const seconds = new URL(request.url).searchParams.get('wait');
      if (request.method === 'GET') waits.push(seconds);
      return Number(seconds) > 5 ? Promise.resolve(new Response('', { status: 504 })) : fetch(request);
    },
  });
  const started = await startTold(sluice);
  const result = started.result();
  await eventually(() => assert.ok(waits.length > 1));
  await world.finish(started.id, { n: 3 });
  assert.deepEqual(await result, { n: 3 });
  assert.deepEqual(waits, ['20', '5']);
});

test('events come in order, from now on or after an id, and end with the loop or the signal', async () => {
  const { sluice } = counting();
  const workspace = await world.workspace();
  const stop = new AbortController();
  const kinds: string[] = [];
  const following = (async () => {
    for await (const { kind } of sluice.events(workspace, { signal: stop.signal })) kinds.push(kind);
  })();
  const seen: WorkspaceEvent[] = [];
  const { id } = await sluice.executions.start(workspace, { workflowType: 'echo', input: 1 });
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
      const { rows } = await world.database.pool.query<{ n: string }>(
        'select last_event as n from workspaces where id = $1',
        [workspace],
      );
      assert.equal(ids.at(-1), `${await epoch()}-${rows[0]!.n}`);
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
