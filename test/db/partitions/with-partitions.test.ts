import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { inOwnSchema } from '../../../src/db/connection/own-schema.ts';
import { onConnection } from '../../../src/db/connection/on-connection.ts';
import { cancelExecution } from '../../../src/db/executions/cancel-execution.ts';
import { LEAF_PARENTS, leafAt } from '../../../src/db/partitions/grid.ts';
import { makePartitionsOf } from '../../../src/db/partitions/make-partitions.ts';
import { readLeaves } from '../../../src/db/partitions/read-leaves.ts';
import { withPartitions, withPartitionsMadeBy } from '../../../src/db/partitions/with-partitions.ts';
import { reconcileWorkspace } from '../../../src/db/reconcile/reconcile-workspace.ts';
import { patchWorkspace } from '../../../src/db/workspaces/patch-workspace.ts';
import { putWorkspace } from '../../../src/db/workspaces/put-workspace.ts';
import { type OpenTestDatabase, openTestDatabase } from '../../support/database.ts';
import type { AdmissionRules } from '../../../src/enqueue/admission-rules.ts';
import { enqueueOne } from '../../support/enqueue.ts';
import { completedReport, insertWorkspace, requestOf } from '../../support/rows.ts';

let at: OpenTestDatabase;
before(async () => {
  at = await openTestDatabase();
});
after(() => at.close());

const query = (text: string, values: unknown[] = []) => at.database.pool.query(text, values);
const leaves = () => onConnection(at.database, (client) => readLeaves(client));
const rules: AdmissionRules = { maxInputBytes: 1_000, knownWorkflowTypes: null };
const options = { gateRunId: 'run', verifyAfterSeconds: 3600 };

const leafOfNow = (parent: string) =>
  leafAt(
    LEAF_PARENTS.find(({ name }) => name === parent)!,
    new Date(),
  ).name;

/** As if nobody had made partitions for a month. */
async function dropAllLeaves(): Promise<void> {
  for (const { name } of await leaves()) await query(`drop table ${name}`);
}

/** Every class has the partition that holds now again. */
async function assertLeavesOfNow(): Promise<void> {
  const names = new Set((await leaves()).map(({ name }) => name));
  for (const parent of LEAF_PARENTS) assert.ok(names.has(leafAt(parent, new Date()).name), parent.name);
}

/** A workspace of its own with one execution, which has an input. */
async function accept(workspaceId: string): Promise<string> {
  const request = { workspaceId, workflowType: 't', input: '"in"', idempotencyKey: null };
  return (await enqueueOne(at.database, request, rules)).execution.id;
}

const reconcile = (workspaceId: string, fields: Parameters<typeof requestOf>[1] = {}) =>
  reconcileWorkspace(at.database, requestOf(workspaceId, fields), options);

interface Row {
  readonly status: string;
  readonly input: string | null;
  readonly result: string | null;
}

async function rowOf(id: string): Promise<Row> {
  const { rows } = await query('select status, input, result from all_executions where id = $1', [id]);
  return rows[0] as Row;
}

test('an enqueue makes the partition that its input needs, when nobody has made any', async () => {
  await insertWorkspace(at.database.pool, 'enqueues');
  await dropAllLeaves();
  const id = await accept('enqueues');
  assert.deepEqual(await rowOf(id), { status: 'pending', input: '"in"', result: null });
  await assertLeavesOfNow();
});

test('an end makes the partitions that its row and its result need, and gives up its slot', async () => {
  await insertWorkspace(at.database.pool, 'ends', { limitOverride: 1 });
  const [first, second] = [await accept('ends'), await accept('ends')];
  await reconcile('ends');
  await dropAllLeaves();
  const { admitted, ended } = await reconcile('ends', { closed: [completedReport(first, '"out"')] });
  assert.deepEqual([admitted.map(({ executionId }) => executionId), ended.length], [[second], 1]);
  assert.deepEqual(await rowOf(first), { status: 'completed', input: null, result: '"out"' });
  await assertLeavesOfNow();
});

test('a claim makes the partition that its event needs', async () => {
  await insertWorkspace(at.database.pool, 'claims');
  const id = await accept('claims');
  await dropAllLeaves();
  const { admitted } = await reconcile('claims');
  assert.deepEqual(
    admitted.map(({ executionId }) => executionId),
    [id],
  );
  await assertLeavesOfNow();
});

test('an end that Postgres refuses for its result is recorded without it, also when partitions are missing', async () => {
  await insertWorkspace(at.database.pool, 'refused');
  const [odd, plain] = [await accept('refused'), await accept('refused')];
  await reconcile('refused');
  await dropAllLeaves();
  const closed = [
    { ...completedReport(odd), closedAt: '300000-01-01T00:00:00Z' },
    completedReport(plain, '"out"'),
  ];
  const { ended } = await reconcile('refused', { closed });
  assert.equal(ended.length, 2);
  assert.deepEqual(await rowOf(plain), { status: 'completed', input: null, result: '"out"' });
  assert.equal((await rowOf(odd)).status, 'completed');
});

test('a cancellation of what is pending makes the partition that its row needs', async () => {
  await insertWorkspace(at.database.pool, 'cancels');
  const executionId = await accept('cancels');
  await dropAllLeaves();
  const { effect } = await cancelExecution(at.database, 'cancels', executionId);
  assert.equal(effect, 'cancelled');
  assert.equal((await rowOf(executionId)).status, 'cancelled');
  await assertLeavesOfNow();
});

test('a change of a workspace makes the partition that its event needs', async () => {
  const settings = { tier: 'pro', limitOverride: 7, workers: 'pool' } as const;
  await insertWorkspace(at.database.pool, 'changes');
  await dropAllLeaves();
  await putWorkspace(at.database, 'changes', settings, { maxWorkspaces: 100 });
  await dropAllLeaves();
  const { workspace } = await patchWorkspace(at.database, 'changes', { limitOverride: 8 });
  assert.equal(workspace.limitOverride, 8);
  await assertLeavesOfNow();
});

/** A detach that somebody begins behind a reader and breaks off; the reader stays. */
async function breakOffDetach(parent: string): Promise<pg.PoolClient> {
  const reader = await at.database.pool.connect();
  await reader.query('begin isolation level repeatable read');
  await reader.query(`select count(*) from ${parent}`);
  const dba = new pg.Client({ ...inOwnSchema(at.database.pool.options.connectionString!) });
  await dba.connect();
  await dba.query(`set statement_timeout = '300ms'`);
  await assert.rejects(
    dba.query(`alter table ${parent} detach partition ${leafOfNow(parent)} concurrently`),
    {
      code: '57014',
    },
  );
  await dba.end();
  return reader;
}

test('a partition whose detach was broken off is attached again, with its rows', async () => {
  await insertWorkspace(at.database.pool, 'half');
  const before = await accept('half');
  const reader = await breakOffDetach('payloads_30');
  try {
    await assert.rejects(accept('half'), { message: /payloads_30_\d+ is being detached/ });
  } finally {
    await reader.query('rollback');
    reader.release();
  }
  const after = await accept('half');
  for (const id of [before, after])
    assert.deepEqual(await rowOf(id), { status: 'pending', input: '"in"', result: null });
});

test('a row of another time gets the partition of its time', async () => {
  await dropAllLeaves();
  const insert = () =>
    query(
      `insert into payloads (execution_id, kind, retention_days, kept_from, data)
       values (gen_random_uuid(), 'input', 30, '2025-03-04 05:06:07.89+00', 'x')`,
    );
  await withPartitions(at.database, insert);
  assert.ok((await leaves()).some(({ name }) => name === 'payloads_30_20250303'));
});

test('the table of a retention class that somebody has dropped or detached comes back, the latter with its rows', async () => {
  await insertWorkspace(at.database.pool, 'classes');
  const [before, after] = [await accept('classes'), await accept('classes')];
  await reconcile('classes');
  await reconcile('classes', { closed: [completedReport(before, '"out"')] });
  await query('alter table ended_executions detach partition ended_executions_30');
  await query('drop table payloads_30');
  await reconcile('classes', { closed: [completedReport(after, '"later"')] });
  const next = await accept('classes');
  assert.deepEqual(await rowOf(before), { status: 'completed', input: null, result: null });
  assert.deepEqual(await rowOf(after), { status: 'completed', input: null, result: '"later"' });
  assert.deepEqual(await rowOf(next), { status: 'pending', input: '"in"', result: null });
  const { rows } = await query(`select count(*)::int as n from pg_index where indrelid = $1::regclass`, [
    leafOfNow('payloads_30'),
  ]);
  assert.deepEqual(rows, [{ n: 1 }], 'with the index by which payloads are found');
});

test('a table whose partition goes while that of another one is made gets its own, too', async () => {
  await insertWorkspace(at.database.pool, 'two-tables');
  await dropAllLeaves();
  let made = 0;
  await withPartitionsMadeBy(
    async (wanted) => {
      await makePartitionsOf(at.database, wanted);
      if (++made === 1) await query(`drop table ${leafOfNow('payloads_30')}`);
    },
    () =>
      query(
        `with written as (
           insert into payloads (execution_id, kind, retention_days, data) values (gen_random_uuid(), 'input', 30, 'x'))
         insert into events (workspace_id, number, kind) values ('two-tables', 1, 'workspace_changed')`,
      ),
  );
  assert.equal(made, 2);
});

test('what a constraint refuses is not tried again', async () => {
  let tries = 0;
  const refused = withPartitions(at.database, async () => {
    tries++;
    await query(`insert into workspaces (id, tier, limit_in_force) values ('not a name', 'pro', 5)`);
  });
  await assert.rejects(refused, { constraint: 'workspaces_id_form' });
  assert.equal(tries, 1);
  await assert.rejects(
    withPartitions(at.database, async () => {
      tries++;
      await query(
        `insert into payloads (execution_id, kind, retention_days, data) values (gen_random_uuid(), 'input', 14, 'x')`,
      );
    }),
    { code: '23514', table: 'payloads' },
  );
  assert.equal(tries, 3);
});
