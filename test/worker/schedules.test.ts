import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ScheduleOverlapPolicy } from '@temporalio/client';
import {
  DEFAULT_QUEUE,
  RETENTION_SCHEDULE_ID,
  RETENTION_WORKFLOW_TYPE,
  SWEEP_SCHEDULE_ID,
  SWEEP_WORKFLOW_TYPE,
} from '../../src/domain/names.ts';
import { ensureSchedule, retentionSchedule, sweepSchedule } from '../../src/worker/installation/schedules.ts';
import { takeSchedules } from '../../src/temporal/namespace/schedule-owner.ts';
import { eventually } from '../support/eventually.ts';
import { type Connected, connect } from './connected.ts';

let at: Connected;
before(async () => {
  at = await connect(import.meta.url);
});
after(async () => {
  await schedule().delete();
  await at.close();
});

const schedule = () => at.client.schedule.getHandle(SWEEP_SCHEDULE_ID);
const ensure = (intervalSeconds: number, deployment = 'first') =>
  ensureSchedule(at.client, sweepSchedule({ intervalSeconds, deployment }), at.log);

test('the sweep is a schedule that people can read, made once however many workers start', async () => {
  await Promise.all([ensure(30), ensure(30), ensure(30)]);
  const { spec, action, policies, state, memo } = await schedule().describe();
  assert.deepEqual(
    spec.intervals?.map(({ every }) => every),
    [30_000],
  );
  assert.equal(action.type, 'startWorkflow');
  assert.equal(action.workflowType, SWEEP_WORKFLOW_TYPE);
  assert.equal(action.taskQueue, DEFAULT_QUEUE);
  assert.ok(action.workflowExecutionTimeout, 'a sweep that hangs is timed out');
  assert.equal(policies.overlap, ScheduleOverlapPolicy.SKIP);
  assert.equal(policies.catchupWindow, 60_000);
  assert.match(state.note ?? '', /Sluice/);
  assert.match(String(memo?.['about']), /Sluice/);
});

test('a schedule that was deleted is made again', async () => {
  await schedule().delete();
  await eventually(async () => {
    await ensure(30);
    assert.ok(await schedule().describe());
  });
});

test('a schedule is that of one installation: another one is refused by name, one from before is taken over', async () => {
  await assert.rejects(ensure(30, 'second'), (error: Error) => {
    assert.equal(error.name, 'NamespaceTakenError');
    assert.match(error.message, /deployment first.*deployment second.*--take-over/s);
    return true;
  });
  await schedule().update((now) => ({ ...now, action: { ...now.action, args: [] } }));
  await ensure(30, 'second');
  await ensure(30, 'second');
  await assert.rejects(ensure(45, 'first'), { name: 'NamespaceTakenError' });
  assert.deepEqual((await schedule().describe()).action.args, [{ deployment: 'second' }]);
  await takeSchedules(at.client, 'first');
  await ensure(30);
});

test("an operator's pause is kept, also when the interval changes", async () => {
  await schedule().pause('not now');
  await ensure(30);
  await ensure(45);
  const { state, spec } = await schedule().describe();
  assert.deepEqual(
    { paused: state.paused, note: state.note, every: spec.intervals?.[0]?.every },
    { paused: true, note: 'not now', every: 45_000 },
  );
  await schedule().unpause();
});

test('retention is a schedule of its own, which a take-over takes too', async () => {
  const retention = at.client.schedule.getHandle(RETENTION_SCHEDULE_ID);
  const of = (deployment: string) =>
    ensureSchedule(at.client, retentionSchedule({ intervalSeconds: 3600, deployment }), at.log);
  await of('first');
  const { spec, action, policies } = await retention.describe();
  assert.equal(spec.intervals?.[0]?.every, 3_600_000);
  assert.equal(action.workflowType, RETENTION_WORKFLOW_TYPE);
  assert.equal(action.taskQueue, DEFAULT_QUEUE);
  assert.equal(policies.overlap, ScheduleOverlapPolicy.SKIP);
  await assert.rejects(of('second'), { name: 'NamespaceTakenError' });
  await takeSchedules(at.client, 'second');
  await of('second');
  await retention.delete();
});
