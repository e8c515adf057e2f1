import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Breach } from '../../src/audit/judging/breach.ts';
import { clockOffsetOf } from '../../src/audit/record/clocks.ts';
import { checkCounters } from '../../src/audit/checks/counters.ts';
import { checkDurable, checkDurableWithoutWorkspace } from '../../src/audit/checks/durable.ts';
import { checkFifo } from '../../src/audit/checks/fifo.ts';
import { checkLeak } from '../../src/audit/checks/leak.ts';
import { checkOnce } from '../../src/audit/checks/once.ts';
import { checkOutcome } from '../../src/audit/checks/outcome.ts';
import type { ExecutionRecord, RunOutcome } from '../../src/audit/record/workspace-record.ts';
import { isStillStray } from '../../src/audit/record/started-ahead.ts';
import { COMPLETED, admitted, at, ended, execution, many, run, startedAhead, workspace } from './records.ts';

const named = (breaches: readonly Breach[]) => breaches.map((breach) => breach.executionIds);

test('FIFO: rows admitted in seq order, several at once, are in order', () => {
  const executions = [...many(1, 3, { admitted: 1, closed: 2 }), admitted(4, { admitted: 2 }), execution(5)];
  assert.deepEqual(checkFifo(workspace(executions)), { breaches: [], admissions: 4 });
});

test('FIFO: a row admitted before one that stood in the queue before it is a breach', () => {
  const { breaches } = checkFifo(workspace([admitted(1, { admitted: 5 }), admitted(2, { admitted: 4 })]));
  assert.deepEqual(named(breaches), [['e-2', 'e-1']]);
});

test('FIFO: a row that still waits behind a later one that was admitted is a breach', () => {
  const { breaches } = checkFifo(workspace([execution(1), admitted(2, { admitted: 4 })]));
  assert.deepEqual(named(breaches), [['e-2', 'e-1']]);
});

for (const status of ['cancelled', 'terminated'] as const)
  test(`FIFO: a row that was ${status} while it was pending was overtaken only when a later one was admitted before that`, () => {
    const endedAt = (seconds: number) => execution(1, { status, closedAt: at(seconds) });
    const overtaken = (seconds: number) =>
      checkFifo(workspace([endedAt(seconds), admitted(2, { admitted: 4 })])).breaches.length;
    assert.equal(overtaken(3), 0);
    assert.equal(overtaken(5), 1);
  });

test('FIFO: seq is the order of commits', () => {
  const executions = [execution(1, { createdAt: at(2) }), execution(2, { createdAt: at(1) })];
  assert.deepEqual(named(checkFifo(workspace(executions)).breaches), [['e-2', 'e-1']]);
});

test('FIFO: a row that ended without ever having been admitted is a breach, and so is a seq that was never given out', () => {
  const completed = execution(1, { status: 'completed', closedAt: at(1) });
  assert.equal(checkFifo(workspace([completed])).breaches.length, 1);
  assert.equal(checkFifo(workspace([execution(1), execution(2)], { lastSeq: 1 })).breaches.length, 1);
});

const answer = { workspaceId: 'ws', executionId: 'e-1', seq: 1, status: 202, at: 'then' } as const;

test('DURABLE: an answered execution that is there under its seq and key is kept', () => {
  const record = workspace([execution(1, { idempotencyKey: 'k' })]);
  const accepted = [answer, { ...answer, key: 'k' }, { ...answer, key: 'k', status: 200 as const }];
  assert.deepEqual(checkDurable(record, accepted), { breaches: [], answers: 3, perhapsDropped: 0 });
});

test('DURABLE: an answered execution without a row, or with another seq, is a breach', () => {
  const record = workspace([execution(1)]);
  assert.deepEqual(named(checkDurable(record, [{ ...answer, executionId: 'e-9' }]).breaches), [['e-9']]);
  assert.deepEqual(named(checkDurable(record, [{ ...answer, seq: 2 }]).breaches), [['e-1']]);
  assert.equal(checkDurableWithoutWorkspace([answer]).breaches.length, 1);
});

test('DURABLE: a repeated key that was answered with another execution than the first, or that no row carries, is a breach', () => {
  const record = workspace([execution(1, { idempotencyKey: 'k' }), execution(2)]);
  const repeated = { ...answer, key: 'k', status: 200 } as const;
  assert.equal(checkDurable(record, [{ ...repeated, executionId: 'e-2', seq: 2 }]).breaches.length, 1);
  assert.equal(checkDurable(record, [{ ...repeated, key: 'unknown' }]).breaches.length, 1);
});

test('ONCE: a rerun is of an execution that had ended, in this workspace', () => {
  const old = execution(1, { status: 'completed', closedAt: at(3), movedAt: at(3) });
  const rerun = (fields: Partial<ExecutionRecord> = {}) =>
    execution(2, { rerunOf: 'e-1', createdAt: at(4), ...fields });
  const breaches = (...executions: ExecutionRecord[]) => named(checkOnce(workspace(executions)).breaches);
  assert.deepEqual(breaches(old, rerun()), []);
  assert.deepEqual(breaches(old, rerun({ createdAt: at(2) })), [['e-2', 'e-1']]);
  assert.deepEqual(breaches(execution(1), rerun()), [['e-2', 'e-1']]);
  assert.deepEqual(breaches(old, rerun({ rerunOf: 'e-9' })), [['e-2', 'e-9']]);
  const kept = workspace([rerun({ rerunOf: 'e-9' })], { keptSince: at(1) });
  assert.deepEqual(checkOnce(kept).breaches, []);
});

test('DURABLE: a seq without a row is a breach, wherever it is missing', () => {
  const seqs = (...present: number[]) =>
    checkDurable(
      workspace(
        present.map((seq) => execution(seq)),
        { lastSeq: 4 },
      ),
      [],
    ).breaches.map((breach) => breach.seqs);
  assert.deepEqual(seqs(1, 2, 3, 4), []);
  assert.deepEqual(seqs(2, 3, 4), [[1]]);
  assert.deepEqual(seqs(1, 4), [[2, 3]]);
  assert.deepEqual(seqs(1, 2, 3), [[4]]);
  assert.deepEqual(seqs(), [[1, 4]]);
});

test('DURABLE: a row that retention may have dropped need not be there; one that was accepted since is missed', () => {
  const dropped = (createdAt: number, keptSince: number) => {
    const rows = [execution(2, { createdAt: at(createdAt) }), execution(5, { createdAt: at(900) })];
    const { breaches, perhapsDropped } = checkDurable(workspace(rows, { keptSince: at(keptSince) }), []);
    return [breaches.map((breach) => breach.seqs), perhapsDropped];
  };
  assert.deepEqual(dropped(100, 500), [[], 3]);
  assert.deepEqual(dropped(600, 500), [[[3, 4]], 1], 'both were accepted after the one in front of them');
  assert.deepEqual(dropped(600, -1), [[[1], [3, 4]], 0], 'the workspace was made since');
  const answered = (seconds: number) =>
    checkDurable(workspace([execution(1)], { keptSince: at(500) }), [
      { ...answer, executionId: 'e-9', at: new Date(at(seconds) / 1000).toISOString() },
    ]).breaches.length;
  assert.deepEqual([answered(499), answered(501)], [0, 1]);
});

const withRuns = (runs: ExecutionRecord['runs'], fields: Partial<ExecutionRecord> = {}) =>
  admitted(1, { admitted: 1, closed: 2 }, { runs, runId: 'a', ...fields });

test('ONCE: runs by continue-as-new, retry and reset belong to the one workflow of an execution', () => {
  const runs = [
    run(1, { at: at(3), by: 'continued', outcome: null }, { runId: 'a' }),
    run(3, ended(4), { runId: 'b', firstRunId: 'a' }),
  ];
  const { breaches, notes, workflows, furtherRuns } = checkOnce(workspace([withRuns(runs)]));
  assert.deepEqual(
    { breaches, notes, workflows, furtherRuns },
    {
      breaches: [],
      notes: [],
      workflows: 1,
      furtherRuns: 1,
    },
  );
});

test('ONCE: a second start of an execution is a breach that names both first runs', () => {
  const { breaches } = checkOnce(
    workspace([withRuns([run(1, ended(2), { runId: 'a' }), run(3, null, { runId: 'b' })])]),
  );
  assert.deepEqual(named(breaches), [['e-1']]);
  assert.match(breaches[0]!.what, /a and b/);
});

test('ONCE: a workflow that began with another run than its row names is a breach', () => {
  const { breaches } = checkOnce(workspace([withRuns([run(1, ended(2), { runId: 'b' })])]));
  assert.deepEqual(named(breaches), [['e-1']]);
});

test('ONCE: a workflow that says it is ours and has no admitted row is a breach', () => {
  const stray = {
    workflowId: 'execution.x',
    runId: 'r',
    executionId: 'x',
    startedAt: at(2),
    closedAt: null,
    isUnadmitted: false,
    why: 'there is no row x',
  };
  const { breaches } = checkOnce(workspace([], { strays: [stray] }));
  assert.deepEqual(named(breaches), [['x']]);
});

test('ONCE: a workflow of a row that was not admitted is a stray, unless the row is by now, or is pending for no longer than 30 s after its start', () => {
  const stray = {
    workflowId: 'execution.e-1',
    runId: 'r',
    executionId: 'e-1',
    startedAt: at(100),
    closedAt: null,
    isUnadmitted: true,
    why: 'its row was never admitted',
  };
  const judged = (row: ExecutionRecord | null, readAt = 130) =>
    isStillStray(stray, { executions: row === null ? [] : [row], readAt: at(readAt) });
  assert.equal(judged(execution(1)), false);
  assert.equal(judged(execution(1), 130.001), true);
  assert.equal(judged(startedAhead(1, { opened: 100, admitted: 101 }), 900), false);
  assert.equal(judged(execution(1, { status: 'cancelled', closedAt: at(101) })), true);
  assert.equal(judged(null), true);
  assert.equal(
    isStillStray({ ...stray, isUnadmitted: false }, { executions: [execution(1)], readAt: at(101) }),
    true,
  );
});

test("ONCE: an operator's reset of an execution that had ended is noted and no breach", () => {
  const runs = [run(1, ended(2), { runId: 'a' }), run(5, null, { runId: 'b', firstRunId: 'a' })];
  const { breaches, notes } = checkOnce(workspace([withRuns(runs)]));
  assert.deepEqual(breaches, []);
  assert.deepEqual(
    notes.map((note) => [note.kind, note.executionIds]),
    [['operator-reset', ['e-1']]],
  );
});

const outcome = (fields: Partial<ExecutionRecord>) =>
  checkOutcome(workspace([admitted(1, { admitted: 1, closed: 2 }, fields)]));
const ranTo = (status: RunOutcome['status'], failureType: string | null = null) => [
  run(1, ended(2, { status, result: { md5: null, omitted: null }, failureType }), { runId: 'a' }),
];

test('OUTCOME: a row that says what Temporal says is right', () => {
  assert.deepEqual(outcome({}), { breaches: [], notes: [], compared: 1 });
  for (const status of ['failed', 'cancelled', 'terminated', 'timed_out'] as const)
    assert.equal(outcome({ status, runs: ranTo(status) }).breaches.length, 0, status);
});

test('OUTCOME: a row with another status or another result than Temporal has is a breach', () => {
  assert.deepEqual(named(outcome({ status: 'failed' }).breaches), [['e-1']]);
  assert.equal(outcome({ runs: ranTo('terminated') }).breaches.length, 1);
  assert.equal(outcome({ result: { md5: 'other', omitted: null } }).breaches.length, 1);
  assert.equal(outcome({ result: { md5: null, omitted: null } }).breaches.length, 1);
  const omitted = { reason: 'too-large', bytes: 300_000 };
  assert.equal(outcome({ result: { md5: null, omitted } }).breaches.length, 1);
  const refused = { reason: 'not-storable', bytes: 5 };
  assert.equal(outcome({ result: { md5: null, omitted: refused } }).breaches.length, 0);
});

test('OUTCOME: a result that is no longer kept is not compared, and its status still is', () => {
  const gone = { result: { md5: null, omitted: null }, resultIsGone: true };
  assert.deepEqual(outcome(gone), { breaches: [], notes: [], compared: 1 });
  assert.equal(outcome({ ...gone, runs: ranTo('terminated') }).breaches.length, 1);
  assert.equal(outcome({ ...gone, runs: ranTo('completed') }).breaches.length, 1, 'Temporal has no result');
});

test('OUTCOME: a workflow that went with its payloads cannot be checked, and is no breach', () => {
  for (const runs of [[], [run(1, null, { isOurs: false })]]) {
    const { breaches, notes, compared } = outcome({ payloadsDeleted: true, resultIsGone: true, runs });
    assert.deepEqual([breaches, compared], [[], 0]);
    assert.equal(notes[0]?.kind, 'not-checkable');
  }
});

test('OUTCOME: a row that has ended while its workflow is open is a breach', () => {
  assert.equal(outcome({ runs: [run(1, null, { runId: 'a' })] }).breaches.length, 1);
});

test('OUTCOME: a completed row that was never started in Temporal is a breach, unless Temporal may have forgotten it', () => {
  assert.deepEqual(named(outcome({ runs: [] }).breaches), [['e-1']]);
  const record = workspace([admitted(1, { admitted: 1, closed: 2 }, { runs: [] })], {
    keptMicros: 3_600_000_000,
    readAt: at(3_700),
  });
  const { breaches, notes, compared } = checkOutcome(record);
  assert.deepEqual(breaches, []);
  assert.equal(compared, 0);
  assert.deepEqual(
    notes.map((note) => [note.kind, note.executionIds]),
    [['not-checkable', ['e-1']]],
  );
});

test('OUTCOME: what was asked to end before it had a slot may have been cancelled or terminated without a workflow', () => {
  const unstarted = { runs: [], runId: null, startedAt: null, endRequestedAt: at(0.9) };
  for (const status of ['cancelled', 'terminated'] as const) {
    assert.equal(outcome({ ...unstarted, status }).breaches.length, 0, status);
    assert.equal(outcome({ ...unstarted, status, endRequestedAt: at(1.1) }).breaches.length, 1, status);
    assert.equal(outcome({ ...unstarted, status, endRequestedAt: null }).breaches.length, 1, status);
    assert.equal(outcome({ ...unstarted, status, runId: 'a' }).breaches.length, 1, status);
    assert.equal(
      outcome({ ...unstarted, status, runs: [run(1, null, { isOurs: false })] }).breaches.length,
      1,
      status,
    );
  }
  assert.equal(outcome({ ...unstarted, status: 'completed' }).breaches.length, 1);
});

test('OUTCOME: the failures that Sluice itself gives need no workflow, and do not excuse one', () => {
  const open = [run(1, null, { runId: 'a' })];
  const theirs = [run(1, null, { isOurs: false })];
  for (const failureType of ['OutcomeUnknown', 'StartRefused', 'WorkflowIdTaken']) {
    const runs = failureType === 'WorkflowIdTaken' ? theirs : [];
    assert.equal(outcome({ status: 'failed', failureType, runs }).breaches.length, 0, failureType);
    assert.equal(outcome({ status: 'failed', failureType, runs: open }).breaches.length, 1, failureType);
    const known = ranTo('failed', 'Error');
    assert.equal(outcome({ status: 'failed', failureType, runs: known }).breaches.length, 1, failureType);
  }
  assert.equal(outcome({ status: 'failed', failureType: 'Error', runs: [] }).breaches.length, 1);
  assert.equal(outcome({ runs: theirs }).breaches.length, 1, 'completed by a workflow that is not ours');
  assert.equal(
    outcome({ status: 'failed', failureType: 'WorkflowIdTaken', runs: [] }).notes[0]?.kind,
    'not-checkable',
  );
});

test('OUTCOME: an execution that was reset after its end may say any of its ends', () => {
  const runs = [...ranTo('terminated'), run(5, ended(6, COMPLETED), { runId: 'b', firstRunId: 'a' })];
  assert.equal(outcome({ status: 'terminated', runs }).breaches.length, 0);
  assert.equal(outcome({ runs }).breaches.length, 0);
  assert.equal(outcome({ status: 'failed', runs }).breaches.length, 1);
});

test("OUTCOME: a start time that is not Temporal's own is a breach", () => {
  assert.equal(outcome({ startedAt: at(1) + 999 }).breaches.length, 0);
  assert.equal(outcome({ startedAt: at(1) + 1_000 }).breaches.length, 1);
});

test('LEAK: a slot held for longer than the grace by an execution that has ended, or never started, is a breach', () => {
  const held = (runs: ExecutionRecord['runs'], readAtSeconds: number) =>
    named(
      checkLeak(
        workspace([execution(1, { status: 'running', admittedAt: at(1), runs })], {
          readAt: at(readAtSeconds),
        }),
        60,
      ).breaches,
    );
  assert.deepEqual(held([run(1, null)], 900), []);
  assert.deepEqual(held([run(1, ended(10))], 70), []);
  assert.deepEqual(held([run(1, ended(10))], 71), [['e-1']]);
  assert.deepEqual(held([], 61), []);
  assert.deepEqual(held([], 62), [['e-1']]);
  assert.deepEqual(held([run(1, null, { isOurs: false })], 62), [['e-1']]);
});

test('LEAK: an end that Temporal recorded after the rows were read is none yet', () => {
  const { breaches, longestMicros } = checkLeak(
    workspace([execution(1, { status: 'running', admittedAt: at(1), runs: [run(1, ended(10))] })], {
      readAt: at(5),
    }),
    0,
  );
  assert.deepEqual({ breaches, longestMicros }, { breaches: [], longestMicros: 0 });
});

test('COUNTERS: counters that are not the number of the rows are breaches', () => {
  const counted = (fields: Parameters<typeof workspace>[1]) =>
    checkCounters(workspace([admitted(1, { admitted: 1 }), execution(2), execution(3)], fields)).breaches
      .length;
  assert.equal(counted({}), 0);
  assert.equal(counted({ pending: 1 }), 1);
  assert.equal(counted({ running: 2 }), 1);
});

test('COUNTERS: a row in the queue or in a slot where none is looked for is a breach', () => {
  const judged = (fields: Parameters<typeof workspace>[1]) =>
    checkCounters(
      workspace([admitted(1, { admitted: 1 }), admitted(2, { admitted: 1 }), execution(3)], fields),
    ).breaches.map(({ what }) => what);
  assert.deepEqual(judged({ claimedThroughSeq: 2, oldestRunningSeq: 1 }), []);
  assert.match(judged({ claimedThroughSeq: 3 }).join('\n'), /^.*seq 3, and the row with seq 3 is pending\.$/);
  assert.match(
    judged({ oldestRunningSeq: 2 }).join('\n'),
    /^.*from seq 2, and the row with seq 1 is running\.$/,
  );
});

test('COUNTERS: a limit that is not the last one recorded, and a record out of order, are breaches', () => {
  const judged = (fields: Parameters<typeof workspace>[1]) =>
    checkCounters(workspace([], fields)).breaches.length;
  assert.equal(judged({ limitInForce: 7 }), 1);
  assert.equal(judged({ limitChanges: [] }), 1);
  assert.equal(judged({ tier: 'enterprise' }), 1);
  assert.equal(
    judged({
      limits: [
        [5, 7],
        [3, 5],
      ],
    }),
    1,
  );
  assert.equal(
    judged({
      limits: [
        [3, 7],
        [5, 5],
      ],
    }),
    0,
  );
});

test('COUNTERS: a limit that the tier has changed and no reconcile has recorded is noted, where something waits or runs', () => {
  const { breaches, notes } = checkCounters(workspace([execution(1)], { tierLimit: 8 }));
  assert.deepEqual(breaches, []);
  assert.deepEqual(
    notes.map(({ kind }) => kind),
    ['limit-not-yet-recorded'],
  );
  assert.deepEqual(checkCounters(workspace([], { tierLimit: 8 })).notes, []);
});

test('the offset of the clocks is bounded by admissions before starts and by ends before handoffs', () => {
  const record = workspace(
    [
      admitted(1, { admitted: 1, opened: 1.3, closed: 5.2 }),
      admitted(2, { admitted: 5.1, opened: 5.4, closed: 7 }),
    ],
    { limits: [[0, 1]] },
  );
  assert.deepEqual(clockOffsetOf(record), { atLeast: 100_000, atMost: 300_000 });
});

test('what was started ahead of its admission, or may have been, says nothing of the clocks, and its end does', () => {
  const bounds = (fields: Partial<ExecutionRecord>) =>
    clockOffsetOf(
      workspace(
        [
          admitted(1, { admitted: 1, opened: 1.3, closed: 5 }, { limitAtAdmission: 1 }),
          admitted(2, { admitted: 6, opened: 5.1, closed: 7 }, fields),
          admitted(3, { admitted: 6.9, opened: 7.4 }, { limitAtAdmission: 1 }),
        ],
        { limits: [[0, 1]] },
      ),
    );
  const expected = { atLeast: 100_000, atMost: 300_000 };
  assert.deepEqual(bounds({ startedAhead: true, limitAtAdmission: 1 }), expected);
  assert.deepEqual(bounds({ limitAtAdmission: 2 }), expected);
  assert.equal(bounds({ limitAtAdmission: 1 }).atMost, -900_000);
});
