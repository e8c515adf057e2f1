import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EnqueueGroups, type EnqueueGroupsOptions } from '../../src/enqueue/groups/enqueue-groups.ts';
import { WorkspaceBusyError } from '../../src/domain/refusals.ts';
import { eventually } from '../support/eventually.ts';

interface Item {
  readonly workspace: string;
  readonly nth: number;
  readonly bytes?: number;
  readonly size?: number;
}
interface Named {
  readonly kind: 'placed' | 'refused';
  readonly item: string;
}
type Outcome = Named | { readonly kind: 'held' };

const held: Outcome = { kind: 'held' };
const placed = (item: string): Named => ({ kind: 'placed', item });

/** Writes that end when the test says so: by default each item is answered by its own name. */
function heldWrites(options: Partial<EnqueueGroupsOptions<Item, Named>> = {}) {
  const writes: {
    items: string[];
    whenHeld: string;
    end: (outcomes?: readonly Outcome[]) => void;
    fail: (error: Error) => void;
  }[] = [];
  const groups = new EnqueueGroups<Item, Named>({
    write: (items, whenHeld) =>
      new Promise<readonly Outcome[]>((resolve, reject) =>
        writes.push({
          items: items.map(nameOf),
          whenHeld,
          end: (outcomes) => resolve(outcomes ?? items.map((item) => placed(nameOf(item)))),
          fail: reject,
        }),
      ),
    bytesOf: ({ bytes = 0 }) => bytes,
    sizeOf: ({ size = 1 }) => size,
    ...options,
  });
  /** The item that was placed. */
  const join = async (workspace: string, nth: number, bytes = 0, size = 1) => {
    const answer = await groups.join(workspace, { workspace, nth, bytes, size });
    return answer.kind === 'placed' ? answer.item : `${answer.item} is refused`;
  };
  return { writes, join };
}

const nameOf = ({ workspace, nth }: Item) => `${workspace}${nth}`;
const settle = () => new Promise((resolve) => setImmediate(resolve));
const itemsOf = (writes: readonly { items: string[] }[]) => writes.map(({ items }) => items);

test('who comes alone is written at once; all that come meanwhile are the next group, whatever workspaces they are for', async () => {
  const { writes, join } = heldWrites({ maxGroups: 1 });
  const all = [join('a', 1)];
  assert.deepEqual(itemsOf(writes), [['a1']]);
  all.push(join('a', 2), join('b', 1), join('a', 3));
  writes[0]!.end();
  await settle();
  assert.deepEqual(itemsOf(writes), [['a1'], ['b1', 'a2', 'a3']]);
  writes[1]!.end();
  assert.deepEqual(await Promise.all(all), ['a1', 'a2', 'b1', 'a3']);
});

test('FIFO: a workspace is never in two groups at once, though another group may begin', async () => {
  const { writes, join } = heldWrites({ maxGroups: 2 });
  const all = [join('a', 1), join('a', 2), join('b', 1)];
  assert.deepEqual(itemsOf(writes), [['a1'], ['b1']]);
  writes[1]!.end();
  await settle();
  assert.equal(writes.length, 2, 'the second of a waits for the first');
  writes[0]!.end();
  await settle();
  assert.deepEqual(itemsOf(writes).at(-1), ['a2']);
  writes[2]!.end();
  await Promise.all(all);
});

test('a group is bounded in items and bytes, and a storm of one workspace leaves room for the others', async () => {
  const { writes, join } = heldWrites({ maxGroups: 1, maxItems: 4, maxItemsOfOne: 2, maxBytes: 10 });
  const all = [join('x', 0)];
  for (let nth = 1; nth <= 4; nth++) all.push(join('a', nth));
  all.push(join('b', 1, 9), join('c', 1, 2), join('d', 1, 10), join('d', 2, 1));
  for (let ended = 0; ended < writes.length; ended++) {
    writes[ended]!.end();
    await settle();
  }
  assert.deepEqual(itemsOf(writes), [['x0'], ['a1', 'a2', 'b1'], ['c1'], ['d1', 'a3', 'a4'], ['d2']]);
  await Promise.all(all);
});

test('ISOLATION: a workspace that is held is waited for by itself, and keeps its order; the rest of its group is answered', async () => {
  const { writes, join } = heldWrites({ maxGroups: 1 });
  const first = join('x', 0);
  const waiting = [join('a', 1), join('a', 2)];
  const free = join('b', 1);
  writes[0]!.end();
  await settle();
  writes[1]!.end([held, held, placed('b1')]);
  assert.deepEqual(await Promise.all([first, free]), ['x0', 'b1']);
  waiting.push(join('a', 3));
  const other = join('b', 2);
  await settle();
  assert.deepEqual(
    writes.slice(2).map(({ items, whenHeld }) => [items, whenHeld]),
    [
      [['a1', 'a2'], 'wait'],
      [['b2'], 'skip'],
    ],
  );
  writes[3]!.end();
  await other;
  await settle();
  assert.equal(writes.length, 4, 'the third of a waits for the first two');
  writes[2]!.end();
  await settle();
  writes[4]!.end();
  assert.deepEqual(await Promise.all(waiting), ['a1', 'a2', 'a3']);
});

test("one item's refusal is its own; an error of the write reaches all of its group, and none of the next", async () => {
  const { writes, join } = heldWrites({ maxGroups: 1 });
  const first = join('x', 0);
  const own = [join('a', 1), join('a', 2)];
  writes[0]!.end();
  await settle();
  writes[1]!.end([{ kind: 'refused', item: 'a1' }, placed('a2')]);
  assert.equal(await own[0], 'a1 is refused');
  assert.equal(await own[1], 'a2');
  await first;

  const lost = [join('a', 3)];
  lost.push(join('b', 1), join('c', 1));
  await settle();
  writes[2]!.end();
  await settle();
  const next = join('b', 2);
  writes[3]!.fail(new Error('the connection broke'));
  assert.equal(await lost[0], 'a3');
  for (const one of lost.slice(1)) await assert.rejects(one, /the connection broke/);
  await settle();
  writes[4]!.end();
  assert.equal(await next, 'b2');
});

test('who waits too long, or behind too many, is refused, and keeps no place', async () => {
  const { writes, join } = heldWrites({ maxGroups: 1, maxWaiting: 1, maxWaitMs: 20 });
  const first = join('a', 1);
  const slow = join('a', 2);
  await assert.rejects(join('a', 3), WorkspaceBusyError);
  const elsewhere = join('b', 1);
  await assert.rejects(slow, WorkspaceBusyError);
  await assert.rejects(elsewhere, WorkspaceBusyError);
  writes[0]!.end();
  assert.equal(await first, 'a1');
  const last = join('b', 2);
  await settle();
  assert.deepEqual(itemsOf(writes), [['a1'], ['b2']]);
  writes[1]!.end();
  assert.equal(await last, 'b2');
});

test('whatever comes, whatever is held and whatever fails, everybody gets one answer, and each workspace keeps its order', async () => {
  const item = fc.record({ workspace: fc.constantFrom('a', 'b', 'c'), bytes: fc.nat(8), after: fc.nat(3) });
  const fate = fc.constantFrom('ends', 'ends', 'ends', 'fails', 'holds');
  await fc.assert(
    fc.asyncProperty(
      fc.array(item, { maxLength: 40 }),
      fc.infiniteStream(fate),
      fc.record({ maxGroups: fc.integer({ min: 1, max: 3 }), maxItemsOfOne: fc.integer({ min: 1, max: 4 }) }),
      async (items, fates, bounds) => {
        const underWay = new Set<string>();
        const written = new Map<string, number[]>();
        const groups = new EnqueueGroups<Item, Named>({
          ...bounds,
          maxItems: 6,
          maxBytes: 16,
          bytesOf: ({ bytes = 0 }) => bytes,
          async write(group, whenHeld) {
            const workspaces = new Set(group.map(({ workspace }) => workspace));
            for (const workspace of workspaces) {
              assert.ok(!underWay.has(workspace), 'a workspace is in two groups at once');
              underWay.add(workspace);
            }
            assert.ok(whenHeld === 'skip' || workspaces.size === 1);
            const how = fates.next().value;
            await settle();
            for (const workspace of workspaces) underWay.delete(workspace);
            if (how === 'fails') throw new Error('failed');
            const heldOne = how === 'holds' && whenHeld === 'skip' ? group[0]!.workspace : null;
            return group.map((one): Outcome => {
              if (one.workspace === heldOne) return held;
              written.set(one.workspace, [...(written.get(one.workspace) ?? []), one.nth]);
              return placed(nameOf(one));
            });
          },
        });
        const answers = [];
        for (const [nth, { workspace, bytes, after }] of items.entries()) {
          for (let turns = 0; turns < after; turns++) await Promise.resolve();
          answers.push(groups.join(workspace, { workspace, nth, bytes }));
        }
        const outcomes = await Promise.allSettled(answers);
        for (const [nth, outcome] of outcomes.entries()) {
          const { workspace } = items[nth]!;
          const wasWritten = written.get(workspace)?.includes(nth) ?? false;
          assert.equal(outcome.status, wasWritten ? 'fulfilled' : 'rejected');
          if (outcome.status === 'fulfilled') assert.deepEqual(outcome.value, placed(`${workspace}${nth}`));
        }
        for (const order of written.values())
          assert.deepEqual(
            order,
            order.toSorted((a, b) => a - b),
          );
      },
    ),
    { numRuns: 200, seed: 20261126 },
  );
});

test('items of all workspaces together hold no more bytes than the bound, until they are answered', async () => {
  const { writes, join } = heldWrites({ maxHeldBytes: 100, maxGroups: 1 });
  const first = join('one', 1, 60);
  const second = join('two', 2, 40);
  await assert.rejects(join('three', 3, 1), WorkspaceBusyError);
  const empty = join('three', 4);
  writes[0]!.end();
  await first;
  await eventuallyWritten(writes, 2);
  const third = join('three', 5, 60);
  writes[1]!.end();
  await eventuallyWritten(writes, 3);
  writes[2]!.end();
  await Promise.all([second, empty, third]);
});

async function eventuallyWritten(writes: readonly unknown[], count: number): Promise<void> {
  await eventually(async () => assert.ok(writes.length >= count));
}

test('a batch counts as many requests as it has, and keeps its place among the others of its workspace', async () => {
  const { writes, join } = heldWrites({ maxGroups: 1, maxItems: 10, maxItemsOfOne: 4 });
  const all = [join('x', 0)];
  all.push(join('a', 1, 0, 3), join('a', 2, 0, 2), join('a', 3), join('b', 1, 0, 7), join('c', 1, 0, 6));
  for (let ended = 0; ended < writes.length; ended++) {
    writes[ended]!.end();
    await settle();
  }
  assert.deepEqual(itemsOf(writes), [['x0'], ['a1'], ['b1'], ['c1', 'a2', 'a3']]);
  await Promise.all(all);
});

test('ISOLATION: what is too large for a group is written beside the groups, one at a time, and in the order of its workspace', async () => {
  const { writes, join } = heldWrites({ maxGroups: 1, maxItems: 10, maxItemsOfOne: 10, maxBytes: 100 });
  const all = [join('large-a', 1, 0, 11), join('large-b', 1, 101), join('large-a', 2), join('small', 1)];
  assert.deepEqual(itemsOf(writes), [['large-a1'], ['small1']], 'the small one waits for neither');
  writes[1]!.end();
  await settle();
  assert.equal(writes.length, 2, 'the others wait for the first of the large ones');
  all.push(join('small', 2));
  assert.deepEqual(itemsOf(writes).at(-1), ['small2']);
  writes[2]!.end();
  await settle();
  writes[0]!.end();
  await settle();
  assert.deepEqual(itemsOf(writes).slice(3).flat().sort(), ['large-a2', 'large-b1']);
  for (const { end } of writes.slice(3)) end();
  await Promise.all(all);
});

test('a large one whose workspace is held is waited for by itself, and the next large one goes on', async () => {
  const { writes, join } = heldWrites({ maxGroups: 1, maxItems: 10 });
  const all = [join('a', 1, 0, 11), join('b', 1, 0, 11)];
  writes[0]!.end([held]);
  await settle();
  assert.deepEqual(
    writes
      .slice(1)
      .map(({ items, whenHeld }) => `${items[0]} ${whenHeld}`)
      .sort(),
    ['a1 wait', 'b1 skip'],
  );
  for (const { end } of writes.slice(1)) end();
  await Promise.all(all);
});

test('when a large one gives up, what waited behind it is written at once', async () => {
  const { writes, join } = heldWrites({ maxGroups: 1, maxItems: 10, maxWaitMs: 30 });
  const first = join('a', 1, 0, 11);
  const late = assert.rejects(join('b', 1, 0, 11), WorkspaceBusyError);
  setTimeout(() => behind.push(join('b', 2)), 20);
  const behind: Promise<string>[] = [];
  await late;
  await settle();
  assert.deepEqual(itemsOf(writes), [['a1'], ['b2']]);
  for (const { end } of writes) end();
  assert.deepEqual(await Promise.all([first, ...behind]), ['a1', 'b2']);
});
