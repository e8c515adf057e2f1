import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createShares, ShareFullError, type SharesOptions } from '../../src/async/shares.ts';

const never = new AbortController().signal;

/** Work that ends when the test says so. */
function held(options: SharesOptions) {
  const shares = createShares(options);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const take = (owner: string, nth: number, signal = never) =>
    shares.take(owner, signal, () => {
      begun.push(`${owner}${nth}`);
      return new Promise<void>((resolve) => ends.set(`${owner}${nth}`, resolve));
    });
  const end = async (name: string) => {
    ends.get(name)!();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { take, begun, end };
}

test('an owner with many runs no more than its share, and another begins at once', async () => {
  const { take, begun, end } = held({ total: 4, perOwner: 2, waitingPerOwner: 100 });
  for (let i = 1; i <= 50; i++) void take('a', i);
  void take('b', 1);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(begun, ['a1', 'a2', 'b1']);
  await end('a2');
  await end('a1');
  assert.deepEqual(begun, ['a1', 'a2', 'b1', 'a3', 'a4']);
});

test('when there is no room at all, owners take turns', async () => {
  const { take, begun, end } = held({ total: 2, perOwner: 2, waitingPerOwner: 100 });
  for (let i = 1; i <= 4; i++) void take('a', i);
  void take('b', 1);
  void take('c', 1);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(begun, ['a1', 'a2']);
  await end('a1');
  await end('a2');
  assert.deepEqual(begun.slice(2).sort(), ['a3', 'b1']);
  await end('b1');
  assert.deepEqual(begun.slice(4), ['c1']);
});

test('who waits too long beside too many of its own is refused, and who gives up leaves its place', async () => {
  const { take, begun, end } = held({ total: 1, perOwner: 1, waitingPerOwner: 1 });
  const first = take('a', 1);
  const stop = new AbortController();
  const second = take('a', 2, stop.signal);
  await assert.rejects(take('a', 3), ShareFullError);
  stop.abort(new Error('given up'));
  await assert.rejects(second, /given up/);
  const fourth = take('a', 4);
  await end('a1');
  await first;
  await end('a4');
  await fourth;
  assert.deepEqual(begun, ['a1', 'a4']);
});
