import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  AHEAD_DAYS,
  DAY_MS,
  isDue,
  LEAF_PARENTS,
  leafAt,
  leavesAhead,
} from '../../../src/db/partitions/grid.ts';
import { RETENTION_CLASSES } from '../../../src/domain/retention.ts';

const moments = fc.date({
  min: new Date('2020-01-01T00:00:00Z'),
  max: new Date('2100-01-01T00:00:00Z'),
  noInvalidDate: true,
});
const parents = fc.constantFrom(...LEAF_PARENTS);

test('each moment is in one leaf, and the leaves of a parent leave no gap', () => {
  fc.assert(
    fc.property(parents, moments, (parent, moment) => {
      const { from, to } = leafAt(parent, moment);
      assert.ok(from <= moment && moment < to);
      assert.equal(to.getTime() - from.getTime(), parent.widthDays * DAY_MS);
      assert.deepEqual(leafAt(parent, from), leafAt(parent, moment));
      assert.deepEqual(leafAt(parent, new Date(to.getTime() - 1)), leafAt(parent, moment));
      assert.deepEqual(leafAt(parent, to).from, to);
    }),
  );
});

test('leaves ahead begin with the one that holds now and reach three weeks further, whatever the moment', () => {
  fc.assert(
    fc.property(parents, moments, (parent, now) => {
      const leaves = leavesAhead(parent, now, AHEAD_DAYS);
      assert.deepEqual(leaves[0], leafAt(parent, now));
      leaves.slice(1).forEach(({ from }, index) => assert.deepEqual(from, leaves[index]!.to));
      assert.ok(leaves.at(-1)!.to.getTime() >= now.getTime() + AHEAD_DAYS * DAY_MS);
      assert.equal(new Set(leaves.map(({ name }) => name)).size, leaves.length);
    }),
  );
});

test('a leaf is named for its parent and its first day, and begins on the fixed grid', () => {
  const at = (name: string, moment: string) => {
    const leaf = leafAt(
      LEAF_PARENTS.find((parent) => parent.name === name)!,
      new Date(moment),
    );
    return [leaf.name, leaf.from.toISOString(), leaf.to.toISOString()];
  };
  assert.deepEqual(at('ended_executions_30', '2024-01-08T00:00:00Z'), [
    'ended_executions_30_20240108',
    '2024-01-08T00:00:00.000Z',
    '2024-01-15T00:00:00.000Z',
  ]);
  assert.deepEqual(at('payloads_90', '2024-01-28T23:59:59.999Z'), [
    'payloads_90_20240101',
    '2024-01-01T00:00:00.000Z',
    '2024-01-29T00:00:00.000Z',
  ]);
  assert.deepEqual(at('events', '2026-11-28T12:00:00Z'), [
    'events_20261128',
    '2026-11-28T00:00:00.000Z',
    '2026-11-29T00:00:00.000Z',
  ]);
  for (const days of RETENTION_CLASSES)
    for (const subject of ['ended_executions', 'payloads'])
      assert.ok(
        LEAF_PARENTS.some(({ name, keptDays }) => name === `${subject}_${days}` && keptDays === days),
      );
});

test('a leaf that holds now or later is never due, and one that holds anything that is still kept is not', () => {
  const longest = fc.option(fc.constantFrom(7, 30, 90, 365), { nil: null });
  fc.assert(
    fc.property(parents, moments, moments, longest, (parent, now, moment, longestDays) => {
      const { to } = leafAt(parent, moment);
      const days = parent.keptDays || longestDays;
      const isKept = days === null || to.getTime() + days * DAY_MS > now.getTime();
      assert.equal(isDue(parent, to, now, longestDays), !isKept);
      if (moment >= now) assert.equal(isDue(parent, to, now, longestDays), false);
    }),
  );
});

test('the class that is kept is due for nothing while a tier has no retention', () => {
  const kept = LEAF_PARENTS.find(({ keptDays }) => keptDays === 0)!;
  const [old, now] = [new Date('2024-01-01T00:00:00Z'), new Date('2026-01-01T00:00:00Z')];
  assert.equal(isDue(kept, old, now, null), false);
  assert.equal(isDue(kept, old, now, 365), true);
});
