import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { keepServerLogsSmall, rotatingLogFile } from '../../src/local/processes/growing-logs.ts';
import { eventually } from '../support/eventually.ts';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-logs-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

test('a log is set aside in the midst of writing, no line is lost between the two files, and both are private', () => {
  const file = join(folder, 'sluice.log');
  const log = rotatingLogFile(file, 1_000);
  const lines = Array.from({ length: 35 }, (_, n) => `{"line":${n},"text":"${'x'.repeat(30)}"}\n`);
  for (const line of lines) log.write(line);
  assert.equal(readFileSync(`${file}.1`, 'utf8') + readFileSync(file, 'utf8'), lines.join(''));
  for (const path of [file, `${file}.1`]) {
    assert.ok(statSync(path).size < 1_100, path);
    assert.equal(statSync(path).mode & 0o777, 0o600);
  }
  for (const line of lines) log.write(line);
  assert.ok(statSync(file).size + statSync(`${file}.1`).size < 2_200);
});

test('a log that was large before the start is set aside by the first line', () => {
  const file = join(folder, 'before.log');
  appendFileSync(file, 'y'.repeat(2_000));
  rotatingLogFile(file, 1_000).write('first\n');
  assert.equal(readFileSync(file, 'utf8'), 'first\n');
});

test("a server's log that it holds open is emptied, and it writes on at the beginning", async () => {
  const file = join(folder, 'temporal.log');
  const held = openSync(file, 'a', 0o600);
  const watch = keepServerLogsSmall(folder, { maxBytes: 1_000, everyMs: 10 });
  try {
    writeSync(held, 'z'.repeat(1_500));
    await eventually(() => assert.equal(statSync(file).size, 0));
    writeSync(held, 'next');
    assert.equal(readFileSync(file, 'utf8'), 'next');
    assert.equal(readFileSync(`${file}.1`, 'utf8'), 'z'.repeat(1_500));
  } finally {
    await watch.stop();
  }
});
