import assert from 'node:assert/strict';
import { after, before, beforeEach, afterEach, test } from 'node:test';
import type { Running } from '../../src/process/run-process.ts';
import { eventually, eventuallyEqual } from '../support/eventually.ts';
import { type World, startWorld } from '../support/world.ts';
import { parseScrape, valueOf } from '../metrics/scrape.ts';
import { createOutbox, relayHere, type TestOutbox } from './outbox.ts';
import { freePort } from '../../src/local/processes/ports.ts';

/** So small that a test fills it: a queue of five, of a mebibyte. */
const SETTINGS = {
  TIER_PRO_MAX_PENDING: '5',
  TIER_PRO_MAX_PENDING_BYTES: '1048576',
  TIER_ENTERPRISE_MAX_PENDING: '1000',
};

let world: World;
let outbox: TestOutbox;
let relays: Running[];
before(async () => {
  world = await startWorld(import.meta.url, SETTINGS);
});
after(() => world.stop());
beforeEach(async () => {
  outbox = await createOutbox();
  relays = [];
});
afterEach(async () => {
  for (const relay of relays) await relay.stop();
  await outbox.close();
});

async function startRelays(count: number, options: { keptHours?: number } = {}): Promise<string[]> {
  const urls = [];
  for (let nth = 0; nth < count; nth++) {
    const metricsPort = await freePort();
    const relay = await relayHere(outbox.url, world.apiUrl, { ...options, metricsPort });
    relays.push(relay);
    urls.push(relay.metricsUrl!);
  }
  return urls;
}

/** References of a workspace's executions, in the order in which they were put into its queue. */
async function inQueueOrder(workspace: string): Promise<string[]> {
  const { rows } = await world.database.pool.query<{ reference: string }>(
    'select reference from all_executions where workspace_id = $1 order by seq',
    [workspace],
  );
  return rows.map(({ reference }) => reference);
}

async function metricsOf(url: string) {
  return parseScrape(await (await fetch(`${url}/metrics`)).text());
}

test('a request whose transaction is rolled back is not sent; a committed one becomes one execution with the text of its input', async () => {
  const workspace = await world.workspace();
  const client = await outbox.pool.connect();
  const text = '{ "b": 1.0,  "a":12345678901234567890 }';
  const call = `select sluice_outbox.enqueue($1, 'echo', $2, reference => $3, labels => '{"kind":"paid"}') as id`;
  await client.query('begin');
  await client.query(call, [workspace, text, 'rolled back']);
  await client.query('rollback');
  const { rows } = await client.query<{ id: string }>(call, [workspace, text, 'committed']);
  client.release();
  await startRelays(1);
  await eventuallyEqual(() => outbox.unsent(), []);
  const { rows: executions } = await world.database.pool.query<Record<string, unknown>>(
    'select id, input, reference, labels, idempotency_key from all_executions where workspace_id = $1',
    [workspace],
  );
  assert.deepEqual(
    executions.map(({ input, reference, labels }) => ({ input, reference, labels })),
    [{ input: text, reference: 'committed', labels: { kind: 'paid' } }],
  );
  const again = await world.call(
    'POST',
    `/v1/workspaces/${workspace}/executions`,
    `{"workflowType":"echo","input":${text},"reference":"committed","labels":{"kind":"paid"}}`,
    { 'idempotency-key': rows[0]!.id },
  );
  assert.equal(again.status, 200, 'the id that was returned is the key');
  assert.equal(again.body['id'], executions[0]!['id']);
  const { rows: left } = await outbox.pool.query('select from sluice_outbox.requests');
  assert.equal(left.length, 0, 'what was sent is deleted');
});

test('requests of one workspace are sent in their order, also while they are being made', async () => {
  const workspace = await world.workspace({ tier: 'enterprise' });
  await startRelays(2);
  const asked = [];
  for (let n = 0; n < 300; n++) {
    asked.push(`order ${n}`);
    await outbox.enqueue({ workspace, workflow_type: 'nothing', reference: `order ${n}` });
  }
  await eventuallyEqual(() => outbox.unsent(), []);
  assert.deepEqual(await inQueueOrder(workspace), asked);
});

test('two relays side by side make 500 executions of 500 requests, and send none twice', async () => {
  const workspaces = [];
  for (let n = 0; n < 20; n++) workspaces.push(await world.workspace({ tier: 'enterprise' }));
  const urls = await startRelays(2);
  await outbox.pool.query(
    `select sluice_outbox.enqueue(workspace, 'nothing', reference => n::text)
     from generate_series(1, 25) n, unnest($1::text[]) workspace`,
    [workspaces],
  );
  await eventuallyEqual(() => outbox.unsent(), [], 60_000);
  const { rows } = await world.database.pool.query(
    'select workspace_id, count(*)::int, count(distinct reference)::int as references from all_executions where workspace_id = any($1) group by 1',
    [workspaces],
  );
  assert.deepEqual(
    rows.map((row: { count: number; references: number }) => [row.count, row.references]),
    workspaces.map(() => [25, 25]),
  );
  const scraped = await Promise.all(urls.map(metricsOf));
  const sum = (result: string) =>
    scraped.reduce((all, one) => all + valueOf(one, 'sluice_relay_sent_total', { result })!, 0);
  assert.deepEqual([sum('placed'), sum('repeated')], [500, 0]);
  const { rows: leases } = await outbox.pool.query('select from sluice_outbox.leases');
  assert.equal(leases.length, 0, 'nobody holds a lease when nothing waits');
});

test('a full queue holds requests back in their order, and takes them as it empties', async () => {
  const workspace = await world.workspace({ tier: 'pro', limitOverride: 1 });
  const other = await world.workspace({ tier: 'pro' });
  const first = await world.enqueue(workspace, 'untilTold');
  await eventuallyEqual(() => world.seqs(workspace, 'running'), [1]);
  const asked = [];
  for (let n = 1; n <= 8; n++) {
    asked.push(String(n));
    await outbox.enqueue({ workspace, workflow_type: 'nothing', reference: String(n) });
  }
  const [url] = await startRelays(1);
  await eventuallyEqual(async () => (await world.seqs(workspace, 'pending')).length, 5);
  await eventually(async () =>
    assert.equal(valueOf(await metricsOf(url!), 'sluice_relay_retries_total', { reason: 'queue-full' }), 1),
  );
  assert.equal((await outbox.unsent()).length, 3, 'what finds no room stays');
  await outbox.enqueue({ workspace: other, workflow_type: 'nothing', reference: 'elsewhere' });
  await eventuallyEqual(() => inQueueOrder(other), ['elsewhere']);
  assert.ok(valueOf(await metricsOf(url!), 'sluice_relay_lag_seconds')! > 0);
  assert.equal((await outbox.refused()).length, 0);

  await world.finish(first.id);
  await eventuallyEqual(() => outbox.unsent(), [], 40_000);
  assert.deepEqual((await inQueueOrder(workspace)).slice(1), asked);
  await eventually(async () => assert.equal(valueOf(await metricsOf(url!), 'sluice_relay_lag_seconds'), 0));
});

test('a small request does not overtake a large one that finds no room', async () => {
  const workspace = await world.workspace({ tier: 'pro', limitOverride: 1 });
  const first = await world.enqueue(workspace, 'untilTold');
  await eventuallyEqual(() => world.seqs(workspace, 'running'), [1]);
  // Four of them have less than a mebibyte, the fifth finds no room, and the sixth would.
  for (const [n, bytes] of [262_000, 262_000, 262_000, 262_000, 262_000, 10].entries())
    await outbox.enqueue({
      workspace,
      workflow_type: 'nothing',
      input: JSON.stringify('x'.repeat(bytes)),
      reference: String(n),
    });
  await startRelays(1);
  await eventuallyEqual(async () => (await outbox.unsent()).length, 2);
  assert.deepEqual((await inQueueOrder(workspace)).slice(1), ['0', '1', '2', '3']);
  await world.finish(first.id);
  await eventuallyEqual(() => outbox.unsent(), [], 40_000);
  assert.deepEqual((await inQueueOrder(workspace)).slice(1), ['0', '1', '2', '3', '4', '5']);
});

test('poisonous requests are refused with their reason, and all others go on in their order', async () => {
  const workspace = await world.workspace({ tier: 'enterprise' });
  const enqueue = (reference: string, more: object = {}) =>
    outbox.enqueue({ workspace, workflow_type: 'nothing', reference, ...more });
  const deep = `${'['.repeat(80)}${']'.repeat(80)}`;
  await enqueue('1', { idempotency_key: 'a key' });
  const poison = {
    unknown: await enqueue('p1', { workflow_type: 'nobodyKnowsIt' }),
    deep: await enqueue('p2', { input: deep }),
    surrogate: await enqueue('p3', { input: '"\\ud800"' }),
    reused: await enqueue('p4', { idempotency_key: 'a key' }),
    large: await enqueue('p5', { input: JSON.stringify('x'.repeat(300_000)) }),
  };
  await enqueue('2');
  // What no function of ours has written.
  await outbox.pool.query(
    `insert into sluice_outbox.requests (id, workspace, workflow_type, attributes)
     values ('ffffffff-ffff-7fff-bfff-ffffffffffff', $1, 'nothing', '{"priority":1}')`,
    [workspace],
  );
  const nowhere = await outbox.enqueue({ workspace: 'nowhere', workflow_type: 'nothing' });
  const [url] = await startRelays(1);
  await eventuallyEqual(() => outbox.unsent(), []);
  assert.deepEqual(await inQueueOrder(workspace), ['1', '2']);
  const reasons = new Map((await outbox.refused()).map(({ id, reason }) => [id, reason]));
  assert.deepEqual(
    reasons,
    new Map([
      [poison.unknown, 'workflow-type-unknown'],
      [poison.deep, 'malformed-json'],
      [poison.surrogate, 'malformed-json'],
      [poison.reused, 'idempotency-key-reused'],
      [poison.large, 'payload-too-large'],
      [nowhere, 'workspace-not-found'],
      ['ffffffff-ffff-7fff-bfff-ffffffffffff', 'invalid-request'],
    ]),
  );
  assert.equal(
    valueOf(await metricsOf(url!), 'sluice_relay_refused_total', { problem: 'malformed-json' }),
    2,
  );
  for (const { detail } of await outbox.refused()) assert.ok(detail.length > 10, detail);

  await world.sluice.workspaces.put('nowhere', { tier: 'pro' });
  await outbox.pool.query(
    'update sluice_outbox.requests set refused_at = null, reason = null where id = $1',
    [nowhere],
  );
  await eventuallyEqual(async () => (await inQueueOrder('nowhere')).length, 1);
});

test('a request of a transaction that was open for long is found and sent', async () => {
  const workspace = await world.workspace();
  const client = await outbox.pool.connect();
  await startRelays(1);
  await client.query('begin');
  // As old as one of a transaction that has been open for an hour.
  await client.query(
    `insert into sluice_outbox.requests (id, workspace, workflow_type, attributes)
     values ((lpad(to_hex(floor(extract(epoch from now() - interval '1 hour') * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid,
       $1, 'nothing', '{"reference":"late"}')`,
    [workspace],
  );
  await outbox.enqueue({ workspace, workflow_type: 'nothing', reference: 'new' });
  await eventuallyEqual(() => inQueueOrder(workspace), ['new']);
  await client.query('commit');
  client.release();
  await eventuallyEqual(() => inQueueOrder(workspace), ['new', 'late']);
});

test('with hours to keep, a request that was sent stays with the id of its execution, and goes when they are over', async () => {
  const workspace = await world.workspace();
  const [kept, old] = [
    await outbox.enqueue({ workspace, workflow_type: 'nothing', reference: 'kept' }),
    await outbox.enqueue({ workspace, workflow_type: 'nothing', reference: 'old' }),
  ];
  await startRelays(1, { keptHours: 2 });
  await eventuallyEqual(() => outbox.unsent(), []);
  const { rows } = await outbox.pool.query<{ id: string; execution_id: string }>(
    'select id, execution_id from sluice_outbox.requests order by id',
  );
  assert.deepEqual(
    rows.map(({ id }) => id),
    [kept, old],
  );
  assert.equal((await world.execution(workspace, rows[0]!.execution_id)).reference, 'kept');

  await relays.pop()!.stop();
  await outbox.pool.query(
    `update sluice_outbox.requests set sent_at = sent_at - interval '3 hours' where id = $1`,
    [old],
  );
  await startRelays(1, { keptHours: 2 });
  await eventually(async () => {
    const { rows: left } = await outbox.pool.query<{ id: string }>('select id from sluice_outbox.requests');
    assert.deepEqual(left, [{ id: kept }]);
  });
});

test('a relay with the rights that docs/relay.md lists does all its work', async () => {
  const workspace = await world.workspace();
  const role = `sluice_test_relay_${new URL(outbox.url).pathname.slice(-12)}`;
  await outbox.pool.query(`
    create role ${role} login password 'relay';
    grant usage on schema sluice_outbox to ${role};
    grant select, update, delete on sluice_outbox.requests to ${role};
    grant select, insert, update, delete on sluice_outbox.leases to ${role}`);
  const url = new URL(outbox.url);
  url.username = role;
  url.password = 'relay';
  try {
    await outbox.enqueue({ workspace, workflow_type: 'nothing', reference: 'sent' });
    const poison = await outbox.enqueue({ workspace, workflow_type: 'nobodyKnowsIt' });
    relays.push(await relayHere(url.href, world.apiUrl));
    await eventuallyEqual(async () => (await outbox.refused()).map(({ id }) => id), [poison]);
    await eventuallyEqual(() => outbox.unsent(), []);
    assert.deepEqual(await inQueueOrder(workspace), ['sent']);
  } finally {
    await relays.pop()?.stop();
    await outbox.pool.query(`drop owned by ${role}; drop role ${role}`);
  }
});
