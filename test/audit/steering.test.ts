import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkDurable } from '../../src/audit/checks/durable.ts';
import { checkPause } from '../../src/audit/checks/pause.ts';
import { checkWorkConserving } from '../../src/audit/checks/work-conserving.ts';
import { isStrayOfFormer } from '../../src/audit/record/former-life.ts';
import { lowestIdAt } from '../../src/db/executions/id-time.ts';
import { admitted, at, execution, startedAhead, workspace } from './records.ts';

const pauses = [{ from: at(10), to: at(100) }];

test('PAUSE: what is admitted before a pause and at its end is fine, and what is admitted in it is a breach that names the row', () => {
  const rows = [admitted(1, { admitted: 9.9 }), admitted(2, { admitted: 100 })];
  assert.deepEqual(checkPause(workspace(rows, { pauses })), { breaches: [], pauses: 1 });
  const { breaches } = checkPause(workspace([...rows, admitted(3, { admitted: 10 })], { pauses }));
  assert.deepEqual(breaches[0]?.executionIds, ['e-3']);
});

test('PAUSE: what was started ahead of its admission opened no later than 10 s after the pause began, by its workflow or by its row', () => {
  const judged = (opened: number, fields: Parameters<typeof startedAhead>[2] = {}) =>
    checkPause(workspace([startedAhead(1, { opened, admitted: 50 }, fields)], { pauses })).breaches.length;
  assert.deepEqual([judged(9), judged(20), judged(20.001)], [0, 0, 1]);
  assert.deepEqual([judged(20, { runs: null }), judged(20.001, { runs: null })], [0, 1]);
  assert.equal(judged(9, { startedAhead: false }), 1);
  const refused = (admittedAt: number) =>
    judged(9, { runs: [], startedAt: null, admittedAt: at(admittedAt) });
  assert.deepEqual([refused(20), refused(20.001)], [0, 1]);
});

test('WORK-CONSERVING: no slot is to be filled while a workspace is paused, and from its end on they are again', () => {
  const idle = (seconds: number) =>
    checkWorkConserving(workspace([execution(1, { createdAt: at(20) })], { pauses, readAt: at(seconds) }), 60)
      .idleMicros;
  assert.deepEqual(idle(99), []);
  assert.deepEqual(idle(130), [30_000_000]);
});

test('WORK-CONSERVING: a slot that stood free before a pause counts up to it', () => {
  const { idleMicros } = checkWorkConserving(
    workspace([execution(1)], { pauses: [{ from: at(40), to: Infinity }], readAt: at(500) }),
    60,
  );
  assert.deepEqual(idleMicros, [40_000_000]);
});

test('DURABLE: an answer of before a deletion is not missed, and one of after it is', () => {
  const answer = (seconds: number) => ({
    workspaceId: 'ws',
    executionId: lowestIdAt(at(seconds) / 1_000).replace(/^(.{14})./, '$17'),
    status: 202 as const,
    at: new Date(at(seconds) / 1_000).toISOString(),
  });
  const checked = (...seconds: number[]) =>
    checkDurable(workspace([], { formerGoneAt: at(50) }), seconds.map(answer)).breaches.length;
  assert.equal(checked(1, 49), 0);
  assert.equal(checked(51), 1);
});

test('ONCE: Temporal may keep what a deletion has ended, and nothing that is open', () => {
  const stray = {
    workflowId: 'w',
    runId: 'r',
    executionId: null,
    startedAt: at(10),
    isUnadmitted: false,
    why: '',
  };
  assert.equal(isStrayOfFormer({ ...stray, closedAt: at(20) }, at(50)), true);
  assert.equal(isStrayOfFormer({ ...stray, closedAt: null }, at(50)), false);
  assert.equal(isStrayOfFormer({ ...stray, startedAt: at(60), closedAt: at(70) }, at(50)), false);
  assert.equal(isStrayOfFormer({ ...stray, closedAt: at(20) }, undefined), false);
});
