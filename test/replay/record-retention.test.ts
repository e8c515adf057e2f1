import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DAY_MS, LEAF_PARENTS, leafAt } from '../../src/db/partitions/grid.ts';
import { makePartitionsOf } from '../../src/db/partitions/make-partitions.ts';
import { RETENTION_SCHEDULE_ID } from '../../src/domain/names.ts';
import { eventually } from '../support/eventually.ts';
import { type World, startWorld } from '../support/world.ts';
import { writeHistory } from './history-file.ts';

// Not a part of the run: `node tools/record-histories.mjs retention` runs it, and writes the histories of RetentionWorkflow.

let world: World;
before(async () => {
  world = await startWorld(import.meta.url, {
    SWEEP_INTERVAL_SECONDS: '3600',
    RETENTION_INTERVAL_SECONDS: '3600',
  });
});
after(() => world.stop());

const query = (text: string) => world.database.pool.query(text);

/** A partition that is due, made as it would have been at its time. */
async function makeDue(parent: string, days: number): Promise<string> {
  const moment = new Date(Date.now() - days * DAY_MS);
  await makePartitionsOf(world.database, { also: { parent, moment } });
  return leafAt(
    LEAF_PARENTS.find(({ name }) => name === parent)!,
    moment,
  ).name;
}

/** Has the schedule begin a run. */
async function startRun() {
  const schedule = world.client.schedule.getHandle(RETENTION_SCHEDULE_ID);
  const before = await eventually(async () => (await schedule.describe()).info.numActionsTaken);
  await schedule.trigger();
  const { workflowId, firstExecutionRunId } = await eventually(async () => {
    const { info } = await schedule.describe();
    assert.ok(info.numActionsTaken > before);
    return info.recentActions.at(-1)!.action.workflow;
  });
  return world.client.workflow.getHandle(workflowId, firstExecutionRunId);
}

test('drops, with one that cannot be done', async () => {
  await makeDue('ended_executions_7', 60);
  await makeDue('ended_executions_7', 40);
  const inTheWay = await makeDue('payloads_7', 60);
  await makeDue('payloads_7', 40);
  await query(`create view in_the_way as select * from ${inTheWay}`);
  const run = await startRun();
  await run.result();
  writeHistory('retention dropped what was due and was refused one', await run.fetchHistory());
  await query('drop view in_the_way');
});

test('nothing to do', async () => {
  await (await startRun()).result();
  const run = await startRun();
  await run.result();
  writeHistory('retention had nothing to do', await run.fetchHistory());
});

test('a drop that waits', async () => {
  await makeDue('ended_executions_30', 90);
  const reader = await world.database.pool.connect();
  try {
    await reader.query('set idle_in_transaction_session_timeout = 0');
    await reader.query('begin isolation level repeatable read');
    await reader.query('select count(*) from ended_executions_30');
    const run = await startRun();
    await eventually(async () => {
      const [pending] = (await run.describe()).raw.pendingActivities ?? [];
      assert.equal(pending?.activityType?.name, 'dropPartition');
    });
    writeHistory('retention waited for a reader', await run.fetchHistory());
    await reader.query('rollback');
    await run.result();
  } finally {
    reader.release(true);
  }
});
