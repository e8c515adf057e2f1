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
import type { GateSnapshot } from '../../src/workflows/gate/contract.ts';
import { type ExecutionBody, type World, startWorld } from '../support/world.ts';

type Named = Pick<ExecutionBody, 'id'>;

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

const read = ({ id }: Named) => world.execution(workspace, id);

const statusesOf = (...all: readonly Named[]) =>
  Promise.all(all.map(async (one) => (await read(one)).status));

async function restoringMetric(): Promise<string | undefined> {
  const text = await (await fetch(`${world.apiUrl}/metrics`)).text();
  return /^sluice_workspaces_restoring (\d+)$/m.exec(text)?.[1];
}

/** Of the last of its runs, which is its first when there is no other. */
async function runIdOf({ id }: Named): Promise<string> {
  return (await childOf(world, id).describe()).runId;
}

const enqueue = (workflowType: string, input: string) => world.enqueue(workspace, workflowType, input);

/** Three that run, and whose starts are recorded, and three that wait behind them. */
async function threeAndThree(): Promise<{ running: Named[]; pending: Named[] }> {
  await world.sluice.workspaces.put(workspace, { tier: 'pro', limitOverride: 3 });
  const running: Named[] = [];
  for (const input of ['a', 'b', 'c']) running.push(await runningExecution(world, workspace, input));
  const pending: Named[] = [];
  for (const input of ['d', 'e', 'f']) pending.push(await enqueue('untilTold', input));
  await eventually(async () => {
    for (const one of running) assert.ok((await read(one)).runId);
  });
  return { running, pending };
}

/** Its next run has only what this one hands on. */
async function continueGateAsNew(): Promise<void> {
  const { runId } = await world.gate(workspace).describe();
  await world.gate(workspace).cancel();
  await eventually(async () => assert.notEqual((await world.gate(workspace).describe()).runId, runId));
}

/** Everywhere, and once in the log. */
async function assertSaysRestoring(waiting: Named): Promise<void> {
  await eventually(async () => assert.ok((await world.sluice.workspaces.get(workspace)).restoringSince));
  const { restoringSince } = await world.sluice.workspaces.get(workspace);
  assert.equal((await read(waiting)).restoringSince, restoringSince);
  const { body: gate } = await world.call('GET', `/v1/workspaces/${workspace}/gate`);
  assert.equal(gate['restoringSince'], restoringSince);
  await eventually(async () => assert.equal(await restoringMetric(), '1'));
  const page = /\*\*Restoring since .*`npx sluice resume --after-restore`/;
  await eventually(async () => assert.match(await gatePage(world, workspace), page));
  const warnings = lines.filter(({ level, msg }) => level === WARN && msg.includes('restored from a backup'));
  assert.deepEqual(
    warnings.map(({ workspaceId }) => workspaceId),
    [workspace],
  );
}

test('a database that comes back from a backup starts nothing and says so, until an operator resumes it; then nothing runs twice', async () => {
  const { running, pending } = await threeAndThree();
  const [d, e, f] = pending as [Named, Named, Named];
  const backup = await backUp(world.config.DATABASE_URL);

  // When it comes back, a to d have ended; e and f run, and one that it does not know.
  const lost = await eventually(() => enqueue('untilTold', 'lost'));
  for (const { id } of [...running, d]) await world.finish(id);
  await eventuallyEqual(() => statusesOf(d, e, f, lost), ['completed', ...Array<string>(3).fill('running')]);
  const kept = [...running, ...pending];
  const runIds = await eventually(() => Promise.all(kept.map(runIdOf)));
  await continueGateAsNew();
  // It knows them, and that their starts were recorded: in the rows that are about to go.
  await eventually(async () => {
    const { running: known } = await world.gate(workspace).query<GateSnapshot>('snapshot');
    assert.deepEqual(
      known.map(({ executionId, state }) => [executionId, state]),
      [e, f, lost].map(({ id }) => [id, 'watched']),
    );
  });

  await backup.restore();
  const first = await eventually(() => enqueue('echo', 'first'));
  await assertSaysRestoring(first);
  const second = await enqueue('echo', 'second');
  assert.ok(second.restoringSince, 'it is accepted, and told that it waits');
  // What runs in the backup and has ended is recorded, and nothing else moves.
  await eventuallyEqual(() => statusesOf(...running), Array<string>(3).fill('completed'), 60_000);
  await world.finish(e.id);
  await eventually(async () =>
    assert.equal((await childOf(world, e.id).describe()).status.name, 'COMPLETED'),
  );
  const shown = await resume('--after-restore');
  assert.equal(shown.code, 1, shown.text);
  const table = /1 workspace starts nothing.*\n +restored +20\d\d-.*UTC +5 +0\n/s;
  assert.match(shown.text, new RegExp(`${table.source}.*Lost:.*Run twice:.*none runs twice.*--yes`, 's'));
  assert.deepEqual(await statusesOf(d, e, f, first, second), Array(5).fill('pending'));
  await assertSaysRestoring(first);

  const resumed = await resume('--after-restore', '--yes');
  assert.equal(resumed.code, 0, resumed.text);
  await eventuallyEqual(() => statusesOf(d, e, f), ['completed', 'completed', 'running'], 60_000);
  await world.finish(f.id);
  await eventuallyEqual(() => statusesOf(f, first, second), Array<string>(3).fill('completed'), 60_000);
  assert.deepEqual(await Promise.all(kept.map(runIdOf)), runIds, 'ONCE');
  await eventually(async () => {
    const rows = await Promise.all(kept.map(read));
    assert.deepEqual(
      rows.map(({ result, runId }) => [result, runId]),
      ['a', 'b', 'c', 'd', 'e', 'f'].map((result, n) => [result, runIds[n]]),
    );
  });
  const { restoringSince } = await world.sluice.workspaces.get(workspace);
  assert.equal(restoringSince, null);
  await eventually(async () => assert.equal(await restoringMetric(), '0'));
  const again = await resume('--after-restore', '--yes');
  assert.deepEqual(again, { code: 0, text: 'No workspace is restoring: there is nothing to resume.\n' });
  assert.equal((await world.call('GET', `/v1/workspaces/${workspace}/executions/${lost.id}`)).status, 404);
  await world.finish(lost.id);
});

test('a memo tells which request a workflow was for, should its row be lost', async () => {
  const { execution } = await world.sluice.start('echo', { workspace, idempotencyKey: 'order 7' });
  const plain = await world.call('POST', `/v1/workspaces/${workspace}/executions`, { workflowType: 'echo' });
  const memoOf = async (id: string) => (await eventually(() => childOf(world, id).describe())).memo ?? {};
  const memo = await memoOf(execution.id);
  assert.equal(memo['sluiceSeq'], execution.seq);
  assert.equal(memo['sluiceKeyDigest'], createHash('sha256').update('order 7').digest('hex'));
  assert.ok(!('sluiceKeyDigest' in (await memoOf(plain.body['id'] as string))));
});

test('resume says what it is for when it is called without --after-restore', async () => {
  const { code, text } = await resume();
  assert.equal(code, 2);
  assert.match(text, /--after-restore is missing.*sluice resume --after-restore \[--yes\]/s);
});
