import assert from 'node:assert/strict';
import { test } from 'node:test';
import { capCheck, checkCap } from '../../src/audit/checks/cap.ts';
import { admitted, at, ended, many, run, startedAhead, workspace } from './records.ts';

test('CAP: five open at a limit of five are allowed', () => {
  const checked = checkCap(workspace(many(1, 5, { admitted: 1, closed: 9 })));
  assert.deepEqual(checked.breaches, []);
  assert.equal(checked.openIntervals, 5);
  assert.deepEqual(checked.fullest, { open: 5, limit: 5 });
});

test('CAP: six open at a limit of five are a breach that names the sixth, the five before it and the moment', () => {
  const { breaches } = checkCap(workspace(many(1, 6, { admitted: 1, closed: 9 })));
  assert.equal(breaches.length, 1);
  assert.deepEqual(breaches[0]!.executionIds, ['e-6', 'e-1', 'e-2', 'e-3', 'e-4', 'e-5']);
  assert.deepEqual(breaches[0]!.seqs, [6, 1, 2, 3, 4, 5]);
  assert.deepEqual(breaches[0]!.times, ['2026-01-01T00:00:01.000000Z']);
  assert.equal(breaches[0]!.workspaceId, 'ws');
});

test('CAP: a sixth that opens one microsecond before the first has ended is a breach, and in its very microsecond none', () => {
  const handoff = (opened: number) =>
    checkCap(
      workspace([
        admitted(1, { admitted: 1, closed: 5 }),
        ...many(2, 4, { admitted: 1, closed: 9 }),
        admitted(6, { admitted: 4, opened, closed: 9 }),
      ]),
    ).breaches.length;
  assert.equal(handoff(4.999999), 1);
  assert.equal(handoff(5), 0);
  assert.equal(handoff(5.000001), 0);
});

test('CAP: after a reduction running executions may run on', () => {
  const limits: [number, number][] = [
    [0, 10],
    [3, 5],
  ];
  const { breaches } = checkCap(workspace(many(1, 10, { admitted: 1, closed: 20 }), { limits }));
  assert.deepEqual(breaches, []);
});

test('CAP: after a reduction an execution that opens while as many as the new limit run is a breach', () => {
  const limits: [number, number][] = [
    [0, 10],
    [3, 5],
  ];
  const drained = (stillOpen: number) =>
    checkCap(
      workspace(
        [
          ...many(1, 10 - stillOpen, { admitted: 1, closed: 4 }),
          ...many(11 - stillOpen, stillOpen, { admitted: 1, closed: 20 }),
          admitted(11, { admitted: 5, closed: 20 }),
        ],
        { limits },
      ),
    ).breaches.map((breach) => breach.executionIds[0]);
  assert.deepEqual(drained(7), ['e-11']);
  assert.deepEqual(drained(5), ['e-11']);
  assert.deepEqual(drained(4), []);
});

test('CAP: an execution that was admitted before a reduction may open after it', () => {
  const limits: [number, number][] = [
    [0, 10],
    [3, 5],
  ];
  const executions = [
    ...many(1, 9, { admitted: 1, closed: 20 }),
    admitted(10, { admitted: 2, opened: 4, closed: 20 }),
  ];
  assert.deepEqual(checkCap(workspace(executions, { limits })).breaches, []);
});

test('CAP: an execution that was admitted before a raise may open among executions that were admitted after it', () => {
  const limits: [number, number][] = [
    [0, 5],
    [3, 10],
  ];
  const executions = [
    ...many(1, 4, { admitted: 1, closed: 20 }),
    admitted(5, { admitted: 1, opened: 6, closed: 20 }),
    ...many(6, 5, { admitted: 3, opened: 4, closed: 20 }),
  ];
  assert.deepEqual(checkCap(workspace(executions, { limits })).breaches, []);
});

test('CAP: a later raise does not cover what was admitted over the limit before it', () => {
  const limits: [number, number][] = [
    [0, 5],
    [3, 10],
  ];
  const executions = many(1, 6, { admitted: 2, opened: 4, closed: 20 });
  assert.deepEqual(
    checkCap(workspace(executions, { limits })).breaches.map((breach) => breach.executionIds[0]),
    ['e-6'],
  );
});

test('CAP: an execution whose late opening puts a later one over the limit is a breach', () => {
  const executions = [
    admitted(1, { admitted: 1, opened: 6, closed: 20 }),
    ...many(2, 5, { admitted: 2, closed: 20 }),
  ];
  const [breach] = checkCap(workspace(executions)).breaches;
  assert.equal(breach?.executionIds[0], 'e-6');
  assert.match(breach.what, /when execution e-1 opened/);
});

test('CAP: an admission before the first recorded limit is a breach', () => {
  const { breaches } = checkCap(workspace([admitted(1, { admitted: 1, closed: 2 })], { limits: [[3, 5]] }));
  assert.match(breaches[0]!.what, /no limit is recorded/);
});

test('CAP: the runs of one execution that continues as new are one opening', () => {
  const chained = admitted(
    1,
    { admitted: 1 },
    {
      runs: [
        run(1, { at: at(3), by: 'continued', outcome: null }, { runId: 'a' }),
        run(3, { at: at(5), by: 'reset', outcome: null }, { runId: 'b', firstRunId: 'a' }),
        run(5.1, ended(9), { runId: 'c', firstRunId: 'a' }),
      ],
    },
  );
  const limits: [number, number][] = [[0, 1]];
  assert.equal(checkCap(workspace([chained], { limits })).openIntervals, 1);
  // While the reset is between its two runs, nobody else may open.
  const intruder = admitted(2, { admitted: 5, opened: 5.05, closed: 6 });
  assert.equal(checkCap(workspace([chained, intruder], { limits })).breaches.length, 1);
});

test("CAP: an operator's reset of an execution that had ended is outside it; a second start is not", () => {
  const again = (firstRunId: string) =>
    admitted(
      1,
      { admitted: 1, closed: 2 },
      { runs: [run(1, ended(2), { runId: 'a' }), run(4, ended(9), { runId: 'b', firstRunId })] },
    );
  const other = admitted(2, { admitted: 3, closed: 9 });
  const limits: [number, number][] = [[0, 1]];
  assert.equal(checkCap(workspace([again('a'), other], { limits })).breaches.length, 0);
  assert.equal(checkCap(workspace([again('b'), other], { limits })).breaches.length, 1);
});

test("CAP: somebody else's workflow under an execution's id takes no slot; one that says it is ours does", () => {
  const taken = admitted(6, { admitted: 1 }, { status: 'failed', runs: [run(1, null, { isOurs: false })] });
  const five = many(1, 5, { admitted: 1, closed: 9 });
  assert.equal(checkCap(workspace([...five, taken])).breaches.length, 0);
  const stray = {
    workflowId: 'execution.x',
    runId: 'r',
    executionId: null,
    startedAt: at(2),
    closedAt: null,
    isUnadmitted: false,
    why: 'there is no row',
  };
  assert.equal(checkCap(workspace(five, { strays: [stray] })).breaches.length, 1);
});

test('CAP: an execution that opened and closed within one microsecond was open', () => {
  const executions = [
    ...many(1, 5, { admitted: 1, closed: 9 }),
    admitted(6, { admitted: 2, opened: 3, closed: 3 }),
    admitted(7, { admitted: 4, opened: 10, closed: 11 }),
  ];
  assert.deepEqual(
    checkCap(workspace(executions)).breaches.map((breach) => breach.executionIds[0]),
    ['e-6'],
  );
});

/** Of five that are open at a limit of 10 one ends at 40 s, and another takes its place in that moment. */
const replaced = (fields: Parameters<typeof startedAhead>[2], admittedAt = 41) => [
  admitted(1, { admitted: 1, closed: 40 }, { limitAtAdmission: 10 }),
  ...many(2, 4, { admitted: 1, closed: 90 }),
  startedAhead(6, { opened: 40, admitted: admittedAt, closed: 90 }, fields),
];

test('CAP: what was started ahead of its admission is judged by the limit in its row, and is counted', () => {
  const limits: [number, number][] = [
    [0, 5],
    [40.5, 4],
  ];
  const { breaches, startedAhead: ahead } = checkCap(workspace(replaced({}), { limits }));
  assert.deepEqual([breaches, ahead], [[], 1]);
  const sixth = [...replaced({}), startedAhead(7, { opened: 40.1, admitted: 41, closed: 90 })];
  assert.deepEqual(
    checkCap(workspace(sixth, { limits })).breaches.map(({ seqs }) => seqs[0]),
    [7],
  );
  const check = capCheck();
  const rules = { accepted: null, graceSeconds: 60, maxIdleSlotSeconds: 60 };
  check.checkWorkspace(workspace(replaced({}), { limits }), rules);
  assert.match(check.measured(rules), /^6 open intervals, 1 of them started ahead; at most 5 open/);
});

test('CAP: what was started ahead under a limit that was not in force 30 s before its start or until its admission is a breach', () => {
  const judged = (limit: number | null, ...limits: [number, number][]) =>
    checkCap(workspace(replaced({ limitAtAdmission: limit }), { limits: [[0, 10], ...limits] })).breaches.map(
      ({ what }) => /not in force/.test(what),
    );
  assert.deepEqual(judged(10, [10.1, 5]), [], 'it was until 29.9 s before the start');
  assert.deepEqual(judged(10, [9.9, 5]), [true], 'it was until 30.1 s before the start');
  assert.deepEqual(judged(11), [true], 'it never was');
  assert.deepEqual(judged(11, [40.5, 11]), [], 'between start and admission');
  assert.deepEqual(judged(11, [41.1, 11]), [true], 'after the admission');
  assert.deepEqual(judged(null), [false], 'no limit is known');
});

test('CAP: a row that was claimed from the reservation of a gate that is gone is judged by its own limit while that can have been, and else by the one in force', () => {
  const claimed = (cutAt: number) =>
    checkCap(
      workspace(replaced({ startedAhead: false, limitAtAdmission: 5 }), {
        limits: [
          [0, 5],
          [cutAt, 4],
        ],
      }),
    ).breaches.map(({ seqs }) => seqs[0]);
  assert.deepEqual(claimed(40.5), []);
  assert.deepEqual(claimed(10.1), []);
  assert.deepEqual(claimed(9.9), [6]);
});
