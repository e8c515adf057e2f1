import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quietTerminal } from '../../src/local/terminal/quiet-terminal.ts';
import { eventually } from '../support/eventually.ts';

test('what repeats is shown three times and then counted, and does not keep another kind from being shown', async () => {
  const shown: string[] = [];
  const terminal = quietTerminal((line) => shown.push(line.trim()), 50);
  for (let n = 1; n <= 100; n++) terminal.show('activity failed', `WARN activity failed ${n}`);
  terminal.show('disk full', 'ERROR disk full');
  assert.deepEqual(shown, [
    'WARN activity failed 1',
    'WARN activity failed 2',
    'WARN activity failed 3',
    'ERROR disk full',
  ]);
  const sum = '97 more like this in the last minute, all in the log: activity failed';
  await eventually(() => assert.equal(shown.at(-1), sum));
  terminal.show('activity failed', 'WARN activity failed 101');
  assert.equal(shown.at(-1), 'WARN activity failed 101');
});
