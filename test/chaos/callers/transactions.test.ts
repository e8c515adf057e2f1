import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '../faults/seeded.ts';
import { GHOST, nextTransaction, type Order, type PlannedTransaction } from './transactions.ts';

const NOW_MS = Date.UTC(2026, 0, 1);

function transactions(seed: number, count: number): PlannedTransaction[] {
  const random = seeded(seed);
  const committed: Order[] = [];
  return Array.from({ length: count }, (_, n) => {
    const planned = nextTransaction(random, { committed, name: `t${n}`, nowMs: NOW_MS + n * 500 });
    if (planned.end === 'commit')
      for (const step of planned.steps)
        if (step.kind === 'order' && step.order.key !== null) committed.push(step.order);
    return planned;
  });
}

test('a thousand transactions have every end, every place of a death, savepoints, repeated, shared and reused keys', () => {
  const all = transactions(7, 1_000);
  assert.deepEqual(new Set(all.map(({ dies }) => dies)), new Set(['before', 'at', 'after', null]));
  assert.deepEqual(new Set(all.map(({ end }) => end)), new Set(['commit', 'roll back']));
  assert.ok(all.some(({ openMs }) => openMs > 10_000));
  const steps = all.flatMap((one) => one.steps);
  assert.deepEqual(new Set(steps.map(({ kind }) => kind)), new Set(['order', 'undone', 'plan']));
  const contents = new Map<string, Set<string>>();
  for (const step of steps)
    if (step.kind !== 'plan' && step.order.key !== null) {
      const { workspaceId, key, workflowType, input } = step.order;
      const name = `${workspaceId} ${key}`;
      contents.set(name, (contents.get(name) ?? new Set()).add(`${workflowType} ${input}`));
    }
  assert.ok(
    [...contents.values()].some(({ size }) => size > 1),
    'a key comes with two contents',
  );
  assert.ok([...contents.keys()].some((name) => name.includes(' shared-')));
});

test('a workspace that is named for a ghost is asked for by transactions that are rolled back, and by no others', () => {
  const plans = transactions(8, 1_000).flatMap(({ end, steps }) =>
    steps.flatMap((step) =>
      step.kind === 'plan' ? [{ end, ghost: step.workspaceId.startsWith(GHOST) }] : [],
    ),
  );
  assert.ok(plans.some(({ ghost }) => ghost));
  for (const { end, ghost } of plans) assert.equal(ghost, end === 'roll back');
});
