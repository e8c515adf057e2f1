import assert from 'node:assert/strict';
import { test } from 'node:test';
import { intervalOfMedian, median, percentile } from '../../src/domain/percentile.ts';

test('a percentile lies between the two values nearest to it, in proportion', () => {
  const values = [40, 10, 30, 20];
  assert.deepEqual(
    [0, 25, 50, 99, 100].map((p) => percentile(values, p)),
    [10, 17.5, 25, 39.7, 40],
  );
  assert.equal(median([7]), 7);
  assert.deepEqual(values, [40, 10, 30, 20], 'the values keep their order');
});

test('no values have no percentile', () => {
  assert.throws(() => percentile([], 99), /no values/);
});

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

test('five rounds say nothing of where a median lies with 95 %, six just do', () => {
  assert.equal(intervalOfMedian(upTo(5)), null);
  assert.deepEqual(intervalOfMedian(upTo(6)), [1, 6]);
});

test('of twenty rounds it is the 6th to the 15th value, whatever their order', () => {
  assert.deepEqual(intervalOfMedian(upTo(20).reverse()), [6, 15]);
});

test('it holds the true median in at least 95 % of drawn samples', () => {
  // A fixed sequence, so that the test does the same each time.
  let state = 1;
  const next = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const samples = 4_000;
  let held = 0;
  for (let sample = 0; sample < samples; sample++) {
    const [low, high] = intervalOfMedian(Array.from({ length: 20 }, () => next() ** 3))!;
    if (low <= 0.125 && 0.125 <= high) held++;
  }
  assert.ok(held / samples >= 0.95, `${held} of ${samples}`);
});
