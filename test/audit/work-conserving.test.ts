import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkWorkConserving } from '../../src/audit/checks/work-conserving.ts';
import { admitted, at, execution, many, run, startedAhead, workspace } from './records.ts';

const ONE_SLOT: [number, number][] = [[0, 1]];
const BOUND_SECONDS = 60;

const check = (...args: Parameters<typeof workspace>) =>
  checkWorkConserving(workspace(...args), BOUND_SECONDS);

test('WORK-CONSERVING: a handoff is measured from the end of one execution to the opening of the next', () => {
  const { breaches, idleMicros } = check(
    [admitted(1, { admitted: 0, closed: 10 }), admitted(2, { admitted: 10.05, opened: 10.08, closed: 20 })],
    { limits: ONE_SLOT, readAt: at(30) },
  );
  assert.deepEqual(breaches, []);
  assert.deepEqual(idleMicros, [80_000]);
});

test('WORK-CONSERVING: a slot that stands free beside a waiting row for longer than the bound is a breach that names the row', () => {
  const { breaches, idleMicros, longestBelowLimitMicros } = check(
    [admitted(1, { admitted: 0, closed: 10 }), admitted(2, { admitted: 71, closed: 80 }), execution(3)],
    { limits: ONE_SLOT, readAt: at(90) },
  );
  assert.deepEqual(idleMicros, [61_000_000, 10_000_000]);
  assert.equal(longestBelowLimitMicros, 61_000_000);
  assert.equal(breaches.length, 1);
  assert.deepEqual(breaches[0]!.executionIds, ['e-2']);
  assert.deepEqual(breaches[0]!.times, ['2026-01-01T00:00:10.000000Z', '2026-01-01T00:01:11.000000Z']);
});

test('WORK-CONSERVING: a row that still waits beside a free slot counts up to now', () => {
  assert.equal(check([execution(1)], { readAt: at(59) }).breaches.length, 0);
  assert.equal(check([execution(1)], { readAt: at(61) }).breaches.length, 1);
});

test('WORK-CONSERVING: a row that was admitted and never opened still waits', () => {
  const claimed = execution(1, { status: 'running', admittedAt: at(1), runs: [] });
  assert.equal(check([claimed], { readAt: at(100) }).breaches.length, 1);
});

test('WORK-CONSERVING: no slot is free while as many are open as the limit, nor after a reduction', () => {
  const running = many(1, 2, { admitted: 0, closed: 500 });
  assert.deepEqual(check([...running, execution(3)], { limits: [[0, 2]], readAt: at(400) }).idleMicros, []);
  const limits: [number, number][] = [
    [0, 2],
    [1, 1],
  ];
  assert.deepEqual(check([...running, execution(3)], { limits, readAt: at(400) }).idleMicros, []);
});

test('WORK-CONSERVING: a raise frees slots at once', () => {
  const limits: [number, number][] = [
    [0, 1],
    [10, 2],
  ];
  const { breaches } = check([admitted(1, { admitted: 0 }), execution(2)], { limits, readAt: at(100) });
  assert.deepEqual(breaches[0]?.times[0], '2026-01-01T00:00:10.000000Z');
});

test('WORK-CONSERVING: a row that was cancelled in the queue waited until then', () => {
  const cancelled = execution(1, { status: 'cancelled', closedAt: at(70) });
  assert.deepEqual(check([cancelled]).idleMicros, [70_000_000]);
});

test('WORK-CONSERVING: many short executions keep handing slots over, and no handoff is added to the next', () => {
  const executions = Array.from({ length: 200 }, (_, index) =>
    admitted(index + 1, { admitted: index, opened: index + 0.5, closed: index + 1.6 }),
  );
  const { breaches, idleMicros, longestBelowLimitMicros } = check(executions, { readAt: at(300) });
  assert.deepEqual(breaches, []);
  assert.ok(Math.max(...idleMicros) <= 1_000_000);
  assert.ok(longestBelowLimitMicros > 60_000_000, 'and yet it never reached its limit');
});

test('WORK-CONSERVING: a row that failed without a workflow held its slot from its admission to its end', () => {
  const refused = execution(1, {
    status: 'failed',
    failureType: 'StartRefused',
    admittedAt: at(0),
    closedAt: at(90),
    runs: [],
  });
  assert.deepEqual(
    check([refused, execution(2)], { limits: ONE_SLOT, readAt: at(95) }).idleMicros,
    [5_000_000],
  );
});

test("WORK-CONSERVING: somebody else's workflow holds no slot for the row whose id it took", () => {
  const taken = execution(1, {
    status: 'running',
    admittedAt: at(0),
    runs: [run(0, null, { isOurs: false })],
  });
  assert.equal(check([taken, execution(2)], { limits: ONE_SLOT, readAt: at(95) }).breaches.length, 1);
});

test('WORK-CONSERVING: what was started ahead of its admission holds its slot, and waits no more, from its opening on', () => {
  const { idleMicros } = check(
    [admitted(1, { admitted: 0, closed: 10 }), startedAhead(2, { opened: 10.03, admitted: 11, closed: 20 })],
    { limits: ONE_SLOT, readAt: at(30) },
  );
  assert.deepEqual(idleMicros, [30_000]);
});

test('WORK-CONSERVING: what was started ahead and is forgotten by Temporal held its slot from the start that its row names', () => {
  const forgotten = startedAhead(1, { opened: 1, admitted: 5, closed: 4 }, { runs: [], createdAt: at(1) });
  const { idleMicros } = check([forgotten, execution(2, { createdAt: at(1) })], {
    limits: ONE_SLOT,
    readAt: at(6),
  });
  assert.deepEqual(idleMicros, [2_000_000]);
});
