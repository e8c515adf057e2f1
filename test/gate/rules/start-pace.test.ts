import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gateWorkflowId } from '../../../src/domain/names.ts';
import { UNANSWERED_STARTS_MAX } from '../../../src/workflows/gate/pace/start-pace.ts';
import { eventuallyEqual } from '../../support/eventually.ts';
import { insertClaimed, wake } from '../../support/gates-and-children.ts';
import { insertPending } from '../../support/rows.ts';
import { type World, startWorld } from '../../support/world.ts';

let world: World;
before(async () => {
  world = await startWorld(import.meta.url);
});
after(() => world.stop());

const LIMIT = 3 * UNANSWERED_STARTS_MAX;

/** No execution ends in these tests: nothing but the answers to starts can have had the next ones claimed. */
async function allSlotsAtWork(workspace: string): Promise<void> {
  await eventuallyEqual(async () => {
    const { rows } = await world.database.pool.query(
      `select from all_executions where workspace_id = $1 and status = 'running' and started_at is not null`,
      [workspace],
    );
    return rows.length;
  }, LIMIT);
}

/** The most starts that a gate had asked for and Temporal had not answered, by the gate's own history. */
async function mostUnanswered(workspace: string): Promise<number> {
  const { events } = await world.client.workflow.getHandle(gateWorkflowId(workspace)).fetchHistory();
  let [unanswered, most] = [0, 0];
  for (const event of events ?? []) {
    if (event.startChildWorkflowExecutionInitiatedEventAttributes) unanswered++;
    if (event.childWorkflowExecutionStartedEventAttributes) unanswered--;
    most = Math.max(most, unanswered);
  }
  return most;
}

/** A workspace whose gate has seen the end of an execution, so that it expects small results of the others. */
async function seasonedWorkspace(): Promise<string> {
  const workspace = await world.workspace({ tier: 'pro', limitOverride: LIMIT });
  const { id } = await world.enqueue(workspace, 'nothing');
  await eventuallyEqual(async () => (await world.execution(workspace, id)).status, 'completed');
  return workspace;
}

test('a gate of a large limit asks for a bounded number of starts at once, and fills every slot', async () => {
  const workspace = await seasonedWorkspace();
  await insertPending(world.database.pool, workspace, LIMIT + 5);
  await wake(world, workspace);
  await allSlotsAtWork(workspace);
  assert.equal((await world.seqs(workspace, 'pending')).length, 5);
  assert.equal(await mostUnanswered(workspace), UNANSWERED_STARTS_MAX);
});

test('a gate that takes over claimed rows starts a bounded number of them at once, and claims no others meanwhile', async () => {
  const workspace = await seasonedWorkspace();
  for (let n = 0; n < 2 * UNANSWERED_STARTS_MAX; n++) await insertClaimed(world, workspace);
  await insertPending(world.database.pool, workspace, UNANSWERED_STARTS_MAX);
  await wake(world, workspace);
  await allSlotsAtWork(workspace);
  assert.equal(await mostUnanswered(workspace), UNANSWERED_STARTS_MAX);
});
