import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { UsageError } from '../../src/cli/options.ts';
import { confirm } from '../../src/cli/over-api/confirm.ts';
import { moment } from '../../src/cli/over-api/arguments.ts';
import { paintFor } from '../../src/cli/print/colour.ts';
import { jsonLine, plain } from '../../src/cli/print/plain.ts';
import { sparkline } from '../../src/cli/print/sparkline.ts';
import { tableLines } from '../../src/cli/print/table.ts';
import { duration, secondsOf } from '../../src/cli/print/times.ts';

const HOSTILE = 'red \u001b[31m and \u009b2J\u0007, turned \u202e, on\ntwo lines';

test('what others have written does nothing to a terminal, and is whole for programs', () => {
  // oxlint-disable-next-line no-control-regex -- none of them may be left
  const steering = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/;
  assert.doesNotMatch(plain(HOSTILE), steering);
  assert.match(plain(HOSTILE), /, on two lines$/);
  assert.doesNotMatch(jsonLine({ HOSTILE }), steering);
  assert.deepEqual(JSON.parse(jsonLine({ HOSTILE })), { HOSTILE });
});

test('colour is for terminals only, and not with NO_COLOR', () => {
  const painted = (isTTY: boolean, env: Record<string, string>) => paintFor({ isTTY }, env)('x', 'red');
  assert.equal(painted(true, {}), '\u001b[31mx\u001b[0m');
  assert.equal(painted(false, {}), 'x');
  assert.equal(painted(true, { NO_COLOR: '1' }), 'x');
  assert.equal(painted(true, { TERM: 'dumb' }), 'x');
});

test('numbers of a table stand to the right, what is missing is a dash, and long or hostile texts are cut', () => {
  const rows = [
    { name: 'a', n: 5 as number | null, text: HOSTILE },
    { name: 'longer', n: null, text: 'x'.repeat(100) },
    { name: 'c', n: 1234, text: '' },
  ];
  const lines = tableLines(
    rows,
    [
      { title: 'NAME', of: ({ name }) => name },
      { title: 'N', of: ({ n }) => n },
      { title: 'TEXT', of: ({ text }) => text },
    ],
    (text) => text,
  );
  assert.equal(lines[0], 'NAME       N  TEXT');
  assert.ok(lines[1]!.startsWith('a          5  red '));
  assert.equal(lines[2], `longer     -  ${'x'.repeat(59)}…`);
  assert.equal(lines[3], 'c       1234');
});

test('durations are said as people say them, and read the same way', () => {
  assert.deepEqual([0.25, 12, 90, 600, 7_200, 259_200].map(duration), [
    '250 ms',
    '12 s',
    '90 s',
    '10 min',
    '2.0 h',
    '3.0 d',
  ]);
  assert.deepEqual(['90', '90s', '15m', '2h', '3d', '1.5h', 'soon', '-1', ''].map(secondsOf), [
    90,
    90,
    900,
    7_200,
    259_200,
    5_400,
    null,
    null,
    null,
  ]);
  const ahead = moment('2h', '--until', 'ahead').getTime() - Date.now();
  assert.ok(Math.abs(ahead - 7_200_000) < 1_000);
  assert.equal(moment('2030-01-31T12:00:00Z', '--until', 'ahead').toISOString(), '2030-01-31T12:00:00.000Z');
  assert.throws(() => moment('tomorrow', '--until', 'ahead'), UsageError);
});

test('a sparkline is as high as its highest count, and empty without any', () => {
  assert.equal(sparkline([0, 0, 4, 8], 4), '  ▄█');
  assert.equal(sparkline([0, 1, 0, 8, 0, 0], 3), '▁█');
  assert.equal(sparkline([0, 0], 2), '');
});

async function answering(answer: string): Promise<{ isYes: boolean; asked: string }> {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const output = new PassThrough();
  let asked = '';
  output.on('data', (chunk) => (asked += String(chunk)));
  const confirmed = confirm('Deletes all of it.', { input, output });
  input.write(`${answer}\n`);
  return { isYes: await confirmed, asked };
}

test('a question says what will happen, and only yes is yes', async () => {
  for (const answer of ['y', 'yes', ' YES ']) assert.equal((await answering(answer)).isYes, true, answer);
  for (const answer of ['', 'n', 'no', 'yep', 'delete']) {
    const { isYes, asked } = await answering(answer);
    assert.equal(isYes, false, answer);
    assert.match(asked, /^Deletes all of it\.\nGo on\? \[y\/N\] .*Nothing was done\.\n$/s);
  }
});

test('where there is no terminal nobody is asked, and nothing is done', async () => {
  const terminal = { input: new PassThrough(), output: new PassThrough() };
  await assert.rejects(confirm('Deletes all of it.', terminal), (error: unknown) => {
    assert.ok(error instanceof UsageError);
    assert.match(error.message, /^Deletes all of it\.\nNothing was done: .* --yes/);
    return true;
  });
});
