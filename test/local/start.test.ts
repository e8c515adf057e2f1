import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import pg from 'pg';
import type { ProcessIdentity } from '../../src/local/processes/process-identity.ts';
import { eventually } from '../support/eventually.ts';
import {
  alive,
  killAll,
  launch,
  startSettings,
  untilRunning,
  type Started,
} from '../support/processes/started.ts';

let dataDir: string;
let settings: Record<string, string>;
let apiUrl: string;
/** Every process that any of the starts here had. */
const processes: ProcessIdentity[] = [];

before(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-start-'));
  settings = await startSettings(dataDir);
  apiUrl = `http://127.0.0.1:${settings['PORT']}`;
});

after(() => {
  killAll(processes);
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(command?: readonly [string, ...string[]]): Promise<Started> {
  const started = launch(settings, command);
  await untilRunning(started);
  processes.push(...started.processes());
  return started;
}

async function status(url: string): Promise<number> {
  return (await fetch(url)).status;
}

async function executionStatuses(): Promise<string[]> {
  const answer = await fetch(`${apiUrl}/v1/workspaces/acme/executions`);
  assert.equal(answer.status, 200);
  const { items } = (await answer.json()) as { items: { status: string }[] };
  return items.map((item) => item.status);
}

/** The roles by which the API, the worker and reconcile are connected. */
async function rolesOfSessions(): Promise<string[]> {
  const password = readFileSync(join(dataDir, 'postgres-password'), 'utf8');
  const client = new pg.Client({
    connectionString: `postgres://postgres:${password}@127.0.0.1:${settings['LOCAL_POSTGRES_PORT']}/postgres`,
  });
  await client.connect();
  try {
    const { rows } = await client.query<{ usename: string }>(
      "select distinct usename from pg_stat_activity where application_name like 'sluice%' order by 1",
    );
    return rows.map(({ usename }) => usename);
  } finally {
    await client.end();
  }
}

/** The line that the block offers to try, run as a person would run it. */
async function tryIt(started: Started): Promise<void> {
  const line = /^ {4}(curl .*)$/m.exec(started.printed())?.[1];
  assert.ok(line, 'the block has a line with curl');
  const shell = launch(settings, ['sh', '-c', line]);
  assert.equal(await shell.ended(), 0, shell.printed());
  assert.match(shell.printed(), /"workflowType":"httpRequest"/);
}

test('npm start runs everything, says where it is, and SIGTERM to npm leaves no process behind', async () => {
  const started = await start(['npm', 'start']);
  const printed = started.printed();
  for (const place of [apiUrl, `${apiUrl}/docs`, `http://127.0.0.1:${settings['LOCAL_TEMPORAL_UI_PORT']}`]) {
    assert.ok(printed.includes(place), `${place} is in the block`);
    assert.equal(await status(place === apiUrl ? `${apiUrl}/health/ready` : place), 200, place);
  }
  assert.ok(printed.includes(dataDir), 'the block says where data lives');
  const worker = `http://127.0.0.1:${settings['WORKER_HEALTH_PORT']}`;
  assert.ok(printed.includes(`Metrics      ${apiUrl}/metrics and ${worker}/metrics\n`));
  for (const url of [apiUrl, worker]) assert.equal(await status(`${url}/metrics`), 200, url);
  assert.match(printed, /Access +open: no key is asked for/);
  assert.match(printed, new RegExp(`Echo +http://127.0.0.1:${settings['LOCAL_ECHO_PORT']} `));
  await tryIt(started);
  await eventually(async () => assert.deepEqual(await executionStatuses(), ['completed']), 30_000);

  assert.deepEqual(await rolesOfSessions(), ['sluice'], 'no process of ours connects as superuser');

  const own = started.processes();
  assert.equal(own.length, 3, 'the supervisor, Postgres and Temporal');
  started.child.kill('SIGTERM');
  await started.ended();
  assert.deepEqual(alive(own), []);
});

test('a second start on the same data is refused while the first one runs, and does not disturb it', async () => {
  const first = await start();
  const second = launch(settings);
  assert.equal(await second.ended(), 1);
  assert.match(second.printed(), /already runs with the data in .* as process \d+/);
  assert.equal(await status(`${apiUrl}/health/ready`), 200);
  assert.deepEqual(alive(first.processes()), first.processes());
});

test('after kill -9 of the supervisor alone, the next start ends what it left and still has the data', async () => {
  const [supervisor, ...services] = processes.slice(-3);
  killAll([supervisor!]);
  await eventually(() => assert.deepEqual(alive([supervisor!]), []));
  assert.deepEqual(alive(services), services, 'Postgres and Temporal outlive their supervisor');

  const started = await start();
  const [postgres, temporal] = services;
  assert.match(
    started.printed(),
    new RegExp(
      `ending Postgres \\(process ${postgres!.pid}\\) and Temporal \\(process ${temporal!.pid}\\), which a killed run left behind: up to 15 s`,
    ),
  );
  assert.match(started.printed(), /the run before was killed: .* up to 10 s for a gate or a workflow/);
  assert.deepEqual(alive(services), []);
  assert.deepEqual(await executionStatuses(), ['completed']);
});

test('after kill -9 of everything, the next start has the data, and Ctrl-C leaves no process behind', async () => {
  killAll(processes);
  await eventually(() => assert.deepEqual(alive(processes), []));

  const started = await start();
  assert.deepEqual(await executionStatuses(), ['completed']);
  // A terminal sends Ctrl-C to the whole group, and npm passes its own on.
  process.kill(-started.child.pid!, 'SIGINT');
  process.kill(started.child.pid!, 'SIGINT');
  assert.equal(await started.ended(), 0);
  assert.deepEqual(alive(processes), []);
});

test('what users sent is readable by its owner alone', () => {
  assert.equal(statSync(dataDir).mode & 0o777, 0o700);
  assert.equal(statSync(join(dataDir, 'postgres-password')).mode & 0o777, 0o600);
});
