import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type pg from 'pg';
import { reconcileWorkspace } from '../../src/db/reconcile/reconcile-workspace.ts';
import { createSequencer } from '../../src/enqueue/inbox/sequencer.ts';
import { completedReport, insertPending, requestOf } from '../support/rows.ts';
import { type Callers, enqueue, openCallers, type Role } from './callers.ts';

let callers: Callers;
let shop: Role;

before(async () => {
  callers = await openCallers();
  shop = await callers.role('shop', [['*'], ['*', 'put_workspace']]);
});
beforeEach(() => callers.asOwner('delete from sluice.inbox'));
after(() => callers.close());

async function openCaller(): Promise<pg.Client> {
  const client = await shop.connect();
  await client.query('begin');
  return client;
}

const sequence = async (workspaceId: string) => {
  const sequencer = createSequencer({
    database: callers.database,
    maxInputBytes: 1_000,
    maxWorkspaces: 10,
    listener: { executions() {}, put() {}, putRefused() {}, dropped() {} },
  });
  assert.equal(await sequencer.sequence(workspaceId), null);
};

/** Everything that a caller can say, so that all is read that the functions read. */
async function ask(client: pg.Client, key: string): Promise<string> {
  const id = await enqueue(
    client,
    `'acme', 'untilTold', '{"order":4711}', '${key}', 'order 4711', '{"a":"b"}', now() + interval '1 hour', now() + interval '2 hours', 60, '{"maximumAttempts":2}'`,
  );
  await client.query(`select sluice.put_workspace('acme', 'pro')`);
  return id;
}

/** What `sluice.enqueue` reads in the statement that writes. No work of Sluice's locks one of them against readers; a migration may. */
const READ = ['deployment', 'role_grants', 'tiers', 'workflow_types', 'workspaces'];

test('an open caller holds the lock of an insert on the inbox, and at most the lock of a reader on the tables that it reads its rules from', async () => {
  const client = await openCaller();
  for (const key of ['a', 'b']) await ask(client, key);
  await client.query('savepoint before');
  await assert.rejects(enqueue(client, `'nowhere', 'x'`), { code: '42501' });
  await client.query('rollback to before');
  const locks = async () => {
    const { rows } = await client.query<{ relation: string; mode: string }>(`
      select distinct relname as relation, mode from pg_locks join pg_class c on c.oid = relation
      where pid = pg_backend_pid() and relnamespace = 'sluice'::regnamespace and relkind in ('r', 'p') order by relname`);
    return rows;
  };
  const ofInbox = { relation: 'inbox', mode: 'RowExclusiveLock' };
  assert.deepEqual(await locks(), [ofInbox], 'after calls with attributes');
  await enqueue(client, `'acme', 'x', '1'`);
  await enqueue(client, `'acme', 'x', '1', 'c'`);
  assert.deepEqual(
    await locks(),
    [ofInbox, ...READ.map((relation) => ({ relation, mode: 'AccessShareLock' }))].toSorted((one, other) =>
      one.relation < other.relation ? -1 : 1,
    ),
    'after calls without',
  );
  const { rows: waited } = await client.query<{ locktype: string }>(
    `select distinct locktype from pg_locks where pid = pg_backend_pid() and locktype not in ('relation', 'virtualxid') order by 1`,
  );
  assert.deepEqual(waited, [{ locktype: 'transactionid' }]);
  await client.query('rollback');
});

test('while callers are open gates reconcile, settings change, a partition can be dropped, and all can be locked but against readers', async () => {
  const { database } = callers;
  const [first] = await insertPending(database.pool, 'acme', 6);
  const open = await Promise.all([openCaller(), openCaller()]);
  for (const client of open) {
    await ask(client, 'the same key');
    await enqueue(client, `'acme', 'untilTold', '1'`);
    await enqueue(client, `'acme', 'untilTold', '1', 'a key'`);
  }
  // Each of these fails when it waits: by the time-out of a lock.
  const options = { gateRunId: 'run', verifyAfterSeconds: 60 };
  const { admitted } = await reconcileWorkspace(database, requestOf('acme'), options);
  assert.equal(admitted.length, 5);
  const closed = [completedReport(first!)];
  const { ended } = await reconcileWorkspace(database, requestOf('acme', { closed }), options);
  assert.equal(ended.length, 1);
  const lock = (table: string, mode: string) => `begin; lock table sluice.${table} in ${mode} mode; rollback`;
  await callers.asOwner(
    `update sluice.workspaces set limit_override = 3 where id = 'acme'`,
    `update sluice.tiers set max_pending = max_pending`,
    `update sluice.deployment set inbox_notify = inbox_notify`,
    ...['executions', 'ended_executions'].map((table) => lock(table, 'access exclusive')),
    ...READ.map((table) => lock(table, 'exclusive')),
  );
  // A migration that changes one of these tables waits, gives up, and comes again.
  await assert.rejects(callers.asOwner(`set lock_timeout = '50ms'`, lock('tiers', 'access exclusive')), {
    code: '55P03',
  });
  for (const client of open) await client.query('commit');
  await callers.asOwner(...READ.map((table) => lock(table, 'access exclusive')));
});

test('callers with the same keys in other orders wait for nobody, and none of them is a deadlock', async () => {
  const [one, other] = await Promise.all([openCaller(), openCaller()]);
  for (const client of [one, other]) await client.query(`set local lock_timeout = '1s'`);
  const made = [
    await enqueue(one, `'acme', 'x', '1', 'left'`),
    await enqueue(other, `'acme', 'x', '1', 'right'`),
    await enqueue(one, `'acme', 'x', '1', 'right'`),
    await enqueue(other, `'acme', 'x', '1', 'left'`),
  ];
  await Promise.all([one.query('commit'), other.query('commit')]);
  assert.deepEqual(
    (await callers.inbox()).map(({ id }) => id),
    made,
  );
});

test('of two at once with one key the later id stands for the execution of the first, and other content is rejected', async () => {
  const { pool } = callers.database;
  const [one, other] = await Promise.all([openCaller(), openCaller()]);
  const call = `'globex', 'x', '{"a":1}', 'one key', labels => '{"2":"b","10":"a"}'`;
  const [first, second] = [await enqueue(one, call), await enqueue(other, call)];
  const odd = await enqueue(other, `'globex', 'x', '{"a":2}', 'one key'`);
  await other.query('commit');
  await one.query('commit');
  await sequence('globex');
  const { rows: aliases } = await pool.query('select id, execution_id from execution_aliases');
  assert.deepEqual(aliases, [{ id: second, execution_id: first }]);
  const { rows } = await pool.query(
    `select id, status::text, failure_type, created_by from all_executions where workspace_id = 'globex' order by id`,
  );
  const created_by = `role:${shop.name}`;
  assert.deepEqual(rows, [
    { id: first, status: 'pending', failure_type: null, created_by },
    { id: odd, status: 'rejected', failure_type: rows[1]?.failure_type, created_by },
  ]);
  assert.match(rows[1]!.failure_type as string, /^IdempotencyKeyReused/);
  // From now on the function knows it.
  const again = await shop.connect();
  assert.equal(await enqueue(again, call), first);
  assert.deepEqual(await callers.inbox(), []);
});

test('a late commit with a lower id comes after what was sequenced before it, and nobody waits for it', async () => {
  const { pool } = callers.database;
  const late = await openCaller();
  const first = await enqueue(late, `'globex', 'late'`);
  const early = await shop.connect();
  const second = await enqueue(early, `'globex', 'early'`);
  await sequence('globex');
  await late.query('commit');
  await sequence('globex');
  const { rows } = await pool.query<{ id: string }>(
    `select id from executions where workflow_type in ('late', 'early') order by seq`,
  );
  assert.ok(first < second);
  assert.deepEqual(
    rows.map(({ id }) => id),
    [second, first],
  );
});

test('a workspace that a transaction puts is there once it is sequenced, and one that exists keeps its other settings', async () => {
  const { pool } = callers.database;
  await callers.asOwner(
    `update sluice.workspaces set limit_override = 7, workers = 'external' where id = 'globex'`,
  );
  const client = await openCaller();
  await client.query(
    `select sluice.put_workspace('initech', 'enterprise'), sluice.put_workspace('globex', 'enterprise')`,
  );
  await client.query('commit');
  for (const id of ['initech', 'globex']) await sequence(id);
  const { rows } = await pool.query(
    `select id, tier::text, limit_override, workers::text from workspaces where id in ('globex', 'initech') order by id`,
  );
  assert.deepEqual(rows, [
    { id: 'globex', tier: 'enterprise', limit_override: 7, workers: 'external' },
    { id: 'initech', tier: 'enterprise', limit_override: null, workers: 'pool' },
  ]);
});
