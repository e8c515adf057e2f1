import assert from 'node:assert/strict';
import { test } from 'node:test';
import { median, percentile } from '../../src/domain/percentile.ts';

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
