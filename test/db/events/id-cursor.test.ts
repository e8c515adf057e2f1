import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { IdCursor } from '../../../src/db/events/id-cursor.ts';
import { fuzzRuns } from '../../fuzz/runs.ts';

/** What a look at a table finds whose rows have these ids: what it asks for. */
function look(cursor: IdCursor, present: Iterable<number>, nowMs: number, limit = Infinity): number[] {
  const ids = [...present].sort((one, other) => one - other);
  const missing = new Set(cursor.missing);
  const found = [
    ...ids.filter((id) => missing.has(id)),
    ...ids.filter((id) => id > cursor.through).slice(0, limit),
  ];
  cursor.advance(found, nowMs);
  return found;
}

test('whatever the order in which transactions commit or roll back, each committed id is found once', () => {
  const transaction = fc.record({
    ids: fc.integer({ min: 1, max: 4 }),
    /** In looks, well within the time for which an id is missed. */
    open: fc.integer({ min: 0, max: 12 }),
    commits: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.array(fc.array(transaction, { maxLength: 4 }), { maxLength: 30 }),
      fc.integer({ min: 1, max: 8 }),
      (begun, limit) => {
        let given = 0;
        const present = new Set<number>();
        const expected = new Set<number>();
        const commits: number[][][] = [];
        const cursor = new IdCursor(0, [], 0);
        const found: number[] = [];
        const looks = begun.length + 40;
        for (let turn = 0; turn < looks || found.length < expected.size; turn++) {
          assert.ok(turn < looks + 200, 'found in the end');
          for (const { ids, open, commits: does } of begun[turn] ?? []) {
            const own = Array.from({ length: ids }, () => ++given);
            if (!does) continue;
            for (const id of own) expected.add(id);
            (commits[turn + open] ??= []).push(own);
          }
          for (const own of commits[turn] ?? []) for (const id of own) present.add(id);
          found.push(...look(cursor, present, turn * 20, limit));
        }
        assert.equal(new Set(found).size, found.length, 'none twice');
        assert.deepEqual(new Set(found), expected);
      },
    ),
    fuzzRuns(200),
  );
});

test('an id is given up after 15 s of looks, and not because nobody could look for longer', () => {
  const cursor = new IdCursor(0, [], 0);
  look(cursor, [2], 0);
  assert.deepEqual(cursor.missing, [1]);
  look(cursor, [2], 600_000);
  assert.deepEqual(cursor.missing, [1], 'ten minutes without an answer');
  for (let ms = 600_000; ms <= 613_000; ms += 500) look(cursor, [2], ms);
  assert.deepEqual(cursor.missing, [1]);
  for (let ms = 613_000; ms <= 616_000; ms += 500) look(cursor, [2], ms);
  assert.deepEqual(cursor.missing, []);
});

test('more missing ids than can be looked for are said, and the newest are looked for', () => {
  const cursor = new IdCursor(0, [], 0);
  assert.equal(cursor.advance([500], 0), true);
  assert.equal(cursor.advance([1_000], 0), true);
  assert.equal(cursor.advance([5_000_000], 0), false);
  assert.equal(cursor.missing.length, 1_000);
  assert.deepEqual([cursor.missing.at(0), cursor.missing.at(-1)], [4_999_000, 4_999_999]);
  assert.equal(cursor.advance([5_000_001], 0), true);
});
