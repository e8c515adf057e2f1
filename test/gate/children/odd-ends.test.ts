import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { workspaceQueue } from '../../../src/domain/names.ts';
import { eventually } from '../../support/eventually.ts';
import { wake } from '../../support/gates-and-children.ts';
import { ODD_ENDS, type OddEnd } from '../../support/odd-ends.ts';
import { type RawWorker, startRawWorker } from '../../support/raw-worker.ts';
import { type ExecutionBody, type World, startWorld } from '../../support/world.ts';

let world: World;
before(async () => {
  world = await startWorld(import.meta.url);
});
after(() => world.stop());

const CASES = Object.entries(ODD_ENDS);

/** A worker that answers by the workflow's type, each task as soon as the gate may hear of it. */
function worker(workspace: string, mayEnd: Promise<unknown>): RawWorker {
  return startRawWorker({
    client: world.client,
    taskQueue: workspaceQueue(workspace),
    workflows: async ({ workflowType }) => {
      await mayEnd;
      return ODD_ENDS[workflowType]!.answer;
    },
  });
}

async function enqueueAll(workspace: string): Promise<Map<string, ExecutionBody>> {
  const executions = new Map<string, ExecutionBody>();
  for (const [name] of CASES) executions.set(name, await world.enqueue(workspace, name));
  return executions;
}

/** How an execution's row says that it ended, by the very text of the API's answer. */
function endOf(text: string, { status, resultOmitted, failure }: ExecutionBody): OddEnd {
  const result = /"result":(?<value>.*)\}$/s.exec(text)?.groups?.['value'];
  return {
    status,
    ...(result !== undefined && { result: result.trim() }),
    ...(resultOmitted !== null && { resultOmitted }),
    ...(failure !== null && { failure }),
  } as unknown as OddEnd;
}

async function eventuallyEndsAsExpected(workspace: string, executions: Map<string, ExecutionBody>) {
  for (const [name, { answer: _, ...expected }] of CASES) {
    const { id } = executions.get(name)!;
    const { text, body } = await eventually(async () => {
      const read = await world.call<ExecutionBody>('GET', `/v1/workspaces/${workspace}/executions/${id}`);
      assert.ok(!['pending', 'running'].includes(read.body.status), `${name} is ${read.body.status}`);
      return read;
    });
    assert.deepEqual({ name, ...endOf(text, body) }, { name, ...expected });
  }
}

test("whatever a foreign worker ends a gate's own child with, its row says what Temporal says", async () => {
  const workspace = await world.workspace({ tier: 'pro', limitOverride: CASES.length, workers: 'external' });
  const raw = worker(workspace, Promise.resolve());
  try {
    await eventuallyEndsAsExpected(workspace, await enqueueAll(workspace));
  } finally {
    await raw.stop();
  }
});

test('whatever a foreign worker ends an adopted child with, its row says the same', async () => {
  const workspace = await world.workspace({ tier: 'pro', limitOverride: CASES.length, workers: 'external' });
  let release = () => {};
  const raw = worker(workspace, new Promise<void>((resolve) => (release = resolve)));
  try {
    const executions = await enqueueAll(workspace);
    await eventually(async () => {
      const { rows } = await world.database.pool.query<{ started: number }>(
        'select count(run_id)::integer as started from all_executions where workspace_id = $1',
        [workspace],
      );
      assert.equal(rows[0]!.started, CASES.length);
    });
    await world.gate(workspace).terminate('by the test');
    await wake(world, workspace);
    await eventually(async () => {
      const { raw: gate } = await world.gate(workspace).describe();
      assert.equal(gate.pendingActivities?.length, 1, 'the watch is under way');
    });
    release();
    await eventuallyEndsAsExpected(workspace, executions);
  } finally {
    release();
    await raw.stop();
  }
});
