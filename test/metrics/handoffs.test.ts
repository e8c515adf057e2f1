import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Handoffs } from '../../src/activities/gate/handoffs.ts';

const CLAIMED_AT_MS = 1_000_000;

/** Ends so long before the claim, in seconds. */
const ends = (...secondsAgo: number[]) =>
  secondsAgo.map((ago, at) => ({
    executionId: `end-${at}`,
    outcome: { status: 'completed' as const, result: null, resultOmitted: null, failure: null },
    closedAt: new Date(CLAIMED_AT_MS - ago * 1_000).toISOString(),
  }));

const claims = (...waitSeconds: number[]) =>
  waitSeconds.map((wait, at) => ({ executionId: `claim-${at}`, seq: at + 1, waitSeconds: wait }));

const reconcile = (
  closed: ReturnType<typeof ends>,
  claimed: ReturnType<typeof claims>,
  more: { startsHeldBack?: boolean; pending?: number } = {},
) => ({
  ended: closed.map(({ executionId }) => ({
    executionId,
    seq: 1,
    runId: null,
    status: 'completed' as const,
    heldSeconds: 1,
  })),
  claims: claimed,
  claimedAtMs: CLAIMED_AT_MS,
  startsHeldBack: false,
  limit: 10,
  running: 5,
  pending: 0,
  ...more,
});

test('a slot that falls free with an execution in the queue is handed off, and its time counts from the end', () => {
  const closed = ends(0.25, 2);
  assert.deepEqual(new Handoffs().of('w', closed, reconcile(closed, claims(60, 30))), [2, 0.25]);
});

test('an execution that came after the slot was free took a free slot: no handoff', () => {
  const closed = ends(2);
  assert.deepEqual(new Handoffs().of('w', closed, reconcile(closed, claims(1))), []);
});

test('an end that was recorded before frees nothing again', () => {
  const closed = ends(2);
  const again = { ...reconcile(closed, claims(60)), ended: [] };
  assert.deepEqual(new Handoffs().of('w', closed, again), []);
});

test('an end by another clock that is ahead, or that Sluice declares, is handed off in no time', () => {
  const ahead = ends(-3);
  assert.deepEqual(new Handoffs().of('w', ahead, reconcile(ahead, claims(60))), [0]);
  const [declared] = ends(500);
  const closed = [{ ...declared!, declared: true as const }];
  assert.deepEqual(new Handoffs().of('w', closed, reconcile(closed, claims(600))), [0]);
});

test('a slot that is held back by the pace of the gate is handed off by the next reconcile, and late', () => {
  const handoffs = new Handoffs();
  const closed = ends(1, 1, 1);
  const held = reconcile(closed, claims(60), { startsHeldBack: true, pending: 9 });
  assert.deepEqual(handoffs.of('w', closed, held, 0), [1]);
  const later = { ...reconcile([], claims(60, 60, 60)), claimedAtMs: CLAIMED_AT_MS + 4_000 };
  assert.deepEqual(handoffs.of('other', [], later, 4_000), [], 'of this workspace alone');
  assert.deepEqual(handoffs.of('w', [], later, 4_000), [5, 5]);
  assert.deepEqual(handoffs.of('w', [], later, 4_000), [], 'each once');
});

test('a slot that nothing waits for is forgotten, and so is one that was kept for long', () => {
  const handoffs = new Handoffs();
  const closed = ends(1);
  assert.deepEqual(handoffs.of('w', closed, reconcile(closed, [])), []);
  assert.deepEqual(handoffs.of('w', [], reconcile([], claims(60))), []);
  handoffs.of('w', closed, reconcile(closed, [], { startsHeldBack: true, pending: 1 }), 0);
  assert.deepEqual(handoffs.of('w', [], reconcile([], claims(600)), 61_000), []);
});

test('there are never more handoffs than ends, nor than admissions, and none takes less than no time', () => {
  const seconds = fc.array(fc.integer({ min: -5, max: 100 }), { maxLength: 8 });
  fc.assert(
    fc.property(seconds, seconds, (freed, waits) => {
      const closed = ends(...freed);
      const found = new Handoffs().of('w', closed, reconcile(closed, claims(...waits)));
      assert.ok(found.length <= Math.min(freed.length, waits.length));
      assert.ok(found.every((one) => one >= 0));
    }),
  );
});
