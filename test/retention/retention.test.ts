import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { v7 as uuidv7 } from 'uuid';
import { DAY_MS, LEAF_PARENTS, leafAt } from '../../src/db/partitions/grid.ts';
import { makePartitionsOf } from '../../src/db/partitions/make-partitions.ts';
import { RETENTION_SCHEDULE_ID } from '../../src/domain/names.ts';
import { freePort } from '../../src/local/processes/ports.ts';
import type { RetentionReport } from '../../src/workflows/retention/contract.ts';
import { eventually } from '../support/eventually.ts';
import { setTier } from '../support/rows.ts';
import { type World, startWorld } from '../support/world.ts';

let world: World;
let healthPort: number;
before(async () => {
  healthPort = await freePort();
  world = await startWorld(import.meta.url, { WORKER_HEALTH_PORT: String(healthPort) });
});
after(() => world.stop());

const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS);
const schedule = () => world.client.schedule.getHandle(RETENTION_SCHEDULE_ID);
const isThere = async (name: string) => {
  const { rows } = await world.database.pool.query<{ oid: string | null }>('select to_regclass($1) as oid', [
    name,
  ]);
  return rows[0]!.oid !== null;
};

/** The partition of a time gone by, made as it would have been then. */
async function makePast(name: string, days: number): Promise<string> {
  const [parent, moment] = [LEAF_PARENTS.find((one) => one.name === name)!, daysAgo(days)];
  await makePartitionsOf(world.database, { also: { parent: name, moment } });
  return leafAt(parent, moment).name;
}

async function insertEnded(days: number): Promise<void> {
  await world.database.pool.query(
    `insert into ended_executions (id, workspace_id, seq, status, workflow_type, payload_retention_days, created_at, closed_at, retention_days, moved_at)
     values ($1, 'w', 1, 'completed', 't', 7, $2, $2, 7, $2)`,
    [uuidv7(), daysAgo(days)],
  );
}

/** Has the schedule begin a run. */
async function startRun() {
  const runsBefore = await eventually(async () => (await schedule().describe()).info.numActionsTaken);
  await schedule().trigger();
  const { workflow } = await eventually(async () => {
    const { info } = await schedule().describe();
    assert.ok(info.numActionsTaken > runsBefore);
    return info.recentActions.at(-1)!.action;
  });
  return world.client.workflow.getHandle(workflow.workflowId, workflow.firstExecutionRunId);
}

const reportOf = async (run: Awaited<ReturnType<typeof startRun>>) => (await run.result()) as RetentionReport;

async function pageOf(run: Awaited<ReturnType<typeof startRun>>): Promise<string> {
  const { currentDetails } = await run.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
  return currentDetails ?? '';
}

async function metric(name: string): Promise<string[]> {
  const text = await (await fetch(`http://127.0.0.1:${healthPort}/metrics`)).text();
  return text.split('\n').filter((line) => line.startsWith(name));
}

test('a run makes partitions ahead, drops all that a pause has left, and says so', async () => {
  const old: string[] = [];
  for (const days of [60, 40, 21]) old.push(await makePast('ended_executions_7', days));
  for (const days of [60, 60, 40]) await insertEnded(days);
  const events = await makePast('events', 9);
  const { rows } = await world.database.pool.query<{ name: string }>(
    `select max(relname) as name from pg_class where relname ~ '^events_[0-9]+$' and relkind = 'r'`,
  );
  await world.database.pool.query(`drop table ${rows[0]!.name}`);
  const run = await startRun();
  const report = await reportOf(run);
  assert.deepEqual(report.problems, []);
  assert.deepEqual(report.made, [rows[0]!.name]);
  assert.ok(report.aheadDays! >= 21);
  assert.deepEqual(
    report.dropped.map(({ name, rows: count }) => [name, count]),
    [
      [old[0], 2],
      [old[1], 1],
      [old[2], 0],
      [events, 0],
    ],
  );
  for (const name of [...old, events]) assert.equal(await isThere(name), false);
  const page = await pageOf(run);
  assert.match(page, /days\*\* ahead/);
  assert.ok(page.includes(old[0]!), page);
  const rowsDropped = await metric('sluice_partition_rows_dropped_total{');
  assert.deepEqual(
    rowsDropped.filter((line) => !line.endsWith(' 0')),
    ['sluice_partition_rows_dropped_total{table="ended_executions_7"} 3'],
  );
  assert.ok(rowsDropped.includes('sluice_partition_rows_dropped_total{table="events"} 0'));
  const [ahead] = await metric('sluice_partitions_ahead_days ');
  assert.ok(Number(ahead!.split(' ')[1]) >= 20, ahead);
  assert.equal((await metric('sluice_vacuum_held_back_seconds ')).length, 1);
});

test('what was rejected goes as what has ended otherwise, and an alias goes with its execution and no sooner', async () => {
  const workspace = await world.workspace();
  const { id: kept } = await world.enqueue(workspace, 'echo', 'kept');
  const [name, rejected] = [await makePast('ended_executions_7', 21), uuidv7()];
  await world.database.pool.query(
    `insert into ended_executions (id, workspace_id, status, workflow_type, payload_retention_days, created_at, closed_at, retention_days, moved_at, failure_type)
     values ($1, $2, 'rejected', 't', 7, $3, $3, 7, $3, 'QueueFull')`,
    [rejected, workspace, daysAgo(21)],
  );
  const aliases = [kept, rejected].map((executionId) => ({ id: uuidv7(), executionId }));
  for (const { id, executionId } of aliases)
    await world.database.pool.query(
      'insert into execution_aliases (workspace_id, id, execution_id) values ($1, $2, $3)',
      [workspace, id, executionId],
    );
  const { dropped } = await reportOf(await startRun());
  assert.deepEqual(
    dropped.map((one) => [one.name, one.rows]),
    [[name, 1]],
  );
  const { rows } = await world.database.pool.query<{ id: string }>(
    `select id from execution_aliases union all select id from all_executions where status = 'rejected'`,
  );
  assert.deepEqual(
    rows.map(({ id }) => id),
    [aliases[0]!.id],
  );
});

test('a drop that a reader holds delays no execution, says whom it waits for, and goes on when the reader ends', async () => {
  const old = await makePast('ended_executions_30', 90);
  const reader = await world.database.pool.connect();
  await reader.query("set application_name = 'a long report'");
  await reader.query('set idle_in_transaction_session_timeout = 0');
  await reader.query('begin isolation level repeatable read');
  await reader.query('select count(*) from ended_executions');
  const run = await startRun();
  try {
    await eventually(async () => {
      const [pending] = (await run.describe()).raw.pendingActivities ?? [];
      const details = Buffer.from(pending?.heartbeatDetails?.payloads?.[0]?.data ?? '').toString();
      assert.match(details, /a long report/);
    }, 40_000);
    assert.match(await pageOf(run), new RegExp(old));
    const workspace = await world.workspace();
    const { id } = await world.enqueue(workspace, 'echo', 'while it waits');
    await eventually(async () => assert.equal((await world.execution(workspace, id)).status, 'completed'));
    assert.equal(await isThere(old), true);
  } finally {
    await reader.query('rollback');
    reader.release(true);
  }
  const { dropped, problems } = await reportOf(run);
  assert.deepEqual([dropped.map(({ name }) => name), problems], [[old], []]);
});

test('a tier that keeps what has ended keeps it, however old', async () => {
  await setTier(world.database.pool, 'pro', { retentionDays: 0, payloadRetentionDays: 0 });
  const old = [await makePast('ended_executions_0', 800), await makePast('payloads_0', 800)];
  assert.deepEqual((await reportOf(await startRun())).dropped, []);
  for (const name of old) assert.equal(await isThere(name), true);
});

test('what cannot be dropped is told, keeps nothing else from being dropped, and is tried again', async () => {
  const [held, free] = [await makePast('payloads_7', 60), await makePast('ended_executions_7', 60)];
  await world.database.pool.query(`create view in_the_way as select * from ${held}`);
  const { dropped, problems } = await reportOf(await startRun());
  assert.deepEqual(
    dropped.map(({ name }) => name),
    [free],
  );
  assert.match(problems.join(), new RegExp(`dropping ${held}: .*depend`));
  await world.database.pool.query('drop view in_the_way');
  assert.deepEqual(
    (await reportOf(await startRun())).dropped.map(({ name }) => name),
    [held],
  );
});
