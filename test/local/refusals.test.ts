import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { freePort } from '../../src/local/processes/ports.ts';
import { launch, startSettings } from '../support/processes/started.ts';

let dataDir: string;
let settings: Record<string, string>;

before(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-refusals-'));
  settings = await startSettings(dataDir);
});

after(() => rmSync(dataDir, { recursive: true, force: true }));

afterEach(() => {
  assert.ok(!existsSync(join(dataDir, 'run.json')), 'nothing is left to clean up');
});

/** Starts with these settings, which has to fail; gives what was printed. */
async function refusal(wrong: Record<string, string>): Promise<string> {
  const started = launch({ ...settings, ...wrong });
  assert.equal(await started.ended(), 1, started.printed());
  assert.doesNotMatch(started.printed(), /^ {4}at /m, 'no stack: the message says all');
  return started.printed();
}

async function listen(port: number): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return server;
}

test('a port in use is named with its variable, each one at once, and nothing is started', async () => {
  const taken = [
    await listen(Number(settings['PORT'])),
    await listen(Number(settings['LOCAL_TEMPORAL_UI_PORT'])),
  ];
  const printed = await refusal({}).finally(() => taken.forEach((server) => server.close()));
  assert.match(printed, new RegExp(`PORT: port ${settings['PORT']} .* in use`));
  assert.match(
    printed,
    new RegExp(`LOCAL_TEMPORAL_UI_PORT: port ${settings['LOCAL_TEMPORAL_UI_PORT']} .* in use`),
  );
  assert.ok(!existsSync(join(dataDir, 'postgres')), 'not even a cluster was made');
});

test('one port for two things is refused', async () => {
  const printed = await refusal({ LOCAL_TEMPORAL_PORT: settings['PORT']! });
  assert.match(printed, /LOCAL_TEMPORAL_PORT: .* PORT asks for it as well/);
});

test('every wrong value is named at once, with the allowed ones', async () => {
  const printed = await refusal({
    PORT: 'eighty',
    TIER_PRO_CONCURRENT_LIMIT: '0',
    DATABASE_URL: 'mysql://localhost/db',
  });
  for (const name of ['PORT', 'TIER_PRO_CONCURRENT_LIMIT', 'DATABASE_URL'])
    assert.match(printed, new RegExp(`- ${name} .*allowed`));
});

test('a variable that is nearly called like a setting stops the start with the setting that was meant', async () => {
  const printed = await refusal({ TIER_PRO_CONCURENT_LIMIT: '9', TEMPORAL_NAMESAPCE: 'orders' });
  assert.match(printed, /- TIER_PRO_CONCURENT_LIMIT is not a setting; TIER_PRO_CONCURRENT_LIMIT is\./);
  assert.match(printed, /- TEMPORAL_NAMESAPCE is not a setting; TEMPORAL_NAMESPACE is\./);
  assert.ok(!existsSync(join(dataDir, 'postgres')), 'not even a cluster was made');
});

test('a DATABASE_URL that nobody answers is named, without its password', async () => {
  const port = await freePort();
  const printed = await refusal({ DATABASE_URL: `postgres://sluice:hunter2@127.0.0.1:${port}/sluice` });
  assert.match(printed, /Set DATABASE_URL to/);
  assert.match(printed, /ECONNREFUSED/);
  assert.doesNotMatch(printed, /hunter2/);
});

test('a DATABASE_URL with a wrong password or of a database that is not there says which', async () => {
  const url = new URL(process.env['SLUICE_TEST_POSTGRES_URL']!);
  url.pathname = '/nowhere';
  assert.match(
    await refusal({ DATABASE_URL: url.toString() }),
    /database "nowhere" does not exist[\s\S]*DATABASE_URL/,
  );
  url.password = 'wrong';
  assert.match(
    await refusal({ DATABASE_URL: url.toString() }),
    /password authentication failed[\s\S]*DATABASE_URL/,
  );
});

test('a TEMPORAL_ADDRESS that nobody answers is named, and Postgres is not left running', async () => {
  const port = await freePort();
  const printed = await refusal({ TEMPORAL_ADDRESS: `127.0.0.1:${port}` });
  assert.match(printed, new RegExp(`Temporal does not answer at 127.0.0.1:${port}[\\s\\S]*TEMPORAL_ADDRESS`));
});

test('credentials for a Temporal server without its address are refused', async () => {
  assert.match(await refusal({ TEMPORAL_API_KEY: 'secret' }), /TEMPORAL_ADDRESS is not/);
});

test('without any way to get a Temporal server, each way tried is named and Postgres is stopped again', async () => {
  const file = join(dataDir, 'a-file');
  writeFileSync(file, '');
  const withoutTemporal = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => !existsSync(join(folder, 'temporal')));
  const printed = await refusal({
    PATH: [...withoutTemporal, dirname(process.execPath)].join(delimiter),
    GOPATH: file,
    GOBIN: file,
    // Neither Go nor a download can leave anything in a file.
    XDG_CACHE_HOME: file,
    HOME: homedir(),
  });
  assert.match(printed, /- a copy on PATH or from before: there is none/);
  assert.match(printed, /- go install: .*not a directory/);
  assert.match(printed, /- download: .*not a directory/);
  assert.match(printed, /Do one of these: set TEMPORAL_ADDRESS/);
});

test('a data folder that cannot be written to is named with its variable', async () => {
  assert.match(
    await refusal({ SLUICE_DATA_DIR: '/dev/null/data' }),
    /data folder \/dev\/null\/data .*[\s\S]*SLUICE_DATA_DIR/,
  );
});
