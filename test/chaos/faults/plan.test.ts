import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isForeign } from '../load/load.ts';
import { planFaults } from './plan.ts';

const MINUTE_MS = 60_000;

test('a seed stands for one plan', () => {
  assert.deepEqual(planFaults(7, 3 * MINUTE_MS), planFaults(7, 3 * MINUTE_MS));
  assert.notDeepEqual(planFaults(7, 3 * MINUTE_MS), planFaults(8, 3 * MINUTE_MS));
});

test('three minutes have faults of every kind, foreign workers, failovers and activities among them', () => {
  for (let seed = 0; seed < 20; seed++) {
    const faults = planFaults(seed, 3 * MINUTE_MS).map(({ fault }) => fault);
    const kinds = new Set(
      faults.map((fault) => ('act' in fault ? `${fault.kind} ${fault.act}` : fault.kind)),
    );
    for (const kind of [
      'read-only',
      'watch pause',
      'watch reset',
      'activity pause',
      'activity reset',
      'freeze',
      'pause for a time',
      'pause until resumed',
      'delete',
      'bulk cancel',
      'bulk rerun',
    ])
      assert.ok(kinds.has(kind), `seed ${seed} has no ${kind}`);
    assert.ok(faults.some((f) => f.kind === 'kill' && f.targets.every((name) => name.startsWith('foreign'))));
    assert.ok(faults.some((f) => 'workspaceId' in f && f.workspaceId !== null && isForeign(f.workspaceId)));
  }
});

test('faults that are aimed at reservations are in a run with them, every kind within four minutes, and in no other', () => {
  const aimed = [
    'cut',
    'head cancel',
    'head terminate',
    'gate-after-end reset',
    'gate-after-end terminate',
    'gate-after-end cancel',
  ];
  for (let seed = 0; seed < 20; seed++) {
    const kindsOf = (options?: { reservations: boolean }) =>
      new Set(
        planFaults(seed, 4 * MINUTE_MS, options).map(({ fault }) =>
          'act' in fault ? `${fault.kind} ${fault.act}` : fault.kind,
        ),
      );
    const [others, kinds] = [kindsOf(), kindsOf({ reservations: true })];
    for (const kind of aimed)
      assert.deepEqual([kinds.has(kind), others.has(kind)], [true, false], `seed ${seed}: ${kind}`);
  }
});
