import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import pg from 'pg';
import { inOwnSchema } from '../../../src/db/connection/own-schema.ts';
import { v7 as uuidv7 } from 'uuid';
import { onConnection } from '../../../src/db/connection/on-connection.ts';
import { dropPartition } from '../../../src/db/partitions/drop-partition.ts';
import { findDuePartitions } from '../../../src/db/partitions/find-due-partitions.ts';
import { DAY_MS, LEAF_PARENTS, leafAt } from '../../../src/db/partitions/grid.ts';
import { makePartitionsOf } from '../../../src/db/partitions/make-partitions.ts';
import { readLeaves } from '../../../src/db/partitions/read-leaves.ts';
import type { DroppedPartition } from '../../../src/workflows/retention/contract.ts';
import type { Blocker } from '../../../src/db/partitions/while-blocked.ts';
import { type Database, openDatabase } from '../../../src/db/connection/database.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { insertWorkspace, setTier } from '../../support/rows.ts';

let testDatabase: TestDatabase;
let database: Database;
const readers: pg.Client[] = [];
beforeEach(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase({ url: testDatabase.url, poolSize: 8, applicationName: 'test', onError: () => {} });
});
afterEach(async () => {
  for (const reader of readers.splice(0)) await reader.end();
  await database.close();
  await testDatabase.drop();
});

const query = <T extends object>(text: string, values: unknown[] = []) =>
  database.pool.query<T>(text, values).then(({ rows }) => rows);
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS);
const leaves = () => onConnection(database, (client) => readLeaves(client));
const dueNames = async (processNow = new Date()) =>
  (await onConnection(database, (client) => findDuePartitions(client, processNow))).map(({ name }) => name);

const leafOf = (parent: string, moment: Date) =>
  leafAt(
    LEAF_PARENTS.find(({ name }) => name === parent)!,
    moment,
  );

/** The partition of a time gone by, made as it would have been then. */
async function makePast(parent: string, moment: Date): Promise<string> {
  await makePartitionsOf(database, { also: { parent, moment } });
  return leafOf(parent, moment).name;
}

async function count(table: string): Promise<number> {
  const [row] = await query<{ n: number }>(`select count(*)::int as n from ${table}`);
  return row!.n;
}

async function insertEnded(movedAt: Date, days: number, id = uuidv7()): Promise<string> {
  await makePast(`ended_executions_${days}`, movedAt);
  await query(
    `insert into ended_executions (id, workspace_id, seq, status, workflow_type, payload_retention_days, created_at, closed_at, retention_days, moved_at)
     values ($1, 'w', 1, 'completed', 't', $2, $3, $3, $2, $3)`,
    [id, days, movedAt],
  );
  return id;
}

async function insertPayload(executionId: string, keptFrom: Date, days: number): Promise<void> {
  await query(
    `insert into payloads (execution_id, kind, retention_days, kept_from, data) values ($1, 'input', $2, $3, $4)`,
    [executionId, days, keptFrom, Buffer.from(executionId)],
  );
}

async function insertLive(): Promise<string> {
  const id = uuidv7();
  await insertWorkspace(database.pool, id);
  await query(
    `insert into executions (id, workspace_id, seq, workflow_type, payload_retention_days) values ($1::uuid, $1::text, 1, 't', 7)`,
    [id],
  );
  return id;
}

interface Payload {
  readonly executionId: string;
  readonly partition: string;
  readonly keptFrom: Date;
  readonly data: Buffer;
}

const payloadsOf = (ids: readonly string[]) =>
  query<Payload>(
    `select execution_id as "executionId", tableoid::regclass::text as partition, kept_from as "keptFrom", data
     from payloads where execution_id = any ($1)`,
    [ids],
  );

function drop(
  name: string,
  options: { signal?: AbortSignal; onBlocked?: (blockers: readonly Blocker[]) => void } = {},
): Promise<DroppedPartition | null> {
  const dropping = dropPartition(name, {
    url: testDatabase.url,
    database,
    signal: new AbortController().signal,
    onBlocked: () => {},
    ...options,
  });
  // A test that fails before it awaits it tells of its own failure.
  dropping.catch(() => {});
  return dropping;
}

const isThere = async (name: string) =>
  (await query<{ oid: string | null }>('select to_regclass($1) as oid', [name]))[0]!.oid !== null;

/** A transaction that has read a table and stays open until the returned function is called, or the test ends. */
async function openReader(table: string): Promise<() => Promise<void>> {
  const reader = new pg.Client({ ...inOwnSchema(testDatabase.url), application_name: 'a long report' });
  reader.on('error', () => {});
  await reader.connect();
  readers.push(reader);
  await reader.query('begin isolation level repeatable read');
  await reader.query(`select count(*) from ${table}`);
  return () => reader.end();
}

/** Waits until a detach has begun and cannot end. */
const detachIsPending = (name: string) =>
  eventually(async () => {
    const leaf = (await leaves()).find((one) => one.name === name);
    assert.ok(leaf?.isDetachPending);
  });

test('a partition of ended executions goes when its end and its days are past, and no earlier', async () => {
  const old = await makePast('ended_executions_7', daysAgo(21));
  const recent = await makePast('ended_executions_7', daysAgo(7));
  for (const days of [21, 7, 0]) await insertEnded(daysAgo(days), 7);
  assert.deepEqual(await dueNames(), [old]);
  assert.equal(await drop(recent), null);
  const dropped = await drop(old);
  assert.deepEqual({ name: dropped!.name, rows: dropped!.rows }, { name: old, rows: 1 });
  assert.ok(dropped!.bytes > 0);
  assert.equal(await isThere(old), false);
  assert.equal(await drop(old), null);
  assert.equal(await count('ended_executions'), 2);
});

test('what is due is due by both clocks: one in the wrong year drops nothing', async () => {
  const old = await makePast('events', daysAgo(9));
  assert.deepEqual(await dueNames(daysAgo(-3650)), [old]);
  assert.deepEqual(await dueNames(daysAgo(3650)), []);
});

test('what was kept goes when every tier has a retention, once it is older than the longest of them', async () => {
  const rows = await makePast('ended_executions_0', daysAgo(200));
  const payloads = await makePast('payloads_0', daysAgo(200));
  await makePast('ended_executions_0', daysAgo(89));
  await setTier(database.pool, 'pro', { retentionDays: 30, payloadRetentionDays: 7 });
  await setTier(database.pool, 'enterprise', { retentionDays: 0, payloadRetentionDays: 0 });
  assert.deepEqual(await dueNames(), []);
  await setTier(database.pool, 'enterprise', { retentionDays: 365 });
  assert.deepEqual(await dueNames(), []);
  await setTier(database.pool, 'enterprise', { retentionDays: 90, payloadRetentionDays: 30 });
  assert.deepEqual(await dueNames(), [rows, payloads]);
  for (const name of [rows, payloads]) assert.ok(await drop(name));
});

test('payloads of executions that live, or ended not long ago, survive their partition, once and unchanged', async () => {
  const [written, yesterday] = [daysAgo(30), daysAgo(1)];
  const partition = await makePast('payloads_7', written);
  const [live, endedYesterday] = [await insertLive(), await insertEnded(yesterday, 7)];
  const gone = [await insertEnded(daysAgo(20), 7), uuidv7()];
  for (const id of [live, endedYesterday, ...gone]) await insertPayload(id, written, 7);
  const dropped = await drop(partition);
  assert.deepEqual({ rows: dropped!.rows, moved: dropped!.movedPayloads }, { rows: 2, moved: 2 });
  assert.equal(await count('payloads'), 2);
  const [ofLive, ofEnded] = [await payloadsOf([live]), await payloadsOf([endedYesterday])];
  assert.deepEqual([ofLive[0]!.data.toString(), ofEnded[0]!.data.toString()], [live, endedYesterday]);
  assert.deepEqual(ofEnded[0]!.keptFrom, yesterday);
  assert.equal(ofLive[0]!.partition, leafOf('payloads_7', new Date()).name);
  assert.ok(Date.now() - ofLive[0]!.keptFrom.getTime() < 60_000);
});

test('payloads go on in batches, and the partition that is to hold them is made where it is missing', async () => {
  const moment = daysAgo(6);
  const partition = await makePast('payloads_7', daysAgo(60));
  await makePast('ended_executions_30', moment);
  await query(
    `with v as materialized (select gen_random_uuid() as id from generate_series(1, 1203)),
     stored as (
       insert into payloads (execution_id, kind, retention_days, kept_from, data)
       select id, k::payload_kind, 7, $1, 'x' from v, unnest(array['input', 'result']) k)
     insert into ended_executions (id, workspace_id, seq, status, workflow_type, payload_retention_days, created_at, closed_at, retention_days, moved_at)
     select id, 'many', 1, 'completed', 't', 7, $2, $2, 30, $2 from v`,
    [daysAgo(60), moment],
  );
  const target = leafOf('payloads_7', moment).name;
  await query(`drop table if exists ${target}`);
  const dropped = await drop(partition);
  assert.deepEqual({ moved: dropped!.movedPayloads, rows: dropped!.rows }, { moved: 2406, rows: 0 });
  assert.equal(await count(target), 2406);
});

test('a drop waits for a reader and says for whom, and no insert waits for the drop', async () => {
  const partition = await makePast('ended_executions_30', daysAgo(100));
  await insertEnded(daysAgo(100), 30);
  const closeReader = await openReader('ended_executions');
  const blockers: Blocker[] = [];
  let isDropped = false;
  const dropping = drop(partition, { onBlocked: (seen) => blockers.push(...seen) });
  dropping.then(
    () => (isDropped = true),
    () => {},
  );
  await detachIsPending(partition);
  // Others go on making partitions beside it.
  assert.ok(await isThere(await makePast('ended_executions_30', daysAgo(150))));
  const endMs = performance.now() + 3_000;
  let slowestMs = 0;
  while (performance.now() < endMs || blockers.length === 0) {
    const begunMs = performance.now();
    await insertEnded(new Date(), 30);
    slowestMs = Math.max(slowestMs, performance.now() - begunMs);
  }
  assert.equal(isDropped, false);
  assert.ok(slowestMs < 500, `an insert took ${slowestMs} ms`);
  assert.equal(blockers[0]!.application, 'a long report');
  await closeReader();
  assert.equal((await dropping)!.rows, 1);
});

test('a detach whose process dies is completed by the next, and blocks no other partition of its class', async () => {
  const [older, newer] = [
    await makePast('ended_executions_30', daysAgo(120)),
    await makePast('ended_executions_30', daysAgo(80)),
  ];
  const closeReader = await openReader('ended_executions');
  const dropping = drop(newer);
  await detachIsPending(newer);
  await query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'sluice-retention'`,
  );
  await assert.rejects(dropping);
  await closeReader();
  assert.deepEqual(await dueNames(), [newer, older]);
  assert.ok(await drop(older));
  assert.deepEqual(await dueNames(), [newer]);
  assert.ok(await drop(newer));
  assert.deepEqual(await dueNames(), []);
});

test('a drop that is called off while it waits ends, and the next completes it', async () => {
  const partition = await makePast('events', daysAgo(20));
  const closeReader = await openReader('events');
  const stopping = new AbortController();
  const dropping = drop(partition, { signal: stopping.signal });
  await detachIsPending(partition);
  await assert.rejects(drop(partition), { name: 'DropperBusyError' });
  stopping.abort(new Error('called off'));
  await assert.rejects(dropping, { message: 'called off' });
  await closeReader();
  assert.ok(await drop(partition));
});

test('what was detached by a process that died is dropped, and what somebody else detached is not', async () => {
  const [ours, theirs] = [await makePast('events', daysAgo(30)), await makePast('events', daysAgo(31))];
  await query(`comment on table ${ours} is 'sluice: retention drops this table'`);
  for (const name of [ours, theirs]) await query(`alter table events detach partition ${name}`);
  assert.deepEqual(await dueNames(), [ours]);
  assert.ok(await drop(ours));
  assert.deepEqual([await isThere(ours), await isThere(theirs)], [false, true]);
  await query(`drop table ${theirs}`);
});

test('payloads that somebody deletes while they are moved are not brought back', async () => {
  const partition = await makePast('payloads_30', daysAgo(80));
  const id = await insertLive();
  await insertPayload(id, daysAgo(80), 30);
  // Holds the move between its statement and its commit.
  await query(`create function hold() returns trigger language plpgsql as
    'begin perform pg_advisory_xact_lock(42); return new; end'`);
  await query(
    `create trigger hold before insert on ${leafOf('payloads_30', new Date()).name} for each row execute function hold()`,
  );
  const waiting = (lock: string) =>
    eventually(async () => {
      const found = `pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and wait_event ${lock}`;
      assert.equal(await count(found), 1);
    });
  const holder = await database.pool.connect();
  try {
    await holder.query('select pg_advisory_lock(42)');
    const dropping = drop(partition);
    await waiting(`= 'advisory'`);
    const deleting = query('delete from payloads where execution_id = $1', [id]);
    await waiting(`in ('relation', 'transactionid')`);
    await holder.query('select pg_advisory_unlock(42)');
    await deleting;
    assert.equal((await dropping)!.movedPayloads, 1);
  } finally {
    holder.release();
  }
  assert.deepEqual(await payloadsOf([id]), []);
});
