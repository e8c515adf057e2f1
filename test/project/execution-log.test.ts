import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { freePort } from '../../src/local/processes/ports.ts';
import type { Service } from '../../src/local/processes/service.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { startProcess } from '../support/processes/start-process.ts';
import { REPOSITORY } from '../support/processes/started.ts';
import { testNamespace } from '../support/temporal.ts';

const SECRET = 'hunter2';

interface Line {
  readonly level: number;
  readonly msg: string;
  readonly process: string;
  readonly [field: string]: unknown;
}

let folder: string;
let database: TestDatabase;
const services: Service[] = [];
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-log-'));
  database = await createTestDatabase();
});
after(async () => {
  await Promise.all(services.map((service) => service.stop()));
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** A process of its own, with its log in a file of its name. */
async function run(
  name: string,
  kind: 'api' | 'worker',
  temporal = process.env['TEMPORAL_ADDRESS']!,
): Promise<string> {
  const port = await freePort();
  services.push(
    await startProcess({
      name,
      kind,
      folder: REPOSITORY,
      port,
      settings: {
        AUTH: 'none',
        DATABASE_URL: database.url,
        TEMPORAL_ADDRESS: temporal,
        TEMPORAL_NAMESPACE: testNamespace(import.meta.url),
        WORKFLOWS_PATH: fileURLToPath(new URL('../support/workflows/index.js', import.meta.url)),
        ACTIVITIES_PATH: fileURLToPath(new URL('../support/activities.js', import.meta.url)),
        SHUTDOWN_GRACE_SECONDS: '2',
      },
      logFile: join(folder, `${name}.log`),
      onSpawn: () => {},
    }),
  );
  return `http://127.0.0.1:${port}`;
}

const textOf = (name: string) => readFileSync(join(folder, `${name}.log`), 'utf8');
const linesOf = (name: string) =>
  textOf(name)
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line);

async function send(method: string, url: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(url, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  assert.ok(response.ok, `${response.status}`);
  return (await response.json()) as {
    id: string;
    seq: number;
    runId: string | null;
    startedAt: string | null;
    status: string;
  };
}

test('an execution is followed through the processes by its id: one line a change, with its ids and nothing that a user sent', async () => {
  const api = await run('api', 'api');
  await run('worker', 'worker');
  const workspace = `${api}/v1/workspaces/acme`;
  await send('PUT', workspace, { tier: 'pro', limitOverride: 1 });
  const enqueue = (workflowType: string, key: string) =>
    send('POST', `${workspace}/executions`, { workflowType, input: SECRET }, { 'idempotency-key': key });
  const first = await enqueue('echo', `${SECRET}-1`);
  const ended = await eventually(async () => {
    const execution = await send('GET', `${workspace}/executions/${first.id}`);
    assert.equal(execution.status, 'completed');
    // Recorded by another way than its run, and later.
    assert.ok(execution.runId && execution.startedAt);
    return execution;
  });
  // A repeat changes nothing.
  await enqueue('echo', `${SECRET}-1`);
  const holder = await enqueue('untilTold', `${SECRET}-2`);
  const waiting = await enqueue('echo', `${SECRET}-3`);
  await send('POST', `${workspace}/executions/${waiting.id}/cancel`);

  const changesOf = ({ id }: { id: string }) =>
    [...linesOf('api'), ...linesOf('worker')]
      .filter(({ executionId, msg }) => executionId === id && msg.startsWith('execution '))
      .map(({ msg, process, workspaceId, seq, status, runId }) => [
        msg,
        process,
        workspaceId,
        seq,
        status,
        runId,
      ]);
  await eventually(() => {
    assert.deepEqual(changesOf(first), [
      ['execution accepted', 'api', 'acme', 1, 'pending', undefined],
      ['execution admitted', 'worker', 'acme', 1, 'running', undefined],
      ['execution started', 'worker', 'acme', 1, 'running', ended.runId],
      ['execution ended', 'worker', 'acme', 1, 'completed', ended.runId],
    ]);
    assert.deepEqual(changesOf(waiting), [
      ['execution accepted', 'api', 'acme', 3, 'pending', undefined],
      ['execution ended', 'api', 'acme', 3, 'cancelled', null],
    ]);
    assert.deepEqual(
      changesOf(holder).map(([msg]) => msg),
      ['execution accepted', 'execution admitted', 'execution started'],
    );
  });
  const warnings = [...linesOf('api'), ...linesOf('worker')].filter(({ level }) => level >= 40);
  assert.deepEqual(warnings, [], 'a healthy installation has nothing to complain about');
  for (const name of ['api', 'worker']) assert.ok(!textOf(name).includes(SECRET), `the log of the ${name}`);
});

test('a failure that repeats is logged at once, and then only counted', async () => {
  const api = await run('cut', 'api', `127.0.0.1:${await freePort()}`);
  const workspaces = Array.from({ length: 12 }, (_, i) => `${api}/v1/workspaces/cut-${i}`);
  for (const workspace of workspaces) {
    await send('PUT', workspace, { tier: 'pro' });
    await send('POST', `${workspace}/executions`, { workflowType: 'echo' });
  }
  const failures = () => linesOf('cut').filter(({ msg }) => msg.startsWith('the gate could not be woken'));
  await eventually(() => assert.ok(failures().length > 0));
  // Its stop waits for all wakes.
  await services.pop()!.stop();
  assert.equal(failures().length, 1);
});
