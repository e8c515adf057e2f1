import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { executionWorkflowId } from '../../src/domain/names.ts';
import { eventually } from '../support/eventually.ts';
import { type World, startWorld } from '../support/world.ts';

let world: World;
before(async () => {
  world = await startWorld(import.meta.url);
});
after(() => world.stop());

interface Numbers {
  readonly health: string;
  readonly pending: number;
  readonly running: number;
  readonly waitP95Seconds: number | null;
  readonly handoffP99Seconds: number | null;
  readonly failedLastHour: number;
  readonly oldestWaitSeconds: number | null;
  readonly lastAdmissionAt: string | null;
  readonly backlog: readonly number[];
}

const numbersOf = async (workspace: string) =>
  (await world.call<Numbers>('GET', `/v1/stats/workspaces/${workspace}`)).body;

const running = (workspace: string, seqs: readonly number[]) =>
  eventually(async () => assert.deepEqual(await world.seqs(workspace, 'running'), seqs), 30_000);

test('a workspace under load shows its health, waits, handoffs, failures and backlog, as its executions run in Temporal', async () => {
  const begun = Date.now();
  const workspace = await world.workspace({ tier: 'pro', limitOverride: 1 });
  const [first, second, third] = [
    await world.enqueue(workspace, 'untilTold'),
    await world.enqueue(workspace, 'untilTold'),
    await world.enqueue(workspace, 'untilTold'),
  ];
  await running(workspace, [1]);
  const full = await numbersOf(workspace);
  assert.deepEqual([full.health, full.running, full.pending], ['at-limit', 1, 2]);
  assert.ok(full.oldestWaitSeconds !== null && full.lastAdmissionAt !== null);
  await world.finish(first.id);
  await running(workspace, [2]);
  // Its row is running from the claim on, which is a moment before there is a workflow.
  await eventually(() =>
    world.client.workflow.getHandle(executionWorkflowId(second.id)).signal('fail', 'told to'),
  );
  await running(workspace, [3]);
  // By the worker's own sampler, at its own pace.
  const numbers = await eventually(async () => {
    const now = await numbersOf(workspace);
    assert.equal(now.failedLastHour, 1);
    assert.notEqual(now.handoffP99Seconds, null);
    return now;
  }, 60_000);
  const seconds = (Date.now() - begun) / 1000;
  assert.equal(numbers.health, 'active');
  assert.ok(
    numbers.waitP95Seconds! > 0 && numbers.waitP95Seconds! <= seconds,
    String(numbers.waitP95Seconds),
  );
  assert.ok(numbers.handoffP99Seconds! < seconds, String(numbers.handoffP99Seconds));
  assert.equal(numbers.backlog.length, 60);
  const { body: all } = await world.call<{ failures: { workspaces: { id: string }[] } }>('GET', '/v1/stats');
  assert.deepEqual(all.failures.workspaces, [{ id: workspace, executions: 1 }]);
  const hourAgo = new Date(Date.now() - 3_600_000).toISOString();
  const { body: failures } = await world.call<{ items: { id: string; status: string }[] }>(
    'GET',
    `/v1/executions?outcome=failure&closedAfter=${hourAgo}`,
  );
  assert.deepEqual(
    failures.items.map(({ id, status }) => [id, status]),
    [[second.id, 'failed']],
  );
  await world.finish(third.id);
  await eventually(async () => assert.equal((await numbersOf(workspace)).health, 'idle'), 30_000);
});
