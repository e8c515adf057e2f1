import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { workspaceQueue } from '../../src/domain/names.ts';
import { openDatabase } from '../../src/db/connection/database.ts';
import { type TestDatabase, createTestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { EXAMPLE_PATHS } from '../support/example-paths.ts';
import { type Connected, connect } from './connected.ts';

const SLUICE = fileURLToPath(new URL('../../src/cli/sluice.js', import.meta.url));

let at: Connected;
let testDatabase: TestDatabase;
before(async () => {
  at = await connect(import.meta.url);
  testDatabase = await createTestDatabase();
});
after(async () => {
  await at.close();
  await testDatabase.drop();
});

interface WorkerProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  output(): string;
}

function spawnWorker(settings: Record<string, string>): WorkerProcess {
  const env = {
    ...process.env,
    DATABASE_URL: testDatabase.url,
    TEMPORAL_NAMESPACE: at.namespace,
    SHUTDOWN_GRACE_SECONDS: '2',
    ...settings,
  };
  const child = spawn(process.execPath, [SLUICE, 'worker'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return { child, ended: once(child, 'exit').then(([code]) => code as number | null), output: () => output };
}

test('the worker process serves until SIGTERM, and then ends in order and in good time', async () => {
  const database = openDatabase({
    url: testDatabase.url,
    poolSize: 1,
    applicationName: 'test',
    onError: () => {},
  });
  const worker = spawnWorker({ LOG_LEVEL: 'info', ...EXAMPLE_PATHS });
  try {
    await eventually(() => assert.match(worker.output(), /worker started/));
    const id = randomUUID();
    await database.pool.query(
      `insert into workspaces (id, tier, limit_in_force, pending) values ($1, 'pro', 5, 1)`,
      [id],
    );
    const args = [{ countries: ['Japan'] }];
    await at.client.workflow.execute('orderReport', {
      workflowId: randomUUID(),
      taskQueue: workspaceQueue(id),
      args,
    });
    const begun = Date.now();
    worker.child.kill('SIGTERM');
    assert.equal(await worker.ended, 0, worker.output());
    assert.ok(Date.now() - begun < 8_000, `it took ${Date.now() - begun} ms`);
  } finally {
    worker.child.kill('SIGKILL');
    await database.close();
  }
});

test('a worker process that cannot start says why in a few lines and ends with 1', async () => {
  const worker = spawnWorker({ WORKFLOWS_PATH: '/no/such/workflows.js' });
  assert.equal(await worker.ended, 1);
  assert.match(worker.output(), /WorkflowsPathError: WORKFLOWS_PATH is "\/no\/such\/workflows\.js"/);
  assert.doesNotMatch(worker.output(), /\n\s+at /, 'no stack');
});
