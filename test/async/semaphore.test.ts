import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { limitConcurrency } from '../../src/async/limit-concurrency.ts';
import { NoTurnError, Semaphore, type SemaphoreOptions } from '../../src/async/semaphore.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Work that ends when the test says so. */
function held(options: SemaphoreOptions) {
  const semaphore = new Semaphore(options);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const run = (owner: string, nth: number, signal?: AbortSignal) =>
    semaphore.run(
      owner,
      () => {
        begun.push(`${owner}${nth}`);
        return new Promise<number>((resolve) => ends.set(`${owner}${nth}`, () => resolve(nth)));
      },
      signal,
    );
  const end = async (name: string) => {
    ends.get(name)!();
    await settle();
  };
  return { semaphore, run, begun, end };
}

test('an owner with many runs no more than its share, and another begins at once', async () => {
  const { run, begun, end } = held({ total: 4, perOwner: 2 });
  for (let i = 1; i <= 50; i++) void run('a', i);
  void run('b', 1);
  await settle();
  assert.deepEqual(begun, ['a1', 'a2', 'b1']);
  await end('a2');
  await end('a1');
  assert.deepEqual(begun, ['a1', 'a2', 'b1', 'a3', 'a4']);
});

test('when there is no room at all, owners take turns', async () => {
  const { run, begun, end } = held({ total: 2, perOwner: 2 });
  for (let i = 1; i <= 4; i++) void run('a', i);
  void run('b', 1);
  void run('c', 1);
  await settle();
  assert.deepEqual(begun, ['a1', 'a2']);
  await end('a1');
  await end('a2');
  assert.deepEqual(begun.slice(2).sort(), ['a3', 'b1']);
  await end('b1');
  assert.deepEqual(begun.slice(4), ['c1']);
});

test('what runs gives its value, and what fails gives its place back', async () => {
  const { semaphore, run, end } = held({ perOwner: 1 });
  await assert.rejects(
    semaphore.run('a', () => Promise.reject(new Error('x'))),
    /x/,
  );
  const next = run('a', 1);
  await end('a1');
  assert.equal(await next, 1);
});

test('too many of one owner are refused, and who gives up leaves its place', async () => {
  const { run, begun, end } = held({ total: 1, perOwner: 1, maxWaiting: 1 });
  const first = run('a', 1);
  const stop = new AbortController();
  const second = run('a', 2, stop.signal);
  await assert.rejects(run('a', 3), NoTurnError);
  stop.abort(new Error('given up'));
  await assert.rejects(second, /given up/);
  await assert.rejects(run('a', 4, stop.signal), /given up/);
  const fifth = run('a', 5);
  await end('a1');
  await first;
  await end('a5');
  await fifth;
  assert.deepEqual(begun, ['a1', 'a5']);
});

test('who waits for too long is refused by the name that the owner of the semaphore gives it', async () => {
  const { run, begun, end } = held({
    perOwner: 1,
    maxWaitMs: 20,
    noTurn: (owner) => new Error(`no, ${owner}`),
  });
  const first = run('a', 1);
  await assert.rejects(run('a', 2), /no, a/);
  await end('a1');
  assert.equal(await first, 1);
  const third = run('a', 3);
  await end('a3');
  assert.equal(await third, 3);
  assert.deepEqual(begun, ['a1', 'a3']);
});

test('tasks under a limit run in the order in which they came', async () => {
  const limited = limitConcurrency(2);
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const all = Array.from({ length: 5 }, (_, nth) =>
    limited(() => {
      begun.push(nth);
      return new Promise<void>((resolve) => ends.push(resolve));
    }),
  );
  for (let nth = 0; nth < 5; nth++) {
    assert.deepEqual(begun, [0, 1, 2, 3, 4].slice(0, nth + 2));
    ends[nth]!();
    await settle();
  }
  await Promise.all(all);
});

test('whatever comes, ends and gives up: no bound is passed, none of an owner overtakes another, no place is lost', async () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant('come'), owner: fc.constantFrom('a', 'b', 'c') }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('end'), nth: fc.nat(5) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('give up'), nth: fc.nat(5) }) },
  );
  const options = fc.record({
    total: fc.integer({ min: 1, max: 4 }),
    perOwner: fc.integer({ min: 1, max: 3 }),
    maxWaiting: fc.integer({ min: 1, max: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(options, fc.array(step, { maxLength: 60 }), async (bounds, steps) => {
      const semaphore = new Semaphore(bounds);
      interface Call {
        readonly owner: string;
        readonly stop: AbortController;
        state: 'waits' | 'runs' | 'over';
        end(): void;
      }
      const calls: Call[] = [];
      const overtaken: string[] = [];
      const inState = (state: Call['state'], owner?: string) =>
        calls.filter((call) => call.state === state && (owner === undefined || call.owner === owner));
      const come = (owner: string) => {
        const call: Call = { owner, stop: new AbortController(), state: 'waits', end: () => {} };
        const mustWait =
          inState('runs').length >= bounds.total ||
          inState('runs', owner).length >= bounds.perOwner ||
          inState('waits', owner).length > 0;
        const isRefused = mustWait && inState('waits', owner).length >= bounds.maxWaiting;
        calls.push(call);
        semaphore
          .run(
            owner,
            () => {
              if (inState('waits', owner)[0] !== call) overtaken.push(owner);
              call.state = 'runs';
              return new Promise<void>((resolve) => (call.end = resolve));
            },
            call.stop.signal,
          )
          .then(
            () => {},
            (error: unknown) => assert.equal(error instanceof NoTurnError, isRefused),
          )
          .finally(() => (call.state = 'over'));
      };
      const check = async () => {
        await settle();
        assert.deepEqual(overtaken, []);
        assert.ok(inState('runs').length <= bounds.total);
        for (const owner of ['a', 'b', 'c']) {
          const running = inState('runs', owner).length;
          assert.ok(running <= bounds.perOwner);
          assert.ok(inState('waits', owner).length <= bounds.maxWaiting);
          const hasRoom = running < bounds.perOwner && inState('runs').length < bounds.total;
          assert.ok(
            !hasRoom || inState('waits', owner).length === 0,
            'a place stands free beside one who waits',
          );
        }
      };
      for (const one of steps) {
        if ('owner' in one) come(one.owner);
        else if (one.do === 'end') inState('runs')[one.nth]?.end();
        else inState('waits')[one.nth]?.stop.abort(new Error('given up'));
        await check();
      }
      while (inState('runs').length > 0) {
        inState('runs')[0]!.end();
        await check();
      }
      assert.equal(inState('waits').length, 0);
    }),
    { numRuns: 200 },
  );
});
