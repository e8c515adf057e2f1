import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { createLog } from '../../src/process/log.ts';
import type { Running } from '../../src/process/run-process.ts';
import { startWorker } from '../../src/worker/start-worker.ts';
import { backUp } from '../support/backup.ts';
import { eventually, eventuallyEqual } from '../support/eventually.ts';
import { childOf, gatePage, runningExecution } from '../support/gates-and-children.ts';
import { REPOSITORY } from '../support/processes/started.ts';
import { type World, startWorld } from '../support/world.ts';

interface Line {
  readonly level: number;
  readonly msg: string;
  readonly workspaceId?: string;
}

const WARN = 40;

let world: World;
let worker: Running;
const lines: Line[] = [];
before(async () => {
  world = await startWorld(import.meta.url, { SWEEP_INTERVAL_SECONDS: '2' });
  // In its place another one, whose log can be read.
  await world.stopWorker();
  const destination = { write: (line: string) => void lines.push(JSON.parse(line) as Line) };
  const log = createLog({ level: 'info', process: 'test', destination });
  worker = await startWorker(world.config, log, world.temporal);
});
after(async () => {
  await worker.stop();
  await world.stop();
});

async function resume(...args: string[]): Promise<{ code: number | null; text: string }> {
  const child = spawn(process.execPath, ['dist/src/cli/sluice.js', 'resume', ...args], {
    cwd: REPOSITORY,
    env: {
      ...process.env,
      DATABASE_URL: world.config.DATABASE_URL,
      TEMPORAL_NAMESPACE: world.temporal.namespace,
    },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += String(chunk)));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, text };
}

const workspace = 'restored';

const restoringWarnings = () =>
  lines.filter(({ level, msg }) => level === WARN && msg.includes('restored from a backup'));

/** Waits for it: while the database is exchanged there is no answer. */
const statusesOf = (...ids: readonly string[]) =>
  Promise.all(ids.map(async (id) => (await world.execution(workspace, id)).status));

async function restoringMetric(): Promise<string | undefined> {
  const text = await (await fetch(`${world.apiUrl}/metrics`)).text();
  return /^sluice_workspaces_restoring (\d+)$/m.exec(text)?.[1];
}

/** Of the last of its runs, which is its first when there is no other. */
async function runIdOf(executionId: string): Promise<string> {
  return (await childOf(world, executionId).describe()).runId;
}

test('a database that comes back from a backup starts nothing and says so, until an operator resumes it; then nothing runs twice', async () => {
  await world.sluice.workspaces.put(workspace, { tier: 'pro', limitOverride: 2 });
  const [a, b] = [
    await runningExecution(world, workspace, 'a'),
    await runningExecution(world, workspace, 'b'),
  ];
  const waiting = [];
  for (const input of ['c', 'd', 'e']) waiting.push(await world.enqueue(workspace, 'untilTold', input));
  const [c, d, e] = waiting as [typeof a, typeof a, typeof a];
  await eventually(async () => {
    for (const { id } of [a, b]) assert.ok((await world.execution(workspace, id)).runId);
  });
  await world.database.pool.query('update workspaces set last_event = 10');
  await world.enqueue(workspace, 'echo', 'x');
  await eventually(async () => {
    const { rows } = await world.database.pool.query('select answered_event::integer as n from workspaces');
    assert.equal(rows[0].n, 10);
  });
  const backup = await backUp(world.config.DATABASE_URL);

  // Work goes on: all that the backup knows of has run when it comes back, but the last, and one that it does not know runs too.
  const lost = await eventually(() => world.enqueue(workspace, 'untilTold', 'lost'));
  await world.database.pool.query('update workspaces set last_event = 11');
  for (const { id } of [a, b, c, d]) await world.finish(id);
  await eventuallyEqual(
    () => statusesOf(a.id, d.id, e.id, lost.id),
    ['completed', 'completed', 'running', 'running'],
  );
  await eventually(() => runIdOf(lost.id));
  const runIds = await Promise.all([a, b, c, d, e].map(({ id }) => runIdOf(id)));
  // What the gate remembers goes on to its next run.
  const { runId } = await world.gate(workspace).describe();
  await world.gate(workspace).cancel();
  await eventually(async () => assert.notEqual((await world.gate(workspace).describe()).runId, runId));

  await backup.restore();
  const after = await eventually(() => world.enqueue(workspace, 'echo', 'after'));
  await eventually(async () => assert.ok((await world.sluice.workspaces.get(workspace)).restoringSince));

  const said = await world.enqueue(workspace, 'echo', 'said');
  const { restoringSince } = await world.sluice.workspaces.get(workspace);
  assert.equal(said.restoringSince, restoringSince, 'it is accepted, and told that it waits');
  assert.equal((await world.execution(workspace, after.id)).restoringSince, restoringSince);
  const { body: gate } = await world.call('GET', `/v1/workspaces/${workspace}/gate`);
  assert.equal(gate['restoringSince'], restoringSince);
  assert.equal(await restoringMetric(), '1');
  await eventually(async () =>
    assert.match(
      await gatePage(world, workspace),
      /\*\*Restoring since .*`npx sluice resume --after-restore`/,
    ),
  );
  await eventuallyEqual(() => statusesOf(a.id, b.id), ['completed', 'completed'], 30_000);
  assert.deepEqual(
    (await Promise.all([a, b].map(({ id }) => world.execution(workspace, id)))).map(({ result }) => result),
    ['a', 'b'],
    'what was running in the backup, and has ended, is recorded while it is restoring',
  );
  await world.finish(e.id);
  await eventually(async () =>
    assert.equal((await childOf(world, e.id).describe()).status.name, 'COMPLETED'),
  );

  const shown = await resume('--after-restore');
  assert.equal(shown.code, 1, shown.text);
  assert.match(
    shown.text,
    /1 workspace starts nothing.*restored +20\d\d-.*UTC +6 +0\n.*Lost:.*Run twice:.*none runs twice.*--yes/s,
  );
  assert.deepEqual(await statusesOf(c.id, d.id, e.id, after.id, said.id), Array(5).fill('pending'));
  assert.equal(restoringWarnings().length, 1, 'one line in the log');
  assert.equal(restoringWarnings()[0]?.workspaceId, workspace);

  const resumed = await resume('--after-restore', '--yes');
  assert.equal(resumed.code, 0, resumed.text);
  await eventuallyEqual(
    () => statusesOf(c.id, d.id, e.id, after.id, said.id),
    Array(5).fill('completed'),
    30_000,
  );
  const rows = await Promise.all([a, b, c, d, e].map(({ id }) => world.execution(workspace, id)));
  assert.deepEqual(
    rows.map(({ result }) => result),
    ['a', 'b', 'c', 'd', 'e'],
  );
  assert.deepEqual(await Promise.all(rows.map(({ id }) => runIdOf(id))), runIds, 'ONCE');
  assert.deepEqual(
    rows.map((row) => row.runId),
    runIds,
  );
  const { restoringSince: since } = await world.sluice.workspaces.get(workspace);
  assert.deepEqual([since, await restoringMetric()], [null, '0']);
  assert.deepEqual(await resume('--after-restore', '--yes'), {
    code: 0,
    text: 'No workspace is restoring: there is nothing to resume.\n',
  });
  assert.equal((await world.call('GET', `/v1/workspaces/${workspace}/executions/${lost.id}`)).status, 404);
  await world.finish(lost.id);
});

test('a memo tells which request a workflow was for, should its row be lost', async () => {
  const { execution } = await world.sluice.executions.start(workspace, {
    workflowType: 'echo',
    idempotencyKey: 'order 7',
  });
  const plain = await world.call('POST', `/v1/workspaces/${workspace}/executions`, { workflowType: 'echo' });
  const memoOf = async (id: string) => (await eventually(() => childOf(world, id).describe())).memo ?? {};
  const memo = await memoOf(execution.id);
  assert.equal(memo['sluiceSeq'], execution.seq);
  assert.equal(memo['sluiceKeyDigest'], createHash('sha256').update('order 7').digest('hex'));
  assert.ok(!('sluiceKeyDigest' in (await memoOf(plain.body['id'] as string))));
});

test('resume says what it is for when it is called without --after-restore', async () => {
  const { code, text } = await resume();
  assert.equal(code, 1);
  assert.match(text, /--after-restore is missing.*sluice resume --after-restore \[--yes\]/s);
});
