import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { executionWorkflowId, workspaceQueue } from '../../src/domain/names.ts';
import { json } from '../fuzz/json-texts.ts';
import { eventually, eventuallyEqual } from '../support/eventually.ts';
import { ODD_ENDS } from '../support/odd-ends.ts';
import { failsTask, type RawWorkflowAnswer, startRawWorker } from '../support/raw-worker.ts';
import { type ExecutionBody, type World, startWorld } from '../support/world.ts';
import { keepDatabase } from './kept-database.ts';

// Not a part of the run: `node tools/record-database.mjs` runs it. The product is driven until its database has rows of every kind; the last
// test keeps it.

const PATIENCE_MS = 90_000;

let world: World;
before(async () => {
  world = await startWorld(import.meta.url, { STALLED_AFTER_SECONDS: '1', TIER_PRO_LIMIT: '4' });
});
after(() => world.stop());

const child = (id: string) => world.client.workflow.getHandle(executionWorkflowId(id));
const statusOf = async (workspace: string, id: string) => (await world.execution(workspace, id)).status;

async function workspaceOf(id: string, settings: Record<string, unknown>): Promise<string> {
  const answer = await world.call('PUT', `/v1/workspaces/${id}`, settings);
  assert.equal(answer.status, 201, answer.text);
  return id;
}

/** `input` is JSON text, which is stored as it is written here; undefined sends none. */
async function post(
  workspace: string,
  workflowType: string,
  input?: string,
  idempotencyKey?: string,
): Promise<ExecutionBody> {
  const parts = [`"workflowType":${JSON.stringify(workflowType)}`];
  if (input !== undefined) parts.push(`"input":${input}`);
  const headers = idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey };
  const answer = await world.call<ExecutionBody>(
    'POST',
    `/v1/workspaces/${workspace}/executions`,
    `{${parts.join()}}`,
    headers,
  );
  assert.equal(answer.status, 202, answer.text);
  return answer.body;
}

async function becomes(
  workspace: string,
  executions: readonly ExecutionBody[],
  status: string,
): Promise<void> {
  for (const { id } of executions) await eventuallyEqual(() => statusOf(workspace, id), status, PATIENCE_MS);
}

/** Holds a slot until somebody tells it to end; its run and its start are recorded. */
async function runs(workspace: string, input?: string, key?: string): Promise<ExecutionBody> {
  const execution = await post(workspace, 'untilTold', input, key);
  await eventually(async () => {
    const { status, runId, startedAt } = await world.execution(workspace, execution.id);
    assert.equal(status, 'running');
    assert.ok(runId && startedAt);
  }, PATIENCE_MS);
  return execution;
}

async function told(path: string, method = 'POST', body?: unknown): Promise<void> {
  const { status, text } = await world.call(method, path, body);
  assert.ok(status < 300, `${path}: ${text}`);
}

const pathOf = (workspace: string, { id }: ExecutionBody) => `/v1/workspaces/${workspace}/executions/${id}`;

test('many that completed, with inputs of all kinds, with results and without, with keys and without', async () => {
  const workspace = await workspaceOf('orders', { tier: 'enterprise', limitOverride: 40 });
  const inputs = fc.sample(json, { numRuns: 140, seed: 16 });
  const executions = [];
  for (const [index, input] of inputs.entries())
    executions.push(
      await post(
        workspace,
        index % 4 === 0 ? 'nothing' : 'echo',
        index % 9 === 0 ? undefined : input,
        index % 3 === 0 ? `order ${index} 'x' \\ "y"` : undefined,
      ),
    );
  await becomes(workspace, executions, 'completed');
});

test('every odd end of a foreign worker: results that were omitted, failures of each form', async () => {
  const workspace = await workspaceOf('foreign_1', {
    tier: 'enterprise',
    limitOverride: 60,
    workers: 'external',
  });
  const worker = startRawWorker({
    client: world.client,
    taskQueue: workspaceQueue(workspace),
    workflows: ({ workflowType }) => ODD_ENDS[workflowType]!.answer,
  });
  try {
    for (const [name, { status }] of Object.entries(ODD_ENDS))
      await becomes(workspace, [await post(workspace, name, JSON.stringify(name))], status);
  } finally {
    await worker.stop();
  }
});

test('failed, cancelled, terminated and timed out, while running and while pending', async () => {
  const workspace = await workspaceOf('ends', { tier: 'pro', limitOverride: 1 });
  const failing = await runs(workspace, '{"n" : 1.0}', 'fails');
  await child(failing.id).signal('fail', 'told to \u{1f600}\n"fail"');
  await becomes(workspace, [failing], 'failed');

  const cancelled = [await runs(workspace, '" cancelled "'), await post(workspace, 'untilTold', '[ ]', 'c')];
  cancelled.push(await post(workspace, 'untilTold'), await post(workspace, 'untilTold', undefined, 'd'));
  for (const one of cancelled.slice(1)) await told(`${pathOf(workspace, one)}/cancel`);
  await told(`${pathOf(workspace, cancelled[0]!)}/cancel`);
  await becomes(workspace, cancelled, 'cancelled');

  const terminated = [await runs(workspace, '1e2'), await post(workspace, 'untilTold', '1E+2', 't')];
  for (const one of terminated.toReversed()) await told(`${pathOf(workspace, one)}/terminate`);
  await becomes(workspace, terminated, 'terminated');

  const { body: pro } = await world.call('GET', '/v1/tiers/pro');
  const { maxDurationSeconds, limit, maxPending, maxPendingBytes } = pro;
  const settings = { limit, maxDurationSeconds, maxPending, maxPendingBytes };
  await told('/v1/tiers/pro', 'PUT', { ...settings, maxDurationSeconds: 2 });
  await becomes(workspace, [await post(workspace, 'untilTold', '"late"', 'late')], 'timed_out');
  await told('/v1/tiers/pro', 'PUT', settings);
});

test('limits that changed by each way', async () => {
  const workspace = await workspaceOf('resized', { tier: 'pro' });
  const first = await runs(workspace);
  await told(`/v1/workspaces/${workspace}`, 'PATCH', { limitOverride: 2 });
  await world.gate(workspace).signal('resize', 3);
  await eventually(async () => {
    const { body } = await world.call<{ limitOverride: number }>('GET', `/v1/workspaces/${workspace}`);
    assert.equal(body.limitOverride, 3);
  });
  await told(`/v1/workspaces/${workspace}`, 'PATCH', { tier: 'enterprise', limitOverride: null });
  await world.finish(first.id, { done: true });
  await becomes(workspace, [first], 'completed');
  await workspaceOf('idle-0', { tier: 'pro' });
});

test('executions that stand still: no worker polls, and a workflow task that fails', async () => {
  const workspaces = [
    await workspaceOf('nobody-polls', { tier: 'pro', workers: 'external' }),
    await workspaceOf('task-fails', { tier: 'pro', workers: 'external' }),
  ];
  const answer: RawWorkflowAnswer = failsTask('no such version');
  const worker = startRawWorker({
    client: world.client,
    taskQueue: workspaceQueue(workspaces[1]!),
    workflows: () => answer,
    onError: () => {},
  });
  try {
    for (const workspace of workspaces)
      for (const n of [1, 2, 3]) await post(workspace, 'any', `{"n":${n}}`, `stalled-${n}`);
    for (const [index, reason] of ['no-worker', 'task-failing'].entries())
      await eventually(async () => {
        const { body } = await world.call<{ stalled: { executions: number; reason: string } | null }>(
          'GET',
          `/v1/workspaces/${workspaces[index]!}`,
        );
        assert.deepEqual([body.stalled?.executions, body.stalled?.reason], [3, reason]);
      }, PATIENCE_MS);
  } finally {
    await worker.stop();
  }
});

test('slots that are held and queues behind them, some asked to end; then nobody is there to do it', async () => {
  const workspace = await workspaceOf('busy', { tier: 'pro' });
  const running = [];
  for (const n of [1, 2, 3, 4]) running.push(await runs(workspace, ` { "n" : ${n}.0 } `, `running ${n}`));
  const pending = [];
  for (const [index, input] of fc.sample(json, { numRuns: 60, seed: 17 }).entries())
    pending.push(
      await post(
        workspace,
        'untilTold',
        index % 7 === 0 ? undefined : input,
        index % 2 === 0 ? `p${index}` : undefined,
      ),
    );
  const unpolled = await workspaceOf('unpolled', { tier: 'pro', limitOverride: 3, workers: 'external' });
  const open: ExecutionBody[] = [];
  for (const n of [1, 2, 3, 4, 5]) open.push(await post(unpolled, 'any', String(n)));
  await eventually(async () => assert.ok((await world.execution(unpolled, open[2]!.id)).runId), PATIENCE_MS);
  // Delivered, and nobody acts on it.
  await told(`${pathOf(unpolled, open[0]!)}/cancel`);
  await eventually(async () => {
    const { pendingWorkflowTask } = (await child(open[0]!.id).describe()).raw;
    assert.ok(pendingWorkflowTask);
    const { events } = await child(open[0]!.id).fetchHistory();
    assert.ok(events?.some((event) => event.workflowExecutionCancelRequestedEventAttributes));
  }, PATIENCE_MS);
  await world.stopWorker();
  await told(`${pathOf(workspace, running[0]!)}/cancel`);
  await told(`${pathOf(workspace, pending[3]!)}/cancel`);
  await told(`${pathOf(workspace, pending[4]!)}/terminate`);
  await world.stopApi();
});

test('the database is kept', async (t) => {
  t.diagnostic(await keepDatabase(world.config.DATABASE_URL));
});
