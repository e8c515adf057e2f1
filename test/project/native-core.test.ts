import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { type TestDatabase, createTestDatabase } from '../support/database.ts';
import { REPOSITORY } from '../support/processes/started.ts';

/** What Temporal's worker SDK is made of: some 60 MB of compiled code, and all that calls it. */
const NATIVE = ['@temporalio/core-bridge', '@temporalio/worker'];

describe("the worker SDK's native core", () => {
  let database: TestDatabase;
  before(async () => void (database = await createTestDatabase()));
  after(() => database.drop());

  it('is not loaded by an API that has listened', async () => {
    const loaded = await packagesLoadedBy('server', { DATABASE_URL: database.url, PORT: '0' }, (output) =>
      output.includes('the API listens'),
    );
    assert.ok(loaded.has('@temporalio/client'));
    assert.deepEqual(
      NATIVE.filter((name) => loaded.has(name)),
      [],
    );
  });

  it('is not loaded by the audit', async () => {
    const loaded = await packagesLoadedBy('audit', { DATABASE_URL: database.url });
    assert.ok(loaded.has('@temporalio/client'));
    assert.deepEqual(
      NATIVE.filter((name) => loaded.has(name)),
      [],
    );
  });

  it('is loaded by a worker, where the same look sees it', async () => {
    const loaded = await packagesLoadedBy('worker', { DATABASE_URL: 'postgres://127.0.0.1:1/nobody' });
    assert.deepEqual(
      NATIVE.filter((name) => loaded.has(name)),
      NATIVE,
    );
  });
});

const MARK = 'loaded: ';

/** Run before anything else in the process: at its end it writes down the files of CommonJS, as Temporal's packages are. */
const TELL_AT_EXIT = `data:text/javascript,${encodeURIComponent(`
  import module from 'node:module';
  import { writeSync } from 'node:fs';
  process.on('exit', () => writeSync(1, '\\n${MARK}' + JSON.stringify(Object.keys(module._cache)) + '\\n'));
`)}`;

/** Runs a process to its end, which is brought about once `isDone` says so of its output, and tells which packages it had loaded. */
async function packagesLoadedBy(
  command: string,
  settings: Readonly<Record<string, string>>,
  isDone: (output: string) => boolean = () => false,
): Promise<Set<string>> {
  const child = spawn(process.execPath, ['--import', TELL_AT_EXIT, `dist/src/cli/${command}.js`], {
    cwd: REPOSITORY,
    env: { ...process.env, LOG_LEVEL: 'info', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (isDone(output)) child.kill('SIGTERM');
    });
  await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  const line = output.split('\n').find((text) => text.startsWith(MARK));
  assert.ok(line, output);
  const files = JSON.parse(line.slice(MARK.length)) as string[];
  return new Set(files.map((file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? file));
}
