import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { wakeFreed } from '../../src/api/v1/tiers/wake-freed.ts';
import { tiersWithoutRetention } from '../../src/config/tiers.ts';
import { openDatabase } from '../../src/db/connection/database.ts';
import { readTiers } from '../../src/db/tiers/read-tiers.ts';
import { DEFAULT_TIER_CONFIGS } from '../../src/domain/tier.ts';
import { createLog } from '../../src/process/log.ts';
import { createGateWaker } from '../../src/temporal/gates/gate-waker.ts';
import { eventually } from '../support/eventually.ts';
import { type ApiUnderTest, startApiUnderTest } from './api-under-test.ts';

let api: ApiUnderTest;
let other: ApiUnderTest;
before(async () => {
  api = await startApiUnderTest();
  other = await startApiUnderTest({ DATABASE_URL: api.databaseUrl, TIER_PRO_CONCURRENT_LIMIT: '7' });
});
after(async () => {
  await other.stop();
  await api.stop();
});

const PRO = DEFAULT_TIER_CONFIGS.pro;
const get = (tier: string) => api.call({ path: `/v1/tiers/${tier}` });
const put = (tier: string, body: unknown) => api.call({ method: 'PUT', path: `/v1/tiers/${tier}`, body });
afterEach(async () => {
  for (const tier of ['pro', 'enterprise'] as const) await put(tier, DEFAULT_TIER_CONFIGS[tier]);
  api.takeWakes();
});

const limitChanges = async (workspaceId: string) => {
  const { rows } = await api.database.pool.query(
    'select source, tier, limit_override, "limit" from limit_changes where workspace_id = $1 order by id',
    [workspaceId],
  );
  return rows as unknown[];
};

test('processes whose settings differ agree on a limit: a PATCH that changes nothing leaves it, whichever answers', async () => {
  const id = await api.workspace();
  const path = `/v1/workspaces/${id}`;
  for (const process of [other, api, other, api]) {
    const { body } = await process.call({ method: 'PATCH', path, body: { tier: 'pro' } });
    assert.deepEqual([body.limit, body.limitSource], [5, 'tier']);
  }
  assert.deepEqual(await limitChanges(id), [{ source: 'api', tier: 'pro', limit_override: null, limit: 5 }]);
});

test('GET lists the tiers from smallest to largest, and reads one', async () => {
  const { status, body } = await api.call({ path: '/v1/tiers' });
  assert.equal(status, 200);
  const [pro, enterprise] = body.items;
  assert.deepEqual(
    [pro, enterprise].map(({ updatedAt: _, ...tier }) => tier),
    [
      { name: 'pro', ...PRO },
      { name: 'enterprise', ...DEFAULT_TIER_CONFIGS.enterprise },
    ],
  );
  assert.deepEqual((await get('pro')).body, pro);
});

test('a tier that there is not is a 404 of its own, to read and to change', async () => {
  for (const answer of [await get('gold'), await put('gold', PRO)]) {
    assert.deepEqual([answer.status, answer.body.type], [404, 'urn:sluice:problem:tier-not-found']);
    assert.match(answer.body.detail, /There is no tier gold\./);
  }
});

test('PUT takes all settings of a tier within their ranges, and nothing else', async () => {
  const { limit: _, ...withoutLimit } = PRO;
  for (const [body, path] of [
    [withoutLimit, ''],
    [{ ...PRO, limit: 0 }, '/limit'],
    [{ ...PRO, limit: 1001 }, '/limit'],
    [{ ...PRO, limit: '7' }, '/limit'],
    [{ ...PRO, maxDurationSeconds: 0 }, '/maxDurationSeconds'],
    [{ ...PRO, maxPending: 0 }, '/maxPending'],
    [{ ...PRO, maxPendingBytes: 2 ** 20 - 1 }, '/maxPendingBytes'],
    [{ ...PRO, name: 'pro' }, '/name'],
    [{ ...PRO, retentionDays: 0 }, '/retentionDays'],
    [{ ...PRO, payloadRetentionDays: 14 }, '/payloadRetentionDays'],
  ] as const) {
    const answer = await put('pro', body);
    assert.deepEqual([answer.status, answer.body.errors?.[0]?.path], [400, path], answer.text);
  }
  assert.equal((await get('pro')).body.limit, 5);
});

test('PUT holds at once for all processes: what workspaces show, what their queues take', async () => {
  const id = await api.workspace();
  const changed = { ...PRO, limit: 8, maxDurationSeconds: 60, maxPending: 2 };
  const answer = await put('pro', changed);
  assert.deepEqual([answer.status, answer.body.limit, answer.body.maxPending], [200, 8, 2]);
  assert.deepEqual((await get('pro')).body, answer.body);
  const path = `/v1/workspaces/${id}`;
  const { body } = await other.call({ path });
  assert.deepEqual(
    [body.limit, body.limitSource, body.maxDurationSeconds, body.maxPending],
    [8, 'tier', 60, 2],
  );
  assert.equal((await other.call({ path: `${path}/gate` })).body.limit, 8);
  const statuses = [];
  for (const process of [other, api, other]) statuses.push((await process.enqueue(id)).status);
  assert.deepEqual(statuses, [202, 202, 429]);
});

test('PUT records what a tier was set to, and writes nothing when it is the same', async () => {
  const changes = async () => {
    const { rows } = await api.database.pool.query<Record<string, unknown>>(
      `select source, tier, "limit", max_duration_seconds, max_pending, max_pending_bytes::float8, retention_days, payload_retention_days
       from tier_changes where tier = 'enterprise' order by id`,
    );
    return rows.map((row) => Object.values(row).join(' '));
  };
  const before = await changes();
  assert.equal(before[0], 'configuration enterprise 10 604800 100000 2147483648 30 30');
  const { body: first } = await put('enterprise', { ...DEFAULT_TIER_CONFIGS.enterprise, limit: 12 });
  const { body: again } = await put('enterprise', { ...DEFAULT_TIER_CONFIGS.enterprise, limit: 12 });
  assert.deepEqual(again, first);
  assert.deepEqual(await changes(), [...before, 'api enterprise 12 604800 100000 2147483648 30 30']);
});

test('PUT changes a retention, keeps for ever by null, and leaves one alone that is left out, as clients from before it do', async () => {
  const retentionOf = async (body: object) => {
    const answer = await put('pro', body);
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual((await get('pro')).body, answer.body);
    return [answer.body.retentionDays, answer.body.payloadRetentionDays];
  };
  const { retentionDays: _, payloadRetentionDays: __, ...olderSettings } = PRO;
  assert.deepEqual(await retentionOf({ ...PRO, retentionDays: 90, payloadRetentionDays: 7 }), [90, 7]);
  assert.deepEqual(await retentionOf({ ...olderSettings, limit: 6 }), [90, 7]);
  assert.deepEqual(await retentionOf({ ...olderSettings, payloadRetentionDays: 90 }), [90, 90]);
  assert.deepEqual(await retentionOf({ ...olderSettings, retentionDays: null }), [null, 90]);
  assert.deepEqual(await retentionOf({ ...olderSettings, payloadRetentionDays: null }), [null, null]);
  const { rows } = await api.database.pool.query(
    `select source, retention_days, payload_retention_days from tier_changes where tier = 'pro' order by id desc limit 1`,
  );
  assert.deepEqual(rows, [{ source: 'api', retention_days: 0, payload_retention_days: 0 }]);
});

test('the commands that a start prints for tiers without a retention give them one, and change nothing else', async () => {
  for (const tier of ['pro', 'enterprise'] as const)
    await put(tier, {
      ...DEFAULT_TIER_CONFIGS[tier],
      limit: 9,
      retentionDays: null,
      payloadRetentionDays: null,
    });
  const line = tiersWithoutRetention({ PORT: 8080 }, await readTiers(api.database.db))!;
  const commands = [
    ...line.matchAll(/curl -X PUT http:\/\/127\.0\.0\.1:8080\/v1\/tiers\/(\w+) -H [^{]* -d '([^']*)'/g),
  ];
  assert.deepEqual(
    commands.map(([, tier]) => tier),
    ['pro', 'enterprise'],
  );
  for (const [, tier, body] of commands) assert.equal((await put(tier!, JSON.parse(body!))).status, 200);
  const { body } = await get('enterprise');
  assert.deepEqual(
    { ...body, updatedAt: '' },
    { name: 'enterprise', ...DEFAULT_TIER_CONFIGS.enterprise, limit: 9, updatedAt: '' },
  );
  assert.equal(tiersWithoutRetention({ PORT: 8080 }, await readTiers(api.database.db)), null);
});

test('a retention that is none of the classes is refused with those there are', async () => {
  const { body } = await put('pro', { ...PRO, retentionDays: 31 });
  assert.equal(body.errors[0].message, 'must be one of [7,30,90,365], or must be null');
});

test('payloads are not kept for longer than their executions, also when only one of the two is sent', async () => {
  const { retentionDays: _, payloadRetentionDays: __, ...olderSettings } = PRO;
  for (const retention of [
    { retentionDays: 7, payloadRetentionDays: 30 },
    { retentionDays: 7 },
    { payloadRetentionDays: 90 },
    { payloadRetentionDays: null },
  ]) {
    const answer = await put('pro', { ...olderSettings, ...retention });
    assert.deepEqual(
      [answer.status, answer.body.type],
      [422, 'urn:sluice:problem:payload-retention-too-long'],
      answer.text,
    );
    assert.match(answer.body.detail, /payloadRetentionDays to (7|30) or less/);
  }
  const { body } = await get('pro');
  assert.deepEqual([body.retentionDays, body.payloadRetentionDays], [30, 30]);
});

test("a change of a tier leaves its workspaces' rows alone; a PATCH follows it, and records that the tier changed the limit", async () => {
  const id = await api.workspace();
  await put('pro', { ...PRO, limit: 6 });
  assert.deepEqual(await limitChanges(id), [{ source: 'api', tier: 'pro', limit_override: null, limit: 5 }]);
  await api.call({ method: 'PATCH', path: `/v1/workspaces/${id}`, body: { tier: 'pro' } });
  assert.deepEqual((await limitChanges(id)).at(-1), {
    source: 'tier',
    tier: 'pro',
    limit_override: null,
    limit: 6,
  });
});

test('a raise wakes the workspaces that it frees: of that tier, with rows in the queue, without a limit of their own', async () => {
  // In the order of their ids, in which they would be woken.
  const [empty, own, larger, freed] = [
    await api.workspace(),
    await api.workspace({ tier: 'pro', limitOverride: 1 }),
    await api.workspace({ tier: 'enterprise' }),
    await api.workspace(),
  ];
  for (const id of [freed, own, larger]) await api.enqueue(id);
  await api.database.pool.query('update workspaces set running = 1 where id = $1', [empty]);
  api.takeWakes();
  await put('pro', { ...PRO, limit: 4 });
  await put('pro', { ...PRO, limit: 4, maxPending: 20 });
  await put('pro', { ...PRO, limit: 6, maxPending: 20 });
  const woken: string[] = [];
  await eventually(() => {
    woken.push(...api.takeWakes());
    assert.ok(woken.includes(`resize ${freed}`));
  });
  for (const id of [empty, own, larger]) assert.ok(!woken.includes(`resize ${id}`));
});

test('the wakes after a raise go through all pages, some at a time, and one that fails stops none of the others', async () => {
  const count = 450;
  await api.database.pool.query(
    `insert into workspaces (id, tier, limit_in_force, pending)
     select 'many-' || lpad(n::text, 4, '0'), 'enterprise', 10, 1 from generate_series(1, $1) as n`,
    [count],
  );
  const log = createLog({ level: 'silent', process: 'test' });
  const woken: string[] = [];
  let underWay = 0;
  let mostUnderWay = 0;
  const waker = createGateWaker(async (workspaceId, signal) => {
    mostUnderWay = Math.max(mostUnderWay, ++underWay);
    await new Promise((resolve) => setImmediate(resolve));
    underWay--;
    if (workspaceId.endsWith('7')) throw new Error('Temporal does not answer');
    woken.push(`${signal} ${workspaceId}`);
  }, log);
  await wakeFreed({ database: api.database, waker, log }, 'enterprise');
  assert.equal(woken.filter((wake) => wake.startsWith('resize many-')).length, count - 45);
  assert.equal(mostUnderWay, 20);
  await api.database.pool.query(`delete from workspaces where id like 'many-%'`);
});

test('workspaces that cannot be found after a raise are left to the sweep: the process goes on', async () => {
  const database = openDatabase({
    url: api.databaseUrl,
    poolSize: 1,
    applicationName: 'test',
    onError: () => {},
  });
  await database.close();
  const warned: unknown[] = [];
  const log = createLog({ level: 'silent', process: 'test' });
  log.warn = (...words: unknown[]) => void warned.push(words.at(-1));
  const waker = createGateWaker(() => Promise.resolve(), log);
  await wakeFreed({ database, waker, log }, 'pro');
  assert.deepEqual(warned, [
    'not all workspaces that a raised tier frees could be found; the sweep wakes the others',
  ]);
});
