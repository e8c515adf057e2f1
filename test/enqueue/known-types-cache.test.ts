import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createKnownTypesCache } from '../../src/enqueue/known-types-cache.ts';

test('known types are asked for once in a while, and again before a type is refused', async () => {
  let clock = 0;
  let published: ReadonlySet<string> | null = null;
  let loads = 0;
  const cache = createKnownTypesCache(
    () => {
      loads++;
      return Promise.resolve(published);
    },
    () => clock,
  );
  assert.deepEqual(await Promise.all([cache.read('a'), cache.read('b')]), [null, null]);
  assert.equal(loads, 1);
  published = new Set(['a']);
  clock = 5_000;
  assert.ok((await cache.read('a'))!.has('a'));
  published = new Set(['a', 'b']);
  clock = 5_600;
  assert.ok(!(await cache.read('a'))!.has('b'));
  assert.ok((await cache.read('b'))!.has('b'));
  assert.equal(loads, 3);
});
