import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import proto from '@temporalio/proto';
import { executionWorkflowId } from '../../../src/domain/names.ts';
import { eventually } from '../../support/eventually.ts';
import { isFailedTask } from '../../support/failed-tasks.ts';
import { type World, startWorld } from '../../support/world.ts';

const { WorkflowTaskFailedCause } = proto.temporal.api.enums.v1;

const IMPORTS = `import { condition, defineSignal, defineUpdate, setHandler, sleep } from '@temporalio/workflow';\n`;

/** Each ends, or would end, by an error that no workflow should throw. */
const FAULTY = `${IMPORTS}
class OrderError extends Error {}
export async function throwsError() { throw new OrderError('no such order'); }
export async function throwsText() { throw 'a text'; }
export async function readsNothing() { return undefined.field; }
export async function returnsBigInt() { return 1n; }
export async function breaksDeterminism() { return new WeakRef({}).deref(); }
export async function rejects() {
  setHandler(defineSignal('break'), () => { throw new OrderError('broken by a signal'); });
  let done = false;
  setHandler(defineUpdate('break'), () => { throw new OrderError('broken by an update'); });
  setHandler(defineSignal('finish'), () => void (done = true));
  await condition(() => done);
}
export async function fine() { return 'fine'; }
`;

/** A workflow that waits for a signal, by what it does before. */
const waits = (first: string) => `${IMPORTS}
export async function waits() {
  let done = false;
  setHandler(defineSignal('finish'), () => void (done = true));
  ${first}
  await condition(() => done);
  return 'ended';
}`;

let folder: string;
let path: string;
before(async () => {
  // Inside the package, so that user code finds @temporalio/workflow.
  folder = await mkdtemp(join(fileURLToPath(new URL('../../../', import.meta.url)), 'plain-errors-'));
  path = join(folder, 'workflows.js');
});
after(() => rm(folder, { recursive: true }));

/** The causes of the failed workflow tasks of an execution, oldest first. */
async function failedTasks(world: World, executionId: string) {
  const { events } = await world.client.workflow.getHandle(executionWorkflowId(executionId)).fetchHistory();
  return (events ?? []).filter(isFailedTask).map((event) => event.workflowTaskFailedEventAttributes!);
}

async function failsItsTask(world: World, workspace: string, executionId: string, cause: number) {
  await eventually(
    async () => assert.equal((await failedTasks(world, executionId)).at(-1)?.cause, cause),
    60_000,
  );
  assert.equal((await world.execution(workspace, executionId)).status, 'running');
}

describe('by default', () => {
  let world: World;
  before(async () => {
    await writeFile(path, FAULTY);
    world = await startWorld(import.meta.url, { WORKFLOWS_PATH: path });
  });
  after(() => world.stop());

  test('a plain error of a workflow fails its execution, and its slot passes to the next', async () => {
    const workspace = await world.workspace({ tier: 'pro', limitOverride: 1 });
    const faulty = [];
    for (const type of ['throwsError', 'throwsText', 'readsNothing', 'returnsBigInt'])
      faulty.push(await world.enqueue(workspace, type));
    const good = await world.enqueue(workspace, 'fine');
    await eventually(async () =>
      assert.equal((await world.execution(workspace, good.id)).status, 'completed'),
    );
    const ends = await Promise.all(faulty.map(({ id }) => world.execution(workspace, id)));
    assert.deepEqual(
      ends.map(({ status, failure }) => [status, failure?.type]),
      [
        ['failed', 'OrderError'],
        ['failed', 'Error'],
        ['failed', 'TypeError'],
        ['failed', 'ValueError'],
      ],
    );
    assert.equal(ends[0]!.failure?.message, 'no such order');
    assert.equal(ends[1]!.failure?.message, 'a text');
    const { events } = await world.client.workflow
      .getHandle(executionWorkflowId(faulty[0]!.id))
      .fetchHistory();
    const failure = events?.at(-1)?.workflowExecutionFailedEventAttributes?.failure;
    assert.match(failure?.stackTrace ?? '', /throwsError/, 'the stack says where it was thrown');
  });

  test('a plain error of an update handler is the answer to that update; one of a signal handler fails the execution', async () => {
    const workspace = await world.workspace();
    const { id } = await world.enqueue(workspace, 'rejects');
    const handle = world.client.workflow.getHandle(executionWorkflowId(id));
    await eventually(() => handle.describe());
    await assert.rejects(handle.executeUpdate('break'), ({ cause }: Error) => {
      assert.equal((cause as Error).message, 'broken by an update');
      return true;
    });
    assert.equal((await world.execution(workspace, id)).status, 'running');
    await handle.signal('break');
    await eventually(async () => {
      const { status, failure } = await world.execution(workspace, id);
      assert.deepEqual([status, failure?.message], ['failed', 'broken by a signal']);
    });
  });

  test('code that breaks determinism fails the task alone', async () => {
    const workspace = await world.workspace();
    const { id } = await world.enqueue(workspace, 'breaksDeterminism');
    await failsItsTask(
      world,
      workspace,
      id,
      WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE,
    );
    await world.client.workflow.getHandle(executionWorkflowId(id)).terminate();
  });
});

for (const [change, code] of [
  ['no longer starts the timer that it had', waits('')],
  ['throws a plain error first', waits(`throw new Error('a bad deployment');`)],
] as const) {
  test(`a deployed workflow that ${change} fails the tasks of running executions alone`, async () => {
    await writeFile(path, waits(`await sleep(5);`));
    const world = await startWorld(import.meta.url, { WORKFLOWS_PATH: path });
    try {
      const workspace = await world.workspace();
      const { id } = await world.enqueue(workspace, 'waits');
      const handle = world.client.workflow.getHandle(executionWorkflowId(id));
      await eventually(async () => {
        const { events } = await handle.fetchHistory();
        assert.ok(events?.some((event) => event.timerFiredEventAttributes != null));
      });
      await world.stopWorker();
      await writeFile(path, code);
      await world.startWorker();
      await handle.signal('finish');
      await failsItsTask(
        world,
        workspace,
        id,
        WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR,
      );
      await world.stopWorker();
      await writeFile(path, waits(`await sleep(5);`));
      await world.startWorker();
      await eventually(
        async () => assert.equal((await world.execution(workspace, id)).result, 'ended'),
        60_000,
      );
    } finally {
      await world.stop();
    }
  });
}

test("with WORKFLOWS_FAIL_ON_ERROR=false a plain error fails the task alone: Temporal's own way", async () => {
  await writeFile(path, FAULTY);
  const world = await startWorld(import.meta.url, {
    WORKFLOWS_PATH: path,
    WORKFLOWS_FAIL_ON_ERROR: 'false',
  });
  try {
    const workspace = await world.workspace();
    const { id } = await world.enqueue(workspace, 'throwsError');
    await failsItsTask(
      world,
      workspace,
      id,
      WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE,
    );
    await world.client.workflow.getHandle(executionWorkflowId(id)).terminate();
  } finally {
    await world.stop();
  }
});
