import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { insertTestKey } from '../support/keys.ts';
import { insertPending, insertWorkspace } from '../support/rows.ts';
import { type ApiUnderTest, startApiUnderTest } from './api-under-test.ts';

let api: ApiUnderTest;
before(async () => (api = await startApiUnderTest()));
after(() => api.stop());

interface Item {
  readonly id: string;
  readonly health: string;
  readonly backlog: number[];
}

const stats = async (query = '') => {
  const answer = await api.call({ path: `/v1/stats/workspaces${query}` });
  assert.equal(answer.status, 200, answer.text);
  return answer.body as { items: Item[]; nextCursor: string | null };
};
const idsOf = ({ items }: { items: Item[] }) => items.map(({ id }) => id);

const set = (id: string, changes: string) =>
  api.database.pool.query(`update workspaces set ${changes} where id = $1`, [id]);

/** A sample of some minutes ago. */
const sample = (id: string, minutesAgo: number, columns: Record<string, number>) =>
  api.database.pool.query(
    `insert into workspace_samples (workspace_id, minute, ${Object.keys(columns).join(', ')})
     values ($1, date_trunc('minute', clock_timestamp()) - make_interval(mins => $2), ${Object.values(columns).join(', ')})`,
    [id, minutesAgo],
  );

test('a workspace in numbers: its counters, its limit, for how long the head of its queue waits', async () => {
  await insertWorkspace(api.database.pool, 'numbers', { limitOverride: 2 });
  const [head] = await insertPending(api.database.pool, 'numbers', 3);
  await api.database.pool.query(`update executions set created_at = now() - interval '90 s' where id = $1`, [
    head,
  ]);
  await set('numbers', 'running = 4, scheduled = 1');
  const { status, body } = await api.call({ path: '/v1/stats/workspaces/numbers' });
  assert.equal(status, 200);
  assert.ok(body.oldestWaitSeconds >= 90 && body.oldestWaitSeconds < 200, String(body.oldestWaitSeconds));
  const { oldestWaitSeconds: _wait, backlog, ...rest } = body;
  assert.deepEqual(backlog, Array(60).fill(0));
  assert.deepEqual(rest, {
    id: 'numbers',
    tier: 'pro',
    health: 'at-limit',
    limit: 2,
    limitSource: 'override',
    limitOverride: 2,
    running: 4,
    overBy: 2,
    pending: 3,
    scheduled: 1,
    waitP95Seconds: null,
    handoffP99Seconds: null,
    stalledExecutions: 0,
    failedLastHour: 0,
    inbox: 0,
    inboxOldestSeconds: null,
    paused: null,
    lastAdmissionAt: null,
  });
  assert.equal((await api.call({ path: '/v1/stats/workspaces/nobody' })).status, 404);
});

test('the wait of an execution that was scheduled begins where it entered the queue', async () => {
  await insertWorkspace(api.database.pool, 'scheduled-head');
  const [head] = await insertPending(api.database.pool, 'scheduled-head', 1);
  await api.database.pool.query(
    `update executions set created_at = now() - interval '1 h', start_after = now() - interval '60 s' where id = $1`,
    [head],
  );
  const { body } = await api.call({ path: '/v1/stats/workspaces/scheduled-head' });
  assert.ok(body.oldestWaitSeconds >= 60 && body.oldestWaitSeconds < 200, String(body.oldestWaitSeconds));
});

test('a pause is shown until its time has come', async () => {
  await insertWorkspace(api.database.pool, 'pausing');
  await set(
    'pausing',
    `paused_at = now(), paused_until = now() + interval '1 h', pause_reason = 'why', paused_by = 'key'`,
  );
  const { body } = await api.call({ path: '/v1/stats/workspaces/pausing' });
  assert.equal(body.health, 'paused');
  assert.deepEqual([body.paused.reason, body.paused.by], ['why', 'key']);
  await set('pausing', `paused_until = now() - interval '1 s'`);
  const over = await api.call({ path: '/v1/stats/workspaces/pausing' });
  assert.deepEqual([over.body.health, over.body.paused], ['idle', null]);
});

test('what samples say: the newest of the last minutes, failures of an hour, and the backlog minute by minute', async () => {
  await insertWorkspace(api.database.pool, 'sampled');
  await sample('sampled', 0, {
    pending: 3,
    running: 5,
    failed: 1,
    wait_p95_seconds: 1.5,
    handoff_p99_seconds: 0.25,
  });
  await sample('sampled', 2, {
    pending: 7,
    running: 5,
    failed: 2,
    wait_p95_seconds: 9,
    handoff_p99_seconds: 9,
  });
  await sample('sampled', 59, { pending: 4, running: 5, failed: 4 });
  await sample('sampled', 61, { pending: 99, running: 5, failed: 99 });
  const { body } = await api.call({ path: '/v1/stats/workspaces/sampled' });
  assert.deepEqual([body.waitP95Seconds, body.handoffP99Seconds], [1.5, 0.25]);
  // A minute may have passed meanwhile.
  const last = body.backlog.lastIndexOf(3);
  assert.ok(last >= 58, String(body.backlog));
  assert.equal(body.backlog[last - 2], 7);
  assert.ok(!body.backlog.includes(99));
  assert.ok([3, 7].includes(body.failedLastHour), String(body.failedLastHour));
  await api.database.pool.query(
    `update workspace_samples set minute = minute - interval '10 min' where workspace_id = 'sampled'`,
  );
  assert.equal((await api.call({ path: '/v1/stats/workspaces/sampled' })).body.waitP95Seconds, null);
});

test('lists go by each number, from both ends, page by page, and every workspace comes once', async () => {
  const { pool } = api.database;
  for (let n = 0; n < 9; n++) {
    const id = `order-${n}`;
    await insertWorkspace(pool, id);
    if (n % 3 === 0) continue;
    await insertPending(pool, id, n);
    await set(id, `running = ${9 - n}`);
    await pool.query(
      `update executions set created_at = now() - make_interval(secs => $2) where workspace_id = $1`,
      [id, 100 - n],
    );
    await sample(id, 1, {
      pending: n,
      running: 1,
      failed: n % 2,
      wait_p95_seconds: n,
      handoff_p99_seconds: 10 - n,
    });
  }
  const whole = async (query: string) => {
    const ids: string[] = [];
    for (let cursor = ''; ;) {
      const page = await stats(`?search=ORDER-&limit=2${query}${cursor}`);
      ids.push(...idsOf(page));
      if (page.nextCursor === null) return ids.map((id) => id.replace('order-', '')).join('');
      cursor = `&cursor=${page.nextCursor}`;
    }
  };
  assert.equal(await whole(''), '012345678');
  assert.equal(await whole('&sort=id&order=desc'), '876543210');
  assert.equal(await whole('&sort=pending'), '875421036');
  assert.equal(await whole('&sort=pending&order=asc'), '036124578');
  assert.equal(await whole('&sort=running'), '124578036');
  assert.equal(await whole('&sort=oldestWait'), '124578036');
  assert.equal(await whole('&sort=oldestWait&order=asc'), '036875421');
  assert.equal(await whole('&sort=waitP95'), '875421036');
  assert.equal(await whole('&sort=handoffP99'), '124578036');
  assert.equal(await whole('&sort=failures'), '157023468');
  // The first ones have their slots taken.
  assert.equal(await whole('&sort=health'), '124578036');
  assert.equal(await whole('&sort=health&order=asc'), '036578124');
  assert.equal(await whole('&sort=pending&health=idle'), '036');
  assert.equal(await whole('&sort=pending&health=backlogged&order=asc'), '578');
  assert.equal(await whole('&health=at-limit'), '124');
});

test('filters: a part of the id in any letters, a tier, a health', async () => {
  const { pool } = api.database;
  await insertWorkspace(pool, 'Filter-A');
  await insertWorkspace(pool, 'filter-b', { tier: 'enterprise' });
  await insertWorkspace(pool, 'filter-c');
  await set('filter-c', 'running = 1');
  assert.deepEqual(idsOf(await stats('?search=ilter-')).sort(), ['Filter-A', 'filter-b', 'filter-c']);
  assert.deepEqual(idsOf(await stats('?search=FILTER&tier=enterprise')), ['filter-b']);
  assert.deepEqual(idsOf(await stats('?search=filter&health=active')), ['filter-c']);
  assert.deepEqual(idsOf(await stats('?search=filter&health=stalled')), []);
  assert.deepEqual(idsOf(await stats('?search=no-such')), []);
});

test('a cursor goes on in its own list alone', async () => {
  const { nextCursor } = await stats('?limit=1&sort=pending');
  for (const query of [
    '?limit=1&sort=running',
    '?limit=1&sort=pending&order=asc',
    '?sort=pending&search=a',
    '',
  ]) {
    const { status } = await api.call({ path: `/v1/stats/workspaces${query || '?'}&cursor=${nextCursor}` });
    assert.equal(status, 400, query);
  }
});

test('all in numbers: by tier, by health, and who failed in the last hour', async () => {
  const { body: before } = await api.call({ path: '/v1/stats' });
  const { pool } = api.database;
  await insertWorkspace(pool, 'total-a', { tier: 'enterprise', limitOverride: 3 });
  await insertWorkspace(pool, 'total-b', { tier: 'enterprise' });
  await set('total-a', 'running = 2');
  await set('total-b', 'scheduled = 7');
  await sample('total-a', 5, { pending: 0, running: 1, failed: 1_000 });
  const { body } = await api.call({ path: '/v1/stats' });
  assert.equal(body.workspaces, before.workspaces + 2);
  assert.equal(body.health.active, before.health.active + 1);
  assert.equal(body.health.idle, before.health.idle + 1);
  const tierOf = (all: { tiers: { name: string }[] }) => all.tiers.find(({ name }) => name === 'enterprise')!;
  const [was, is] = [tierOf(before), tierOf(body)] as unknown as Record<string, number>[];
  assert.deepEqual(
    ['workspaces', 'running', 'pending', 'scheduled', 'limit'].map((count) => is![count]! - was![count]!),
    [2, 2, 0, 7, 13],
  );
  assert.equal(body.failures.executions, before.failures.executions + 1_000);
  assert.deepEqual(body.failures.workspaces[0], { id: 'total-a', executions: 1_000 });
});

test('a key of a workspace reads the numbers of its own workspace alone', async () => {
  const guarded = await startApiUnderTest({ AUTH: 'keys', DATABASE_URL: api.databaseUrl });
  try {
    await insertWorkspace(api.database.pool, 'mine');
    await insertWorkspace(api.database.pool, 'theirs');
    const { headers } = await insertTestKey(api.database, { workspaceId: 'mine', rights: ['read'] });
    const statusOf = async (path: string) => (await guarded.call({ path, headers })).status;
    assert.equal(await statusOf('/v1/stats/workspaces/mine'), 200);
    assert.equal(await statusOf('/v1/stats/workspaces/theirs'), 404);
    assert.equal(await statusOf('/v1/stats/workspaces/nobody'), 404);
    assert.equal(await statusOf('/v1/stats/workspaces'), 403);
    assert.equal(await statusOf('/v1/stats'), 403);
  } finally {
    await guarded.stop();
  }
});
