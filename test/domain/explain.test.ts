import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { explain } from '../../src/domain/explain/explain.ts';
import type {
  ExplainedExecution,
  ExplainedWorkspace,
  ExplainFacts,
} from '../../src/domain/explain/explain-facts.ts';
import { explainToCustomer } from '../../src/domain/explain/explain-to-customer.ts';
import { REASONS, type Reason } from '../../src/domain/explain/reason.ts';
import { isTerminal, STATUSES, type Status } from '../../src/domain/status.ts';

const NOW = new Date('2026-11-28T15:00:00Z');
const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1_000);

const execution = (status: Status, given: Partial<ExplainedExecution> = {}): ExplainedExecution => ({
  status,
  position: status === 'pending' ? 1 : null,
  positionIsUpperBound: false,
  createdAt: ago(120),
  startAfter: null,
  startBefore: null,
  admittedAt: isTerminal(status) || status === 'running' ? ago(60) : null,
  startedAt: isTerminal(status) || status === 'running' ? ago(59) : null,
  closedAt: isTerminal(status) ? ago(30) : null,
  cancelRequestedAt: null,
  terminateRequestedAt: null,
  failure: null,
  stall: null,
  ...given,
});

const workspace = (given: Partial<ExplainedWorkspace> = {}): ExplainedWorkspace => ({
  limit: 5,
  limitSource: 'tier',
  running: 5,
  stalled: 0,
  oldestSlotSince: ago(11_535),
  paused: null,
  deletingSince: null,
  restoringSince: null,
  taskQueue: 'workflow.workspace.acme',
  workerPolls: true,
  gatesPoll: true,
  lastAdmissionAt: ago(125),
  reconciledAt: ago(240),
  ...given,
});

interface Case {
  readonly name: string;
  readonly execution: ExplainedExecution;
  readonly workspace?: Partial<ExplainedWorkspace>;
  readonly reason: Reason;
  readonly sentence: string;
  readonly toCustomer: string;
}

const pending = (given: Partial<ExplainedExecution> = {}) => execution('pending', given);
const PAUSE = { since: ago(600), until: null, reason: 'invoice unpaid', by: 'key1' };

const CASES: readonly Case[] = [
  {
    name: 'scheduled',
    execution: execution('scheduled', { startAfter: new Date('2026-11-29T08:00:00Z') }),
    reason: 'scheduled',
    sentence: 'It is scheduled: it enters the queue at 2026-11-29 08:00:00 UTC, in 17 h.',
    toCustomer: 'It is scheduled, and waits for its turn from 2026-11-29 08:00:00 UTC on.',
  },
  {
    name: 'scheduled and due',
    execution: execution('scheduled', { startAfter: ago(1) }),
    reason: 'scheduled',
    sentence:
      'It is scheduled, and its time has come: a worker with the role "gates" puts it into the queue within a second or two.',
    toCustomer: 'It is scheduled, and waits for its turn in a moment.',
  },
  {
    name: 'pending behind others while all slots are taken',
    execution: pending({ position: 13 }),
    reason: 'slots-taken',
    sentence:
      "It waits behind 12 others: all 5 slots (its tier's limit) are taken, the oldest for 3 h 12 min, and the last admission was 2 min 5 s ago.",
    toCustomer: 'It waits behind 12 others, and starts when it is its turn.',
  },
  {
    name: 'next behind one slot',
    execution: pending(),
    workspace: {
      limit: 1,
      running: 1,
      limitSource: 'override',
      oldestSlotSince: ago(5),
      lastAdmissionAt: null,
    },
    reason: 'slots-taken',
    sentence: 'It is next in the queue: the one slot (its own limit) is taken, for 5 s.',
    toCustomer: 'It waits and is next, and starts when it is its turn.',
  },
  {
    name: 'far back in a long queue, behind executions that are stalled',
    execution: pending({ position: 20_001, positionIsUpperBound: true }),
    workspace: { stalled: 2, oldestSlotSince: null, lastAdmissionAt: null },
    reason: 'slots-taken',
    sentence:
      "It waits behind at most 20000 others: all 5 slots (its tier's limit) are taken; 2 of those that run make no progress.",
    toCustomer: 'It waits behind 20000 others, and starts when it is its turn.',
  },
  {
    name: 'pending while no worker polls the task queue of what runs',
    execution: pending({ position: 2 }),
    workspace: { workerPolls: false, oldestSlotSince: null, lastAdmissionAt: null },
    reason: 'slots-taken',
    sentence:
      "It waits behind 1 other: all 5 slots (its tier's limit) are taken; no worker polls workflow.workspace.acme, so what runs there goes no further.",
    toCustomer: 'It waits behind 1 other, and starts when it is its turn.',
  },
  {
    name: 'pending after the limit was lowered',
    execution: pending({ position: 3 }),
    workspace: { limit: 2, running: 5 },
    reason: 'over-limit',
    sentence:
      'It waits behind 2 others: 5 executions run and the limit is 2 now, so the next is admitted when 4 of them have ended.',
    toCustomer: 'It waits behind 2 others, and starts when it is its turn.',
  },
  {
    name: 'pending with a free slot, just now',
    execution: pending({ createdAt: ago(1) }),
    workspace: { running: 4 },
    reason: 'about-to-start',
    sentence: 'It is about to start: 1 slot of 5 is free.',
    toCustomer: 'It is about to start.',
  },
  {
    name: 'pending behind more than there are free slots, which are being filled',
    execution: pending({ position: 9, createdAt: ago(1) }),
    workspace: { running: 3 },
    reason: 'about-to-start',
    sentence: 'It waits behind 8 others: 2 slots of 5 are free and being filled.',
    toCustomer: 'It waits behind 8 others, and starts soon.',
  },
  {
    name: 'pending with free slots that its gate does not fill',
    execution: pending(),
    workspace: { running: 3 },
    reason: 'gate-late',
    sentence:
      "It is next in the queue though 2 slots of 5 are free: the workspace's gate last reconciled 4 min ago, and the sweep wakes it or replaces it within some minutes, else look at its page in the Temporal Web UI and at the workers' log.",
    toCustomer: 'It waits and is next, and nothing is started at the moment.',
  },
  {
    name: 'pending with free slots while no worker has the role gates',
    execution: pending({ position: 4 }),
    workspace: { running: 3, gatesPoll: false },
    reason: 'gates-not-polled',
    sentence:
      'It waits behind 3 others: no worker with the role "gates" polls Temporal, so nothing is admitted in any workspace until one runs.',
    toCustomer: 'It waits behind 3 others, and nothing is started at the moment.',
  },
  {
    name: 'paused until somebody resumes it',
    execution: pending({ position: 4 }),
    workspace: { paused: PAUSE },
    reason: 'paused',
    sentence:
      'It waits behind 3 others: its workspace is paused since 2026-11-28 14:50:00 UTC until somebody resumes it, by the key key1, because "invoice unpaid".',
    toCustomer: 'It waits behind 3 others, and nothing is started at the moment.',
  },
  {
    name: 'paused for a time',
    execution: pending(),
    workspace: { paused: { ...PAUSE, until: new Date('2026-11-28T18:00:00Z'), reason: null, by: null } },
    reason: 'paused',
    sentence:
      'It is next in the queue: its workspace is paused since 2026-11-28 14:50:00 UTC until 2026-11-28 18:00:00 UTC.',
    toCustomer: 'It waits and is next, and nothing is started at the moment.',
  },
  {
    name: 'restoring',
    execution: pending(),
    workspace: { restoringSince: ago(600), paused: PAUSE },
    reason: 'restoring',
    sentence:
      'It is next in the queue: nothing of this workspace is started since 2026-11-28 14:50:00 UTC, because its database was restored from a backup or lost its last commits; an operator lets it go on by `npx sluice resume --after-restore`.',
    toCustomer: 'It waits and is next, and nothing is started at the moment.',
  },
  {
    name: 'pending while its workspace is being deleted',
    execution: pending(),
    workspace: { deletingSince: ago(600) },
    reason: 'deleting',
    sentence:
      'It is next in the queue and will not start, because its workspace is being deleted since 2026-11-28 14:50:00 UTC.',
    toCustomer: 'It waits, and will not start.',
  },
  {
    name: 'pending past its startBefore',
    execution: pending({ startBefore: ago(1) }),
    workspace: { paused: PAUSE },
    reason: 'expiring',
    sentence:
      'It was not admitted before its startBefore, 2026-11-28 14:59:59 UTC, and ends as expired within a second or two.',
    toCustomer: 'It could not start in time, and ends in a moment.',
  },
  {
    name: 'running',
    execution: execution('running'),
    reason: 'running',
    sentence: 'It has held a slot for 1 min, and its workflow runs.',
    toCustomer: 'It has started, and goes on.',
  },
  {
    name: 'running, of which Temporal has yet to tell the start',
    execution: execution('running', { startedAt: null, admittedAt: ago(0) }),
    reason: 'running',
    sentence:
      'It has held a slot for less than 1 s, and Temporal has not said yet that its workflow has started.',
    toCustomer: 'It has started, and goes on.',
  },
  {
    name: 'running but stalled',
    execution: execution('running', {
      stall: { since: ago(50), message: 'Its workflow task fails:\n  TypeError: x is not a function.' },
      cancelRequestedAt: ago(20),
    }),
    reason: 'stalled',
    sentence:
      'It has held a slot for 1 min and makes no progress since 2026-11-28 14:59:10 UTC: Its workflow task fails: TypeError: x is not a function; its cancellation was asked for 20 s ago.',
    toCustomer: 'It has started, and makes no progress at the moment.',
  },
  {
    name: 'running while no worker polls',
    execution: execution('running'),
    workspace: { workerPolls: false },
    reason: 'no-worker',
    sentence:
      'It has held a slot for 1 min, and no worker polls workflow.workspace.acme, so it goes no further until one does.',
    toCustomer: 'It has started, and makes no progress at the moment.',
  },
  {
    name: 'pending with its cancellation asked for, as its gate may have started it',
    execution: pending({ position: 3, cancelRequestedAt: ago(2) }),
    reason: 'ending',
    sentence:
      'It waits behind 2 others; its cancellation was asked for 2 s ago: it ends within some seconds, unless its gate has started it already.',
    toCustomer: 'It waits, and is asked to end.',
  },
  {
    name: 'running with its cancellation asked for',
    execution: execution('running', { cancelRequestedAt: ago(20) }),
    reason: 'ending',
    sentence:
      'It has held a slot for 1 min, and its workflow has not ended yet; its cancellation was asked for 20 s ago.',
    toCustomer: 'It has started, and is asked to end.',
  },
  {
    name: 'running with its termination asked for',
    execution: execution('running', { cancelRequestedAt: ago(20), terminateRequestedAt: ago(2) }),
    reason: 'ending',
    sentence:
      'It has held a slot for 1 min, and its workflow has not ended yet; its termination was asked for 2 s ago.',
    toCustomer: 'It has started, and is asked to end.',
  },
  {
    name: 'completed',
    execution: execution('completed'),
    reason: 'ended',
    sentence: 'It completed at 2026-11-28 14:59:30 UTC, 30 s after it had got its slot.',
    toCustomer: 'It completed at 2026-11-28 14:59:30 UTC.',
  },
  {
    name: 'failed',
    execution: execution('failed', { failure: { type: 'CardDeclined', message: 'no funds.' } }),
    reason: 'ended',
    sentence: 'It failed at 2026-11-28 14:59:30 UTC: CardDeclined: no funds.',
    toCustomer: 'It failed at 2026-11-28 14:59:30 UTC.',
  },
  {
    name: 'cancelled before it had a slot',
    execution: execution('cancelled', { admittedAt: null }),
    reason: 'ended',
    sentence: 'It was cancelled at 2026-11-28 14:59:30 UTC before it had a slot.',
    toCustomer: 'It was cancelled at 2026-11-28 14:59:30 UTC.',
  },
  {
    name: 'terminated',
    execution: execution('terminated', { failure: { type: 'Terminated', message: '' } }),
    reason: 'ended',
    sentence: 'It was terminated at 2026-11-28 14:59:30 UTC: Terminated.',
    toCustomer: 'It was ended at 2026-11-28 14:59:30 UTC.',
  },
  {
    name: 'timed out',
    execution: execution('timed_out', { failure: { type: 'TimedOut', message: 'after a day' } }),
    reason: 'ended',
    sentence:
      'It ran for longer than it may and was ended at 2026-11-28 14:59:30 UTC: TimedOut: after a day.',
    toCustomer: 'It took longer than it may and was ended at 2026-11-28 14:59:30 UTC.',
  },
  {
    name: 'expired',
    execution: execution('expired', { admittedAt: null, startBefore: ago(31) }),
    reason: 'ended',
    sentence:
      'It expired at 2026-11-28 14:59:30 UTC: it was not admitted before its startBefore, 2026-11-28 14:59:29 UTC.',
    toCustomer: 'It could not start in time and ended at 2026-11-28 14:59:30 UTC.',
  },
  {
    name: 'rejected',
    execution: execution('rejected', {
      admittedAt: null,
      failure: { type: 'QueueFull', message: '3 executions of this workspace wait.' },
    }),
    reason: 'ended',
    sentence:
      'It was rejected at 2026-11-28 14:59:30 UTC, after the transaction that asked for it had committed: QueueFull: 3 executions of this workspace wait.',
    toCustomer: 'It was not accepted, and ended at 2026-11-28 14:59:30 UTC.',
  },
];

for (const { name, execution: of, workspace: there, reason, sentence, toCustomer } of CASES)
  test(`an execution is explained that is ${name}`, () => {
    const facts = { now: NOW, execution: of, workspace: workspace(there) };
    assert.deepEqual(explain(facts), { reason, sentence });
    assert.deepEqual(explainToCustomer(facts), {
      sentence: toCustomer,
      status: of.status,
      position: of.position,
    });
  });

test('every reason and every status has a case of its own', () => {
  assert.deepEqual([...new Set(CASES.map(({ reason }) => reason))].sort(), [...REASONS].sort());
  assert.deepEqual([...new Set(CASES.map((one) => one.execution.status))].sort(), [...STATUSES].sort());
});

const SECRET = 'Zx9';
const secrets = fc.uuid().map((id) => `${SECRET}-${id}`);
const times = fc.date({
  min: ago(1_000_000),
  max: new Date(NOW.getTime() + 1_000_000_000),
  noInvalidDate: true,
});
const orNull = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null });

/** Any facts, also such as no database has, with a mark in each text that is of others, of an operator, or in the words of code. */
const anyFacts: fc.Arbitrary<ExplainFacts> = fc.record({
  now: fc.constant(NOW),
  execution: fc.record({
    status: fc.constantFrom(...STATUSES),
    position: orNull(fc.integer({ min: 1, max: 1e6 })),
    positionIsUpperBound: fc.boolean(),
    createdAt: times,
    startAfter: orNull(times),
    startBefore: orNull(times),
    admittedAt: orNull(times),
    startedAt: orNull(times),
    closedAt: orNull(times),
    cancelRequestedAt: orNull(times),
    terminateRequestedAt: orNull(times),
    failure: orNull(fc.record({ type: secrets, message: secrets })),
    stall: orNull(fc.record({ message: secrets, since: times })),
  }),
  workspace: fc.record({
    limit: fc.integer({ min: 1, max: 1_000 }),
    limitSource: fc.constantFrom('tier', 'override'),
    running: fc.integer({ min: 0, max: 1_000 }),
    stalled: fc.integer({ min: 0, max: 1_000 }),
    oldestSlotSince: orNull(times),
    paused: orNull(
      fc.record({ since: times, until: orNull(times), reason: orNull(secrets), by: orNull(secrets) }),
    ),
    deletingSince: orNull(times),
    restoringSince: orNull(times),
    taskQueue: secrets,
    workerPolls: orNull(fc.boolean()),
    gatesPoll: orNull(fc.boolean()),
    lastAdmissionAt: orNull(times),
    reconciledAt: orNull(times),
  }),
});

test('whatever is known, it is one sentence on one line without a hole', () => {
  fc.assert(
    fc.property(anyFacts, (facts) => {
      const { reason, sentence } = explain(facts);
      assert.ok(REASONS.includes(reason));
      for (const text of [sentence, explainToCustomer(facts).sentence])
        assert.match(text, /^It [^\n]+\.$/, text);
      assert.doesNotMatch(
        sentence.replaceAll(/Zx9-[0-9a-f-]+/g, 'x'),
        /undefined|null|NaN|Invalid|  |\.\.$/,
        sentence,
      );
    }),
    { numRuns: 2_000 },
  );
});

test('a customer is told nothing in the words of an operator, of code or of others, and no setting', () => {
  fc.assert(
    fc.property(anyFacts, (facts) => {
      const told = explainToCustomer(facts);
      assert.ok(!JSON.stringify(told).includes(SECRET), told.sentence);
      assert.deepEqual(Object.keys(told).sort(), ['position', 'sentence', 'status']);
      // Whatever the limit and the slots are, and whoever paused it and why: as long as it keeps waiting for the same, it reads the same.
      const { workspace: there } = facts;
      const others = {
        ...there,
        oldestSlotSince: ago(7),
        stalled: there.stalled + 1,
        taskQueue: 'another',
        limitSource: 'tier' as const,
        limit: there.limit + 1,
        running: there.running + 1,
        reconciledAt: ago(3),
        paused: there.paused && PAUSE,
      };
      assert.deepEqual(explainToCustomer({ ...facts, workspace: others }), told);
    }),
    { numRuns: 2_000 },
  );
});

test('what somebody else has written is one line of a bounded length in a sentence', () => {
  const failure = { type: 'T'.repeat(10_000), message: `${'m'.repeat(10_000)}\n\n${'n'.repeat(10_000)}` };
  const { sentence } = explain({
    now: NOW,
    execution: execution('failed', { failure }),
    workspace: workspace(),
  });
  assert.ok(sentence.length < 1_000 && !sentence.includes('\n'), sentence);
});
