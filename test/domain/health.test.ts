import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { HEALTHS, type Health, type HealthFacts, healthOf } from '../../src/domain/health.ts';

const QUIET: HealthFacts = {
  isDeleting: false,
  isRestoring: false,
  isPaused: false,
  stalledExecutions: 0,
  pending: 0,
  running: 0,
  limit: 5,
};

/** What makes a workspace so, whatever else is true of it. */
const MAKES: Readonly<Record<Exclude<Health, 'idle'>, Partial<HealthFacts>>> = {
  deleting: { isDeleting: true },
  restoring: { isRestoring: true },
  paused: { isPaused: true },
  stalled: { stalledExecutions: 1 },
  'at-limit': { pending: 1, running: 5 },
  backlogged: { pending: 1, running: 4 },
  active: { running: 1 },
};

test('a workspace with nothing to say of is idle', () => {
  assert.equal(healthOf(QUIET), 'idle');
});

test('each health has its cause', () => {
  for (const [health, facts] of Object.entries(MAKES)) assert.equal(healthOf({ ...QUIET, ...facts }), health);
});

test('of two that are true the one that comes first in the list is told', () => {
  const causes = Object.entries(MAKES) as [Exclude<Health, 'idle'>, Partial<HealthFacts>][];
  for (const [first, firstFacts] of causes)
    for (const [second, secondFacts] of causes) {
      if (HEALTHS.indexOf(first) > HEALTHS.indexOf(second)) continue;
      assert.equal(healthOf({ ...QUIET, ...secondFacts, ...firstFacts }), first, `${first} and ${second}`);
    }
});

test('more than the limit run after a cut: a workspace with a queue is at its limit, and one without is active', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), fc.nat({ max: 1000 }), (limit, over) => {
      assert.equal(healthOf({ ...QUIET, limit, running: limit + over, pending: 1 }), 'at-limit');
      assert.equal(healthOf({ ...QUIET, limit, running: limit + over }), 'active');
    }),
  );
});
