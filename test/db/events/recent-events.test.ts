import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RecentEvents } from '../../../src/db/events/recent-events.ts';
import type { WorkspaceEvent } from '../../../src/db/events/workspace-event.ts';
import { fuzzRuns } from '../../fuzz/runs.ts';

const event = (number: number): WorkspaceEvent => ({
  number,
  kind: 'workspace_changed',
  executionId: null,
  seq: null,
  status: null,
  at: new Date(0),
});

const numbersAfter = (recent: RecentEvents, workspaceId: string, number: number) =>
  recent.after(workspaceId, number)?.map((one) => one.number) ?? null;

test('whatever it has taken, an answer has all events after the number up to the last, or there is none', () => {
  const workspaceId = fc.constantFrom('a' as const, 'b' as const, 'c' as const);
  const step = fc.oneof(
    { weight: 8, arbitrary: fc.record({ kind: fc.constant('happens' as const), workspaceId }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('overlooked' as const), workspaceId }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('asked' as const), workspaceId }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), fc.subarray(['a', 'b', 'c']), (steps, watched) => {
      const max = 10;
      const recent = new RecentEvents((id) => watched.includes(id), max);
      const last = { a: 0, b: 0, c: 0 };
      for (const one of steps) {
        const id = one.workspaceId;
        if (one.kind === 'asked') recent.know(id, last[id]);
        else if (++last[id] && one.kind === 'happens') recent.add(id, event(last[id]));
      }
      let held = 0;
      for (const id of ['a', 'b', 'c'] as const) {
        const known = recent.lastOf(id);
        assert.ok(known === null || known <= last[id]);
        if (known === null) assert.equal(numbersAfter(recent, id, 0), null);
        for (let number = 0; known !== null && number <= known + 1; number++) {
          const numbers = numbersAfter(recent, id, number);
          if (numbers === null) continue;
          assert.ok(numbers.length > 0);
          assert.deepEqual(
            numbers,
            Array.from(numbers, (_, index) => number + 1 + index),
          );
          assert.equal(numbers.at(-1), known);
          held = Math.max(held, numbers.length);
        }
      }
      assert.ok(held <= max);
    }),
    fuzzRuns(300),
  );
});

test('the newest events are held and the oldest forgotten, of all workspaces together', () => {
  const recent = new RecentEvents(() => true, 4);
  for (let number = 1; number <= 3; number++) for (const id of ['a', 'b']) recent.add(id, event(number));
  assert.deepEqual([numbersAfter(recent, 'a', 0), numbersAfter(recent, 'a', 1)], [null, [2, 3]]);
  assert.deepEqual([numbersAfter(recent, 'b', 0), numbersAfter(recent, 'b', 2)], [null, [3]]);
  assert.equal(numbersAfter(recent, 'b', 3), null);
});

test('a workspace is forgotten with the last of its events, unless somebody waits for it', () => {
  const watched = new Set(['waited-for']);
  const recent = new RecentEvents((id) => watched.has(id), 2);
  recent.add('waited-for', event(1));
  recent.add('other', event(1));
  for (let number = 1; number <= 2; number++) recent.add('newer', event(number));
  assert.deepEqual([recent.lastOf('waited-for'), recent.lastOf('other')], [1, null]);
  watched.clear();
  recent.forgetEmpty('waited-for');
  assert.equal(recent.lastOf('waited-for'), null);
});
