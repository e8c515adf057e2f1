import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { localDatabaseUrl } from '../../src/local/postgres/local-database.ts';
import { startLocalPostgres } from '../../src/local/postgres/local-postgres.ts';
import type { ProcessIdentity } from '../../src/local/processes/process-identity.ts';
import { eventually } from '../support/eventually.ts';
import { killAll, launch, type Started, startSettings, untilRunning } from '../support/processes/started.ts';
import { BEFORE_THE_LEDGER } from './kept-database.ts';
import { turnBack } from './turn-back.ts';

let dataDir: string;
let settings: Record<string, string>;
let apiUrl: string;
/** Every process that any of the starts here had. */
const processes: ProcessIdentity[] = [];

before(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-upgrade-'));
  settings = await startSettings(dataDir);
  apiUrl = `http://127.0.0.1:${settings['PORT']}`;
});
after(() => {
  killAll(processes);
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(): Promise<Started> {
  const started = launch(settings);
  await untilRunning(started);
  processes.push(...started.processes());
  return started;
}

async function stop(started: Started): Promise<void> {
  started.child.kill('SIGTERM');
  assert.equal(await started.ended(), 0, started.printed());
}

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function call(method: string, path: string, body?: unknown, key?: string): Promise<Answer> {
  const answer = await fetch(`${apiUrl}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(key !== undefined && { 'idempotency-key': key }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

const request = () => ({
  workflowType: 'httpRequest',
  input: {
    method: 'POST',
    url: `http://127.0.0.1:${settings['LOCAL_ECHO_PORT']}/`,
    body: { text: '\u20ac' },
  },
});

const enqueue = (workspace: string) =>
  call('POST', `/v1/workspaces/${workspace}/executions`, request(), 'the key');

async function completed(workspace: string, id: unknown): Promise<Answer> {
  return await eventually(async () => {
    const answer = await call('GET', `/v1/workspaces/${workspace}/executions/${String(id)}`);
    assert.equal(answer.body['status'], 'completed');
    assert.ok(answer.body['startedAt']);
    return answer;
  }, 60_000);
}

/** Leaves the data folder as a run of the release before would have left it. */
async function turnBackDataFolder(): Promise<void> {
  const postgres = await startLocalPostgres({
    dataDir,
    port: Number(settings['LOCAL_POSTGRES_PORT']),
    onSpawn: (identity) => processes.push(identity),
    progress: () => {},
  });
  try {
    await turnBack(localDatabaseUrl(dataDir)!, BEFORE_THE_LEDGER);
  } finally {
    await postgres.stop();
  }
}

/** Runs what the start says, as a person would: it is said once, though API and worker both start. */
async function giveRetentionAsTold(started: Started): Promise<void> {
  const told = [
    ...started.printed().matchAll(/nothing is deleted of the tier pro, enterprise, .*: (curl .*)$/gm),
  ];
  assert.equal(told.length, 1, started.printed());
  const shell = launch(settings, ['sh', '-c', told[0]![1]!]);
  assert.equal(await shell.ended(), 0, shell.printed());
  const { body } = await call('GET', '/v1/tiers');
  const tiers = body['items'] as Record<string, unknown>[];
  assert.deepEqual(
    tiers.map(({ name, retentionDays, payloadRetentionDays }) => [name, retentionDays, payloadRetentionDays]),
    [
      ['pro', 30, 30],
      ['enterprise', 30, 30],
    ],
  );
}

test('npm start on a data folder of the release before upgrades it by itself, says so, and has all that was there', async () => {
  const first = await start();
  await call('PUT', '/v1/workspaces/acme', { tier: 'pro' });
  const { status, body } = await enqueue('acme');
  assert.equal(status, 202, JSON.stringify(body));
  const before = await completed('acme', body['id']);
  await stop(first);
  await turnBackDataFolder();

  const second = await start();
  assert.match(second.printed(), /applying \d+ database migrations?\b/);
  assert.match(second.printed(), /moving 1 of 1 executions to the tables of this version/);
  assert.match(second.printed(), /moved all executions: 1 in /);
  await giveRetentionAsTold(second);
  assert.deepEqual(await completed('acme', body['id']), before);
  const repeated = await enqueue('acme');
  assert.deepEqual([repeated.status, repeated.body['id']], [200, body['id']]);

  await call('PUT', '/v1/workspaces/later', { tier: 'pro' });
  await completed('later', (await enqueue('later')).body['id']);
  await stop(second);
});
