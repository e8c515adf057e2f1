import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import { closeWithin } from '../../../src/api/server/connection-drain.ts';
import { advanceSchedule } from '../../../src/db/schedule/advance-schedule.ts';
import { createLog } from '../../../src/process/log.ts';
import { eventually, eventuallyEqual } from '../../support/eventually.ts';
import { insertPending } from '../../support/rows.ts';
import { letWait, type ListeningApi, startListeningApi } from './listening-api.ts';
import { type StandInGate, standInGate } from './stand-in-gate.ts';

/** Far beyond what any test takes: an answer that comes by it comes too late. */
const WAIT_SECONDS = 30;
const SOON_MS = 3_000;

const log = createLog({ level: 'silent', process: 'test' });

interface Place {
  readonly path: string;
  readonly workspaceId: string;
  readonly gate: StandInGate;
}

async function place(api: ListeningApi, settings?: Record<string, unknown>): Promise<Place> {
  const workspaceId = await api.workspace(settings);
  return {
    workspaceId,
    path: `/v1/workspaces/${workspaceId}/executions`,
    gate: standInGate(api.database, workspaceId),
  };
}

async function start(t: TestContext, ...rest: [Record<string, string>?, object?]) {
  const api = await startListeningApi(t, ...rest);
  return { api, ...(await place(api)) };
}

const untilWaiting = (api: ListeningApi, count: number) =>
  eventuallyEqual(() => [api.deps.waits.count, api.deps.events.waiting > 0], [count, count > 0]);

test('a POST that waits answers with the final state as soon as the execution has ended, and a repeat by its key does too', async (t) => {
  const { api, path, gate } = await start(t);
  const asked = {
    method: 'POST',
    body: { workflowType: 'demo', input: { a: 1 } },
    headers: { 'idempotency-key': 'one' },
  };
  const first = api.ask(`${path}?wait=${WAIT_SECONDS}`, asked);
  await untilWaiting(api, 1);
  const [executionId] = await gate.admit();
  const repeat = api.ask(path, { ...asked, headers: { ...asked.headers, prefer: `wait=${WAIT_SECONDS}` } });
  await untilWaiting(api, 2);
  await gate.end(executionId!, '{"total": 1.50}');
  const [one, two] = await Promise.all([first, repeat]);
  assert.deepEqual([one.status, two.status], [202, 200]);
  assert.deepEqual([one.body.status, two.body.status], ['completed', 'completed']);
  assert.match(one.text, /"result":\{"total": 1\.50\}/);
  assert.equal(one.headers.location, `${path}/${executionId}`);
  assert.deepEqual(
    [one.headers['preference-applied'], two.headers['preference-applied']],
    [undefined, `wait=${WAIT_SECONDS}`],
  );
  assert.ok(one.tookMs < SOON_MS, `${one.tookMs} ms`);
  assert.deepEqual([api.deps.waits.count, api.deps.executionEvents.following], [0, 0]);
});

test('a GET that waits answers at the end, however the execution ends, and at once when it had ended', async (t) => {
  const { api, path, gate } = await start(t);
  const ids = [1, 2].map(
    async () => (await api.ask(path, { method: 'POST', body: { workflowType: 'x' } })).body.id,
  );
  const [completed, failed] = (await Promise.all(ids)) as [string, string];
  await gate.admit();
  const waiting = [completed, failed].map((id) =>
    api.ask(`${path}/${id.toUpperCase()}?wait=${WAIT_SECONDS}`),
  );
  await untilWaiting(api, 2);
  await gate.end(completed);
  assert.equal((await waiting[0]!).body.status, 'completed');
  assert.equal(api.deps.waits.count, 1, 'the other one goes on waiting');
  const { body } = await api.ask(path, { method: 'POST', body: { workflowType: 'x' } });
  const pending = api.ask(`${path}/${body.id}?wait=${WAIT_SECONDS}`);
  await untilWaiting(api, 2);
  await api.ask(`${path}/${body.id}/cancel`, { method: 'POST' });
  assert.equal((await pending).body.status, 'cancelled');
  assert.equal(api.deps.waits.count, 1);
  await gate.end(failed);
  assert.equal((await waiting[1]!).body.status, 'completed');
  const { tookMs } = await api.ask(`${path}/${completed}?wait=${WAIT_SECONDS}`);
  assert.ok(tookMs < SOON_MS);
});

test('a wait ends with an execution that expires, and with one that is cancelled before its time', async (t) => {
  const { api, path, workspaceId } = await start(t);
  const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();
  const post = (fields: Record<string, unknown>) =>
    api.ask(`${path}?wait=${WAIT_SECONDS}`, { method: 'POST', body: { workflowType: 'x', ...fields } });
  const expiring = post({ startBefore: inMs(1_500) });
  const later = post({ startAfter: inMs(3_600_000) });
  await untilWaiting(api, 2);
  const { body } = await api.ask(`${path}?status=scheduled`);
  await api.ask(`${path}/${body.items[0].id}/cancel`, { method: 'POST' });
  assert.equal((await later).body.status, 'cancelled');
  await eventually(async () => {
    const { expired } = await advanceSchedule(api.database, workspaceId);
    assert.equal(expired.length, 1);
  });
  assert.equal((await expiring).body.status, 'expired');
});

test('an end that comes just before, during or just after the beginning of a wait is not missed', async (t) => {
  const { api, path, gate } = await start(t, { TIER_PRO_CONCURRENT_LIMIT: '1000' });
  // Somebody waits all the time, in every other round: the position is known then without a look.
  const { body: other } = await api.ask(path, { method: 'POST', body: { workflowType: 'x' } });
  const leave = new AbortController();
  for (const isKnown of [false, true]) {
    if (isKnown) void api.ask(`${path}/${other.id}?wait=60`, { signal: leave.signal }).catch(() => {});
    if (isKnown) await untilWaiting(api, 1);
    for (let round = 0; round < 40; round++) {
      const { body } = await api.ask(path, { method: 'POST', body: { workflowType: 'x' } });
      await gate.admit();
      const ended = pause(Math.random() * 8).then(() => gate.end(body.id));
      await pause(Math.random() * 8);
      const answer = await api.ask(`${path}/${body.id}?wait=${WAIT_SECONDS}`);
      await ended;
      assert.equal(answer.body.status, 'completed');
      assert.ok(answer.tookMs < SOON_MS, `round ${round}: ${answer.tookMs} ms`);
    }
  }
  leave.abort();
});

test('an execution that ends before its own POST has begun to wait is not missed', async (t) => {
  const { api, path, gate, workspaceId } = await start(t);
  const { body: other } = await api.ask(path, { method: 'POST', body: { workflowType: 'x' } });
  const leave = new AbortController();
  void api.ask(`${path}/${other.id}?wait=60`, { signal: leave.signal }).catch(() => {});
  await untilWaiting(api, 1);
  // The waker is asked after the commit and before the wait.
  const wakeSoon = api.deps.waker.wake.bind(api.deps.waker);
  let ending: Promise<void> = Promise.resolve();
  api.deps.waker.wake = (id, signal) => {
    wakeSoon(id, signal);
    ending = gate.admit().then((ids) => gate.end(ids.find((one) => one !== other.id)!));
  };
  const waited = await api.ask(`${path}?wait=${WAIT_SECONDS}`, {
    method: 'POST',
    body: { workflowType: 'y' },
  });
  await ending;
  assert.equal(waited.body.status, 'completed', workspaceId);
  assert.ok(waited.tookMs < SOON_MS, `${waited.tookMs} ms`);
  leave.abort();
});

test('past its time a wait answers the present state, with the same status', async (t) => {
  const { api, path, gate } = await start(t, {}, { handlerMs: 1_500 });
  const waiting = api.ask(`${path}?wait=2`, { method: 'POST', body: { workflowType: 'x' } });
  await untilWaiting(api, 1);
  await gate.admit();
  const posted = await waiting;
  assert.deepEqual([posted.status, posted.body.status, 'result' in posted.body], [202, 'running', false]);
  assert.ok(posted.tookMs >= 1_990 && posted.tookMs < 2_000 + SOON_MS, `${posted.tookMs} ms`);
  const got = await api.ask(`${path}/${posted.body.id}`, { headers: { prefer: 'wait=2' } });
  assert.deepEqual([got.status, got.body.status], [200, 'running']);
  assert.ok(got.tookMs >= 1_990 && got.tookMs < 2_000 + SOON_MS, `${got.tookMs} ms`);
  const zero = await api.ask(`${path}/${posted.body.id}?wait=0`);
  assert.deepEqual([zero.status, zero.body.status], [200, 'running']);
  assert.ok(zero.tookMs < 1_900);
});

test('the query wins over Prefer; what is no number of seconds up to 60 is a 400 that names it; other preferences are ignored', async (t) => {
  const { api, path } = await start(t);
  const { body } = await api.ask(path, { method: 'POST', body: { workflowType: 'x' } });
  await api.ask(`${path}/${body.id}/cancel`, { method: 'POST' });
  const get = (query: string, prefer?: string) =>
    api.ask(`${path}/${body.id}${query}`, { ...(prefer !== undefined && { headers: { prefer } }) });
  const applied = async (prefer: string, query = '') => {
    const { status, headers } = await get(query, prefer);
    assert.equal(status, 200);
    return headers['preference-applied'];
  };
  assert.equal(await applied('wait=30'), 'wait=30');
  assert.equal(await applied('respond-async, WAIT = "7" ; x=1, wait=9'), 'wait=7');
  assert.equal(await applied('note="a, wait=3", wait=4'), 'wait=4');
  assert.equal(await applied('wait=3600'), 'wait=60');
  assert.equal(await applied('respond-async, handling=lenient, waits=5'), undefined);
  assert.equal(await applied('wait=30', '?wait=1'), undefined);
  for (const [query, prefer, where, message] of [
    ['?wait=61', undefined, 'querystring/wait', /60/],
    ['?wait=-1', undefined, 'querystring/wait', /0/],
    ['?wait=soon', undefined, 'querystring/wait', /integer/],
    ['?wait=', undefined, 'querystring/wait', /integer/],
    ['?wiat=3', undefined, 'querystring/wiat', /not known/],
    ['', 'wait', 'headers/prefer', /whole seconds/],
    ['', 'wait=soon', 'headers/prefer', /"soon".*whole seconds/],
    ['', 'wait=-1', 'headers/prefer', /"-1"/],
    ['', 'wait=1.5', 'headers/prefer', /"1\.5"/],
  ] as const) {
    for (const answer of [
      await get(query, prefer),
      await api.ask(`${path}${query}`, {
        method: 'POST',
        body: { workflowType: 'x' },
        ...(prefer !== undefined && { headers: { prefer } }),
      }),
    ]) {
      assert.equal(answer.status, 400, `${query} ${prefer}`);
      const [error] = answer.body.errors;
      assert.equal(`${error.in}${error.path}`, where);
      assert.match(error.message, message);
    }
  }
  const { rows } = await api.database.pool.query('select count(*)::integer as n from all_executions');
  assert.deepEqual(rows, [{ n: 1 }], 'nothing was stored for a refused request');
});

test('a wait ends with its client, and at a stop of the server with the present state', async (t) => {
  const { api, path, gate } = await start(t);
  const { body } = await api.ask(path, { method: 'POST', body: { workflowType: 'x' } });
  const leave = new AbortController();
  const left = api.ask(`${path}/${body.id}?wait=60`, { signal: leave.signal });
  await untilWaiting(api, 1);
  leave.abort();
  await assert.rejects(left);
  await eventuallyEqual(
    () => [api.deps.waits.count, api.deps.events.waiting, api.deps.executionEvents.following],
    [0, 0, 0],
  );
  const staying = api.ask(`${path}/${body.id}?wait=60`);
  await untilWaiting(api, 1);
  await gate.admit();
  const beganMs = performance.now();
  assert.equal(await closeWithin(api.app, 10_000, log), true);
  assert.ok(performance.now() - beganMs < SOON_MS);
  const answer = await staying;
  assert.deepEqual([answer.status, answer.body.status], [200, 'running']);
});

test('a request that does not wait keeps the ordinary deadline, on a route where others may wait for a minute', async (t) => {
  const { api, path, workspaceId } = await start(t, {}, { handlerMs: 1_500 });
  const client = await api.database.pool.connect();
  await client.query('begin');
  await client.query('select 1 from workspaces where id = $1 for update', [workspaceId]);
  try {
    for (const query of ['', '?wait=30']) {
      const refused = await api.ask(`${path}${query}`, { method: 'POST', body: { workflowType: 'x' } });
      assert.deepEqual([refused.status, refused.body.type], [503, 'urn:sluice:problem:request-timed-out']);
      assert.ok(refused.tookMs < 10_000, `${refused.tookMs} ms`);
    }
  } finally {
    await client.query('rollback');
    client.release();
  }
});

test('what an end cannot be read of is read again, and past its time a wait answers what was read before', async (t) => {
  const { api, path, gate } = await start(t);
  const { body } = await api.ask(path, { method: 'POST', body: { workflowType: 'x' } });
  await gate.admit();
  const { pool } = api.database;
  const query = pool.query;
  const fail = () =>
    (pool.query = (() =>
      Promise.reject(Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED' }))) as never);
  const waiting = api.ask(`${path}/${body.id}?wait=1`);
  await untilWaiting(api, 1);
  fail();
  const past = await waiting;
  pool.query = query;
  assert.deepEqual([past.status, past.body.status], [200, 'running']);

  const again = api.ask(`${path}/${body.id}?wait=${WAIT_SECONDS}`);
  await untilWaiting(api, 1);
  let failures = 0;
  pool.query = ((...args: unknown[]) => {
    const text = typeof args[0] === 'string' ? args[0] : (args[0] as { text: string }).text;
    if (failures > 0 || !text.includes('payloads'))
      return (query as (...a: unknown[]) => unknown).apply(pool, args);
    failures++;
    return Promise.reject(Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED' }));
  }) as never;
  await gate.end(body.id);
  const ended = await again;
  pool.query = query;
  assert.deepEqual([failures, ended.status, ended.body.status], [1, 200, 'completed']);
});

test('a thousand requests that wait in one workspace cost one read each, at their own end', async (t) => {
  const { api, path, gate, workspaceId } = await start(t, { TIER_PRO_CONCURRENT_LIMIT: '1000' });
  const ids = await insertPending(api.database.pool, workspaceId, 1_000);
  for (let admitted = 0; admitted < ids.length;) admitted += (await gate.admit()).length;
  const waiting = await letWait(api, ids, (id) => api.ask(`${path}/${id}?wait=60`));
  await eventually(() => assert.equal(api.deps.events.waiting, 1, 'the workspace is followed once'));
  await pause(200);
  const before = api.queries();
  const beganMs = performance.now();
  for (const id of ids.slice(0, 100)) await gate.end(id);
  const answers = await Promise.all(waiting.slice(0, 100));
  assert.deepEqual([...new Set(answers.map(({ body }) => body.status))], ['completed']);
  assert.equal(api.deps.waits.count, 900);
  // A look each 20 ms, now and then with the standing, is all that there is beside.
  const looks = ((performance.now() - beganMs) / 20) * 1.5;
  const queries = api.queries() - before;
  assert.ok(queries >= 100 && queries < 100 + looks + 10, `${queries} queries in ${looks} looks`);
  await closeWithin(api.app, 10_000, log);
  await Promise.all(waiting);
});

test('two thousand requests that wait cost no query each, and each is answered at its end', async (t) => {
  const api = await startListeningApi(t);
  const places: Place[] = [];
  const executions: { path: string; id: string }[] = [];
  for (let n = 0; n < 200; n++) {
    const made = await place(api);
    const { workspaceId, path, gate } = made;
    places.push(made);
    const ids = await insertPending(api.database.pool, workspaceId, 10);
    await gate.admit();
    for (const id of ids) executions.push({ path, id });
  }
  const waiting = await letWait(api, executions, ({ path, id }) => api.ask(`${path}/${id}?wait=60`));
  await eventuallyEqual(() => api.deps.events.waiting, 200);
  const before = api.queries();
  await pause(1_000);
  const idle = api.queries() - before;
  assert.ok(idle < 80, `${idle} queries in a second in which nothing happens`);
  for (const first of [0, 5])
    for (const [index, { gate }] of places.entries())
      await gate.end(executions.slice(index * 10 + first, index * 10 + first + 5).map(({ id }) => id));
  const answers = await Promise.all(waiting);
  assert.deepEqual([...new Set(answers.map(({ body }) => body.status))], ['completed']);
});
