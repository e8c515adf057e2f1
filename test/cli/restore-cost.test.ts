import assert from 'node:assert/strict';
import { test } from 'node:test';
import { costOf } from '../../src/cli/restore-cost.ts';

const DAY_MS = 24 * 3600 * 1000;
const NAMESPACE = { id: 'n', name: 'default', retentionSeconds: 3 * 24 * 3600 };

const restoring = (id: string, completeForMs: number | null) => ({
  id,
  restoringSince: new Date(),
  restoredTo: completeForMs === null ? null : new Date(Date.now() - completeForMs),
  pending: 2,
  running: 1,
});

test('within the retention nothing can run twice, and the text says until when', () => {
  const text = costOf([restoring('a', DAY_MS), restoring('b', 2 * DAY_MS)], NAMESPACE);
  const until = new Date(Date.now() + DAY_MS - 3600 * 1000).toISOString().slice(0, 13).replace('T', ' ');
  assert.match(text, new RegExp(`2 workspaces start nothing.*none runs twice.*before ${until}`, 's'));
  assert.doesNotMatch(text, /those that ended before/);
});

test('a backup older than the retention, or of unknown age, may run executions again, and the text says which', () => {
  const before = new Date(Date.now() - 3 * DAY_MS + 3600 * 1000).toISOString().slice(0, 13).replace('T', ' ');
  for (const age of [4 * DAY_MS, null]) {
    const text = costOf([restoring('a', DAY_MS), restoring('b', age)], NAMESPACE);
    assert.match(text, new RegExp(`ended before ${before}.*run again`, 's'));
    assert.doesNotMatch(text, /none runs twice/);
  }
});

test('of many workspaces the first are shown, and how many more there are', () => {
  const many = Array.from({ length: 60 }, (_, n) => restoring(`w${n}`, DAY_MS));
  const text = costOf(many, NAMESPACE);
  assert.match(text, /60 workspaces start nothing.* w49 .*\.\.\. and 10 more/s);
  assert.doesNotMatch(text, / w50 /);
});
