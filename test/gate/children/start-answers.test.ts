import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import Long from 'long';
import proto from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import { createLog } from '../../../src/process/log.ts';
import { gateWorkflowId } from '../../../src/domain/names.ts';
import { gateWorkflowBundle } from '../../../src/worker/code/gate-bundle.ts';
import { eventually, eventuallyEqual } from '../../support/eventually.ts';
import { wake } from '../../support/gates-and-children.ts';
import { type OwnTemporal, startOwnTemporal } from '../../support/own-temporal.ts';
import { type World, startWorld } from '../../support/world.ts';

const { EventType } = proto.temporal.api.enums.v1;
type HistoryEvent = proto.temporal.api.history.v1.IHistoryEvent;

/** Slow machines may miss the moment that is wanted; then it is tried again. */
const PROVOKED_WITHIN_MS = 60_000;

let temporal: OwnTemporal;
let world: World;
/** One whole run of a gate that was to continue as new while the answer to a start was still to come. */
let events: readonly HistoryEvent[];
before(async () => {
  // The queue by which the server starts children: it is looked at once a second. A workflow task that follows upon another at once
  // does not pass through it, so that the gate is faster than its child.
  temporal = await startOwnTemporal(import.meta.url, { 'history.transferProcessorMaxPollRPS': 1 });
  world = await startWorld(import.meta.url, {}, { temporalAddress: temporal.address });
  events = await eventually(async () => {
    const run = await runCancelledWhileItStarts();
    const toldToEnd = run.findIndex((event) => event.workflowExecutionCancelRequestedEventAttributes);
    const beforeItKnew = run.slice(0, toldToEnd + 3);
    assert.ok(!beforeItKnew.some(isStartAnswer), 'the answer came too soon');
    return run;
  }, PROVOKED_WITHIN_MS);
});
after(async () => {
  await world?.stop();
  await temporal?.stop();
});

test('a gate that is to continue as new waits for the answers to its starts first', () => {
  const asked = events.filter((event) => event.startChildWorkflowExecutionInitiatedEventAttributes);
  const answered = events.filter(isStartAnswer);
  assert.deepEqual([asked.length, answered.length], [1, 1]);
  assert.ok(events.at(-1)!.workflowExecutionContinuedAsNewEventAttributes);
});

test('a gate continues as new in the end, though the answer to a start never comes', async () => {
  // No server can be brought to do that. But a gate can be shown what it would see then: the end of its own wait instead of the answer.
  const wait = events.find((event) => event.timerStartedEventAttributes);
  assert.ok(wait, 'the wait has an end');
  const fired = (answer: HistoryEvent): HistoryEvent => ({
    eventTime: answer.eventTime!,
    eventType: EventType.EVENT_TYPE_TIMER_FIRED,
    timerFiredEventAttributes: {
      timerId: wait.timerStartedEventAttributes!.timerId!,
      startedEventId: wait.eventId!,
    },
  });
  const unanswered = events
    .filter((event) => !event.timerCanceledEventAttributes)
    .map((event, index) => ({
      ...(isStartAnswer(event) ? fired(event) : event),
      eventId: Long.fromNumber(index + 1),
    }));
  const workflowBundle = await gateWorkflowBundle(createLog({ level: 'silent', process: 'test' }));
  const { workflowId } = events[0]!.workflowExecutionStartedEventAttributes!;
  await Worker.runReplayHistory({ workflowBundle }, { events: unanswered }, workflowId!);
});

function isStartAnswer(event: HistoryEvent): boolean {
  return Boolean(event.childWorkflowExecutionStartedEventAttributes);
}

/** Its own, from its first event to its last. */
async function runCancelledWhileItStarts(): Promise<readonly HistoryEvent[]> {
  const workspace = await world.workspace();
  await wake(world, workspace);
  const { runId } = await eventually(async () => {
    const gate = await world.gate(workspace).describe();
    assert.equal(gate.raw.pendingWorkflowTask ?? null, null, 'it has looked once');
    return gate;
  });
  const { pool } = world.database;
  const holder = await pool.connect();
  try {
    await holder.query('begin');
    await holder.query('update workspaces set last_seq = 1, pending = 1 where id = $1', [workspace]);
    await holder.query(
      `insert into executions (id, workspace_id, seq, workflow_type) values (gen_random_uuid(), $1, 1, 'nothing')`,
      [workspace],
    );
    await wake(world, workspace);
    await eventuallyEqual(async () => {
      const waiting = await pool.query(
        `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return waiting.rowCount;
    }, 1);
    // Noted by the server while the gate's workflow task is under way, and the reason for the next one right after it.
    await world.gate(workspace).cancel();
    await holder.query('commit');
  } finally {
    holder.release();
  }
  await eventuallyEqual(() => world.seqs(workspace, 'completed'), [1]);
  const { events: run } = await world.client.workflow
    .getHandle(gateWorkflowId(workspace), runId)
    .fetchHistory();
  return run ?? [];
}
