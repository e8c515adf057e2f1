import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { auditDeployment } from '../../src/audit/audit-deployment.ts';
import { onServer } from '../../src/db/server/on-server.ts';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../support/database.ts';
import { eventually, eventuallyEqual } from '../support/eventually.ts';
import { runningExecution } from '../support/gates-and-children.ts';
import { enqueueBySql, grantAll } from '../support/sql-callers.ts';
import { REPOSITORY } from '../support/processes/started.ts';
import { type World, startWorld } from '../support/world.ts';

// Not a part of the run: it needs pg_dump, of the same version as the server. `npm run test:postgres -- FOLDER test/dump` names the folder of both.

const run = promisify(execFile);

const folder = mkdtempSync(join(tmpdir(), 'sluice-dump-'));
const databases: TestDatabase[] = [];
after(async () => {
  for (const { drop } of databases) await drop();
  rmSync(folder, { recursive: true });
});

/** The commands of the section on dumps, as docs/postgres.md has them. */
function commandsOfPage(): string[] {
  const page = readFileSync(join(REPOSITORY, 'docs/postgres.md'), 'utf8');
  const block = /\n## Dumps\n.*?```sh\n(.*?)```/s.exec(page)![1]!;
  return block.trim().split('\n');
}

/** Runs those that begin with a program, in a folder of the test's own. */
async function runOfPage(program: string, env: Record<string, string>): Promise<void> {
  const programs = process.env['SLUICE_TEST_POSTGRES_BIN'];
  assert.ok(programs, 'npm run test:postgres -- FOLDER test/dump');
  for (const command of commandsOfPage().filter((line) => line.startsWith(program)))
    await run('sh', ['-ec', command], {
      cwd: folder,
      env: { ...process.env, PATH: `${programs}${delimiter}${process.env['PATH']}`, ...env },
    });
}

const dump = (url: string) => runOfPage('pg_dump', { DATABASE_URL: url });

/** Into a database that has nothing yet, which may be on another server. Returns its URL. */
async function restore(): Promise<string> {
  const empty = await createEmptyDatabase();
  databases.push(empty);
  await runOfPage('pg_restore', { NEW_DATABASE_URL: empty.url });
  await runOfPage('vacuumdb', { NEW_DATABASE_URL: empty.url });
  return empty.url;
}

async function startedOn(databaseUrl: string): Promise<World> {
  return await startWorld(import.meta.url, { SWEEP_INTERVAL_SECONDS: '2' }, { databaseUrl });
}

async function startFirst(epoch: number): Promise<World> {
  const first = await createTestDatabase();
  databases.push(first);
  const world = await startedOn(first.url);
  await world.database.pool.query('update deployment set epoch = $1', [epoch]);
  return world;
}

const resume = (world: World, ...args: string[]) =>
  run(process.execPath, ['dist/src/cli/sluice.js', 'resume', '--after-restore', ...args], {
    cwd: REPOSITORY,
    env: {
      ...process.env,
      DATABASE_URL: world.config.DATABASE_URL,
      TEMPORAL_NAMESPACE: world.temporal.namespace,
    },
  });

interface Filled {
  readonly running: readonly string[];
  readonly pending: readonly string[];
}

/** Two executions have ended, two run, two wait behind them. */
async function fill(world: World, workspace: string): Promise<Filled> {
  await world.sluice.workspaces.put(workspace, { tier: 'pro', limitOverride: 2 });
  for (const input of ['a', 'b']) await world.enqueue(workspace, 'echo', input);
  await eventuallyEqual(() => world.seqs(workspace, 'completed'), [1, 2]);
  const running: string[] = [];
  for (const input of ['c', 'd']) running.push((await runningExecution(world, workspace, input)).id);
  const pending: string[] = [];
  for (const input of ['e', 'f']) pending.push((await world.enqueue(workspace, 'untilTold', input)).id);
  await eventually(async () => {
    for (const id of running) assert.ok((await world.execution(workspace, id)).runId);
  });
  return { running, pending };
}

const finishAll = async (world: World, { running, pending }: Filled) => {
  for (const id of [...running, ...pending]) await world.finish(id);
};

const restoring = async (world: World, workspace: string) =>
  (await world.sluice.workspaces.get(workspace)).restoringSince ?? null;

test('a dump of a deployment that stands still, restored into another database, goes on as if nothing had been', async () => {
  const first = await startFirst(11);
  const filled = await fill(first, 'moved');
  const url = first.config.DATABASE_URL;
  await first.stop();
  await dump(url);
  const second = await startedOn(await restore());
  try {
    await finishAll(second, filled);
    await eventuallyEqual(() => second.seqs('moved', 'completed'), [1, 2, 3, 4, 5, 6], 60_000);
    assert.equal(await restoring(second, 'moved'), null);
    const rows = await Promise.all(filled.running.map((id) => second.execution('moved', id)));
    assert.deepEqual(
      rows.map(({ input, result }) => [input, result]),
      [
        ['c', 'c'],
        ['d', 'd'],
      ],
    );
    await eventually(async () => {
      const report = await auditDeployment({
        database: second.database,
        client: second.client,
        workspaces: ['moved'],
        maxIdleSlotSeconds: 120,
        graceSeconds: 120,
      });
      assert.ok(report.ok, JSON.stringify(report));
    });
  } finally {
    await second.stop();
  }
});

test('a dump that was taken while executions ran, restored later, starts nothing until an operator resumes it', async () => {
  const first = await startFirst(12);
  const filled = await fill(first, 'older');
  await dump(first.config.DATABASE_URL);
  await finishAll(first, filled);
  await eventuallyEqual(() => first.seqs('older', 'completed'), [1, 2, 3, 4, 5, 6], 60_000);
  await first.stop();
  const second = await startedOn(await restore());
  try {
    await eventually(async () => assert.ok(await restoring(second, 'older')), 60_000);
    await eventuallyEqual(() => second.seqs('older', 'completed'), [1, 2, 3, 4], 60_000);
    assert.deepEqual(await second.seqs('older', 'pending'), [5, 6]);
    await assert.rejects(resume(second), { code: 1, stdout: /1 workspace starts nothing/ });
    assert.match((await resume(second, '--yes')).stdout, /went on/);
    await eventuallyEqual(() => second.seqs('older', 'completed'), [1, 2, 3, 4, 5, 6], 60_000);
    assert.equal(await restoring(second, 'older'), null);
  } finally {
    await second.stop();
  }
});

test('a dump with rows of the inbox that nobody has sequenced goes on in another database: each is sequenced once', async () => {
  const first = await startFirst(13);
  await first.sluice.workspaces.put('inbox', { tier: 'pro' });
  await grantAll(first.config.DATABASE_URL);
  const url = first.config.DATABASE_URL;
  await first.stop();
  const ids = await onServer(url, async (client) => {
    const request = { workspaceId: 'inbox', workflowType: 'echo', input: '"x"' };
    return [await enqueueBySql(client, request), await enqueueBySql(client, request)];
  });
  await dump(url);
  const second = await startedOn(await restore());
  try {
    await eventuallyEqual(() => second.seqs('inbox', 'completed'), [1, 2], 60_000);
    const { rows } = await second.database.pool.query<{ id: string }>(
      'select id from all_executions order by seq',
    );
    assert.deepEqual(
      rows.map(({ id }) => id),
      ids,
    );
    const { rows: left } = await second.database.pool.query('select from inbox');
    assert.equal(left.length, 0);
    await enqueueBySql(second.database.pool, { workspaceId: 'inbox', workflowType: 'echo' });
    await eventuallyEqual(() => second.seqs('inbox', 'completed'), [1, 2, 3]);
  } finally {
    await second.stop();
  }
});
