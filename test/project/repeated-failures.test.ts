import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { type Log, createLog } from '../../src/process/log.ts';
import { logRepeated } from '../../src/process/repeated-failures.ts';

const MINUTE_MS = 60_000;

interface Line {
  readonly msg: string;
  readonly repeated?: number;
  readonly inSeconds?: number;
  readonly workspaceId?: string;
}

let lines: Line[];
let log: Log;
beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setInterval', 'Date'] });
  lines = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line) as Line) };
  log = createLog({ level: 'info', process: 'test', destination });
});

const fail = (workspaceId: string, code = 'ECONNREFUSED', message = 'it failed') =>
  logRepeated(log, 'warn', { workspaceId, error: Object.assign(new Error('why'), { code }) }, message);
const said = () =>
  lines.splice(0).map(({ msg, repeated, inSeconds, workspaceId }) => [msg, workspaceId, repeated, inSeconds]);

test('the first of a kind is said at once, the rest once a minute with their number and the last one', () => {
  for (const workspaceId of ['a', 'b', 'c']) fail(workspaceId);
  assert.deepEqual(said(), [['it failed', 'a', undefined, undefined]]);
  mock.timers.tick(MINUTE_MS);
  assert.deepEqual(said(), [['it failed', 'c', 2, 60]]);
  fail('d');
  assert.deepEqual(said(), []);
  mock.timers.tick(MINUTE_MS);
  assert.deepEqual(said(), [['it failed', 'd', 1, 60]]);
});

test('a failure after a minute without one is a first one again', () => {
  fail('a');
  mock.timers.tick(MINUTE_MS);
  said();
  fail('b');
  assert.deepEqual(said(), [['it failed', 'b', undefined, undefined]]);
});

test('another message, or another code of its error, is another kind', () => {
  fail('a');
  fail('b', 'ECONNRESET');
  fail('c', 'ECONNREFUSED', 'something else failed');
  assert.deepEqual(
    said().map(([msg, workspaceId]) => [msg, workspaceId]),
    [
      ['it failed', 'a'],
      ['it failed', 'b'],
      ['something else failed', 'c'],
    ],
  );
});

test('kinds without an end are not remembered without an end', () => {
  for (let i = 0; i < 2_000; i++) fail('a', `CODE${i}`);
  assert.ok(lines.length <= 501, `${lines.length} lines`);
});
