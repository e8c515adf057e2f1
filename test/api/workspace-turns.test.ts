import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createKnownTypesCache } from '../../src/enqueue/known-types-cache.ts';
import { createWorkspaceTurns } from '../../src/api/server/workspace-turns.ts';
import { WorkspaceBusyError } from '../../src/domain/refusals.ts';

function gatedWork() {
  const finish: (() => void)[] = [];
  const begun: number[] = [];
  const work = (nth: number) => () => {
    begun.push(nth);
    return new Promise<number>((resolve) => finish.push(() => resolve(nth)));
  };
  return { begun, finish, work };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test('so many of a workspace run at once, the others follow in their order, and another workspace does not wait', async () => {
  const turns = createWorkspaceTurns({ perWorkspace: 2 });
  const { begun, finish, work } = gatedWork();
  const all = [0, 1, 2, 3].map((nth) => turns.take('a', work(nth)));
  const other = turns.take('b', work(9));
  await settle();
  assert.deepEqual(begun, [0, 1, 9]);
  for (let i = 0; i < 5; i++) {
    finish[i]!();
    await settle();
  }
  assert.deepEqual(begun, [0, 1, 9, 2, 3]);
  assert.deepEqual(await Promise.all([...all, other]), [0, 1, 2, 3, 9]);
});

test('a failing one gives its turn back', async () => {
  const turns = createWorkspaceTurns({ perWorkspace: 1 });
  await assert.rejects(
    turns.take('a', () => Promise.reject(new Error('x'))),
    /x/,
  );
  assert.equal(await turns.take('a', () => Promise.resolve('next')), 'next');
});

test('a queue that is too long or too slow is refused, and its place is not lost to it', async () => {
  const turns = createWorkspaceTurns({ perWorkspace: 1, maxWaiting: 1, maxWaitMs: 20 });
  const { begun, finish, work } = gatedWork();
  const first = turns.take('a', work(0));
  await settle();
  const slow = turns.take('a', work(1));
  await assert.rejects(turns.take('a', work(2)), WorkspaceBusyError);
  await assert.rejects(slow, WorkspaceBusyError);
  finish[0]!();
  assert.equal(await first, 0);
  assert.deepEqual(begun, [0]);
  assert.equal(await turns.take('a', () => Promise.resolve('free')), 'free');
});

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
