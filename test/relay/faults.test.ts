import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, afterEach, test } from 'node:test';
import { type LocalPostgres, startLocalPostgres } from '../../src/local/postgres/local-postgres.ts';
import { freePort } from '../../src/local/processes/ports.ts';
import { eventually, eventuallyEqual } from '../support/eventually.ts';
import { insertTestKey } from '../support/keys.ts';
import { type Started, launch } from '../support/processes/started.ts';
import { TcpProxy } from '../support/proxy.ts';
import { type World, startWorld } from '../support/world.ts';
import { createOutbox, launchRelay, type TestOutbox } from './outbox.ts';

/** A relay that is killed keeps its workspaces for 15 s. */
const TAKEN_OVER_WITHIN_MS = 40_000;

let world: World;
let outbox: TestOutbox;
let relays: Started[];
before(async () => {
  world = await startWorld(import.meta.url);
});
after(() => world.stop());
beforeEach(async () => {
  outbox = await createOutbox();
  relays = [];
});
afterEach(async () => {
  for (const one of relays) await killed(one);
  await outbox.close();
});

function relay(apiUrl = world.apiUrl, more: Record<string, string> = {}): Started {
  const started = launchRelay(outbox.url, apiUrl, more);
  relays.push(started);
  return started;
}

async function killed({ child }: Started): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'close');
  child.kill('SIGKILL');
  await ended;
}

const running = (started: Started) =>
  eventually(() => assert.match(started.printed(), /"msg":"the relay runs"/));

async function inQueueOrder(workspace: string): Promise<string[]> {
  const { rows } = await world.database.pool.query<{ reference: string }>(
    'select reference from all_executions where workspace_id = $1 order by seq',
    [workspace],
  );
  return rows.map(({ reference }) => reference);
}

async function enqueueSome(workspace: string, from: number, to: number): Promise<string[]> {
  const references = [];
  for (let n = from; n <= to; n++) {
    references.push(String(n));
    await outbox.enqueue({ workspace, workflow_type: 'nothing', reference: String(n) });
  }
  return references;
}

test('a relay that is killed between the answer of Sluice and its record loses nothing and starts nothing twice', async () => {
  const workspace = await world.workspace();
  const references = await enqueueSome(workspace, 1, 3);
  // Whoever holds the row keeps the relay from deleting it.
  const holder = await outbox.pool.connect();
  await holder.query('begin');
  await holder.query('select from sluice_outbox.requests for update');
  const first = relay();
  await eventuallyEqual(() => inQueueOrder(workspace), references);
  const blocked = await eventually(async () => {
    const { rows } = await outbox.pool.query<{ pid: number }>(
      `select pid from pg_stat_activity where datname = current_database() and application_name = 'sluice-relay'
         and wait_event_type = 'Lock' and query like 'delete from sluice_outbox.requests%'`,
    );
    assert.equal(rows.length, 1);
    return rows[0]!.pid;
  });
  await killed(first);
  // A statement that waits for a lock does not notice that its client is gone.
  await outbox.pool.query('select pg_terminate_backend($1)', [blocked]);
  await holder.query('rollback');
  holder.release();
  assert.equal((await outbox.unsent()).length, 3, 'nothing was recorded');
  relay();
  await eventuallyEqual(() => outbox.unsent(), [], TAKEN_OVER_WITHIN_MS);
  assert.deepEqual(await inQueueOrder(workspace), references);
});

test('relays that are killed again and again bring 300 requests over, each once', async () => {
  const workspaces = [await world.workspace(), await world.workspace(), await world.workspace()];
  await outbox.pool.query(
    `select sluice_outbox.enqueue(workspace, 'nothing', reference => n::text)
     from generate_series(1, 100) n, unnest($1::text[]) workspace`,
    [workspaces],
  );
  // A little work in each life: batches of the whole would be one.
  const slow = new TcpProxy(new URL(world.apiUrl));
  const url = (await slow.url()).href.replace(/\/$/, '');
  try {
    for (const lifeMs of [50, 100, 200]) {
      slow.slow(lifeMs);
      const one = relay(url);
      await eventually(async () => {
        const { rows } = await outbox.pool.query('select from sluice_outbox.leases where relay is not null');
        assert.ok(rows.length > 0);
      }, TAKEN_OVER_WITHIN_MS);
      await killed(one);
    }
    slow.mend();
    relay(url);
    await eventuallyEqual(() => outbox.unsent(), [], TAKEN_OVER_WITHIN_MS);
  } finally {
    slow.close();
  }
  const expected = Array.from({ length: 100 }, (_, index) => String(index + 1));
  for (const workspace of workspaces) assert.deepEqual(await inQueueOrder(workspace), expected);
});

test('while Sluice is down the relay says so in a line or two, and goes on when it is back', async () => {
  const workspaces = [];
  for (let n = 0; n < 30; n++) workspaces.push(await world.workspace());
  const way = new TcpProxy(new URL(world.apiUrl));
  const metricsPort = await freePort();
  try {
    const url = (await way.url()).href.replace(/\/$/, '');
    way.cut();
    const one = relay(url, { RELAY_METRICS_PORT: String(metricsPort) });
    await running(one);
    for (const workspace of workspaces) await enqueueSome(workspace, 1, 2);
    const ready = async () => (await fetch(`http://127.0.0.1:${metricsPort}/health/ready`)).status;
    await eventuallyEqual(ready, 503);
    await eventually(async () => {
      const scraped = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
      const [, tries] = /sluice_relay_retries_total\{reason="no-answer"\} (\d+)/.exec(scraped) ?? [];
      assert.ok(Number(tries) >= 4, 'it goes on trying');
    });
    const lines = one
      .printed()
      .split('\n')
      .filter((line) => line.includes('"level":40'));
    assert.ok(lines.length <= 3, one.printed());
    assert.equal((await outbox.unsent()).length, 60);
    way.mend();
    await eventuallyEqual(() => outbox.unsent(), [], 40_000);
    await eventuallyEqual(ready, 200);
    for (const workspace of workspaces) assert.deepEqual(await inQueueOrder(workspace), ['1', '2']);
  } finally {
    way.close();
  }
});

test('a key that is refused stops the sending and is said once; another in its file is taken', async () => {
  const workspaces = [await world.workspace(), await world.workspace()];
  const folder = mkdtempSync(join(tmpdir(), 'sluice-relay-'));
  const keyFile = join(folder, 'key');
  const { text } = await insertTestKey(world.database);
  writeFileSync(keyFile, `slc_${'A'.repeat(text.length - 4)}\n`);
  const port = await freePort();
  const api = launch(
    {
      PORT: String(port),
      AUTH: 'keys',
      DATABASE_URL: world.config.DATABASE_URL,
      TEMPORAL_ADDRESS: world.temporal.address,
      TEMPORAL_NAMESPACE: world.temporal.namespace,
    },
    [process.execPath, 'dist/src/cli/sluice.js', 'server'],
  );
  relays.push(api);
  await eventually(() => fetch(`http://127.0.0.1:${port}/health/live`));
  for (const workspace of workspaces) await enqueueSome(workspace, 1, 20);
  const one = relay(`http://127.0.0.1:${port}`, { SLUICE_KEY_FILE: keyFile });
  const said = () =>
    one
      .printed()
      .split('\n')
      .filter((line) => line.includes('"reason":"unauthenticated"'));
  await eventually(() => assert.equal(said().length, 1));
  assert.equal((await outbox.unsent()).length, 40, 'no request is blamed for the key');
  writeFileSync(keyFile, `${text}\n`);
  await eventuallyEqual(() => outbox.unsent(), [], 40_000);
  assert.equal(said().length, 1, one.printed());
  rmSync(folder, { recursive: true });
});

test('SIGTERM ends a relay with 0 after the answer that it waits for, and leaves no lease behind', async () => {
  const workspace = await world.workspace();
  const way = new TcpProxy(new URL(world.apiUrl));
  try {
    const url = (await way.url()).href.replace(/\/$/, '');
    way.slow(500);
    const one = relay(url);
    await running(one);
    await enqueueSome(workspace, 1, 1);
    await eventuallyEqual(() => inQueueOrder(workspace), ['1']);
    assert.equal((await outbox.unsent()).length, 1, 'the answer is under way');
    one.child.kill('SIGTERM');
    assert.equal(await one.ended(), 0, one.printed());
    assert.deepEqual(await outbox.unsent(), []);
    const { rows } = await outbox.pool.query('select from sluice_outbox.leases');
    assert.equal(rows.length, 0);
  } finally {
    way.close();
  }
});

test('a relay outlives a restart of the Postgres of its outbox, which is another server than that of Sluice', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-relay-postgres-'));
  const port = await freePort();
  const start = () => startLocalPostgres({ dataDir, port, onSpawn: () => {}, progress: () => {} });
  let postgres: LocalPostgres = await start();
  const shared = outbox;
  outbox = await createOutbox(postgres.url);
  const way = new TcpProxy(new URL(world.apiUrl));
  try {
    const url = (await way.url()).href.replace(/\/$/, '');
    way.slow(1_000);
    const workspace = await world.workspace();
    const one = relay(url);
    await running(one);
    const before = await enqueueSome(workspace, 1, 5);
    // Its answer is under way when the outbox goes, and with it the record and the lease's return.
    await eventually(async () => assert.ok((await inQueueOrder(workspace)).length > 0));
    await postgres.stop();
    await eventually(() => assert.match(one.printed(), /the outbox cannot be read or written now/));
    way.mend();
    postgres = await start();
    const later = await eventually(() => enqueueSome(workspace, 6, 10));
    await eventuallyEqual(() => outbox.unsent(), []);
    assert.deepEqual(await inQueueOrder(workspace), [...before, ...later]);
    await killed(one);
  } finally {
    way.close();
    await outbox.close();
    outbox = shared;
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
