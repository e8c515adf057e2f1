import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type HotQueueRules,
  type QueueState,
  decideHotQueues,
} from '../../../src/worker/queues/hot-queues.ts';

const NOW_MS = 1_000_000;
const rules: HotQueueRules = { nowMs: NOW_MS, bound: 3, lingerMs: 60_000, turnMs: 10_000 };

function queue(workspaceId: string, state: Partial<QueueState> = {}): QueueState {
  return {
    workspaceId,
    busy: false,
    occupied: false,
    lastUsedMs: NOW_MS,
    polledSinceMs: null,
    waitingSinceMs: NOW_MS,
    preference: 0,
    ...state,
  };
}
const polled = (workspaceId: string, state: Partial<QueueState> = {}) =>
  queue(workspaceId, { polledSinceMs: NOW_MS - 1, ...state });

test('a queue with work is polled at once while there is room', () => {
  assert.deepEqual(decideHotQueues([queue('a', { busy: true }), queue('b')], rules), {
    start: ['a'],
    yield: [],
    cold: [],
    waiting: [],
  });
});

test('a queue without work is polled until the linger is over, and then it is cold', () => {
  const lingering = polled('a', { lastUsedMs: NOW_MS - 60_000 });
  const over = polled('b', { lastUsedMs: NOW_MS - 60_001 });
  assert.deepEqual(decideHotQueues([lingering, over], rules).cold, ['b']);
});

test('a queue whose activities run here is neither cold nor taken away', () => {
  const occupied = polled('a', { occupied: true, lastUsedMs: 0, polledSinceMs: 0 });
  assert.deepEqual(decideHotQueues([occupied, queue('b', { busy: true })], { ...rules, bound: 1 }), {
    start: [],
    yield: [],
    cold: [],
    waiting: ['b'],
  });
});

test('beyond the bound, work takes the place of the queue that has been idle longest', () => {
  const queues = [
    polled('idle', { lastUsedMs: NOW_MS - 20 }),
    polled('idle-longest', { lastUsedMs: NOW_MS - 30 }),
    polled('busy', { busy: true }),
    queue('new', { busy: true }),
  ];
  assert.deepEqual(decideHotQueues(queues, rules), {
    start: ['new'],
    yield: ['idle-longest'],
    cold: [],
    waiting: [],
  });
});

test('when all have work, the one that was polled longest gives its place to the one that waits longest', () => {
  const queues = [
    polled('first', { busy: true, polledSinceMs: NOW_MS - 12_000 }),
    polled('second', { busy: true, polledSinceMs: NOW_MS - 11_000 }),
    polled('third', { busy: true, polledSinceMs: NOW_MS - 1_000 }),
    queue('late', { busy: true, waitingSinceMs: NOW_MS - 1 }),
    queue('early', { busy: true, waitingSinceMs: NOW_MS - 2 }),
  ];
  assert.deepEqual(decideHotQueues(queues, rules), {
    start: ['early', 'late'],
    yield: ['first', 'second'],
    cold: [],
    waiting: [],
  });
});

test('a queue with work keeps its place until its turn is over', () => {
  const queues = [
    ...['a', 'b', 'c'].map((id) => polled(id, { busy: true, polledSinceMs: NOW_MS - 9_999 })),
    queue('d', { busy: true }),
  ];
  assert.deepEqual(decideHotQueues(queues, rules), { start: [], yield: [], cold: [], waiting: ['d'] });
});

const anyQueue = (workspaceId: string) =>
  fc.record<QueueState>({
    workspaceId: fc.constant(workspaceId),
    busy: fc.boolean(),
    occupied: fc.boolean(),
    lastUsedMs: fc.integer({ min: 0, max: NOW_MS }),
    polledSinceMs: fc.option(fc.integer({ min: 0, max: NOW_MS }), { nil: null }),
    waitingSinceMs: fc.integer({ min: 0, max: NOW_MS }),
    preference: fc.nat(),
  });
const anyQueues = fc
  .integer({ min: 0, max: 30 })
  .chain((n) => fc.tuple(...Array.from({ length: n }, (_, i) => anyQueue(`w${i}`))));
const anyBound = fc.integer({ min: 1, max: 20 });

test('whatever is hot: never more than the bound, no place left empty, nobody dropped who may not be', () => {
  fc.assert(
    fc.property(anyQueues, anyBound, (queues, bound) => {
      const decision = decideHotQueues(queues, { ...rules, bound });
      const before = queues.filter((q) => q.polledSinceMs !== null);
      const by = new Map(queues.map((q) => [q.workspaceId, q]));
      const after = before.length - decision.yield.length + decision.start.length;
      const fixed = before.filter((q) => q.occupied || (q.busy && NOW_MS - q.polledSinceMs! < rules.turnMs));
      assert.ok(
        after <= Math.max(bound, fixed.length),
        'within the bound, but for queues that must not be dropped',
      );
      if (decision.waiting.length > 0) assert.ok(after >= bound, 'nobody waits beside an empty place');
      for (const id of decision.start) assert.ok(by.get(id)!.polledSinceMs === null && by.get(id)!.busy);
      for (const id of decision.yield)
        assert.ok(!fixed.includes(by.get(id)!) && by.get(id)!.polledSinceMs !== null);
      for (const id of decision.cold)
        assert.ok(!by.get(id)!.busy && !by.get(id)!.occupied && !decision.yield.includes(id));
      assert.equal(
        new Set([...decision.start, ...decision.waiting]).size,
        queues.filter((q) => q.busy && q.polledSinceMs === null).length,
        'each queue that wants a place is answered once',
      );
    }),
  );
});

test('every queue with work gets its turn within a round, however many there are', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), anyBound, (count, bound) => {
      let queues = Array.from({ length: count }, (_, i) => queue(`w${i}`, { busy: true, preference: i }));
      const served = new Set<string>();
      let nowMs = NOW_MS;
      for (let turn = 0; turn < Math.ceil(count / bound) + 1; turn++, nowMs += rules.turnMs) {
        const { start, yield: gone } = decideHotQueues(queues, { ...rules, bound, nowMs });
        for (const id of start) served.add(id);
        const at = nowMs;
        queues = queues.map((q) => {
          if (start.includes(q.workspaceId)) return { ...q, polledSinceMs: at };
          if (gone.includes(q.workspaceId)) return { ...q, polledSinceMs: null, waitingSinceMs: at };
          return q;
        });
      }
      assert.equal(served.size, count);
    }),
  );
});
