import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { v7 as uuidv7 } from 'uuid';
import { executionWorkflowId } from '../../src/domain/names.ts';
import { eventually } from '../support/eventually.ts';
import { type World, startWorld } from '../support/world.ts';

const SWEEP_INTERVAL_SECONDS = 2;

/** An interval until it is overdue, one until the sweep comes, and room for a slow machine; far from the ten of an empty queue. */
const WITHIN_MS = 7 * SWEEP_INTERVAL_SECONDS * 1000;

let world: World;
before(async () => {
  world = await startWorld(import.meta.url, { SWEEP_INTERVAL_SECONDS: String(SWEEP_INTERVAL_SECONDS) });
});
after(() => world.stop());

const status = async (workspace: string, id: string) => (await world.execution(workspace, id)).status;

test('an execution that a gate claimed before it was terminated is started by one sweep, though nobody is in the queue', async () => {
  const workspace = await world.workspace();
  const id = uuidv7();
  await world.database.pool.query(
    `with counted as (update workspaces set last_seq = 1, running = 1, reconciled_at = clock_timestamp() where id = $2)
     insert into executions (id, workspace_id, seq, status, workflow_type, admitted_at)
     values ($1, $2, 1, 'running', 'nothing', clock_timestamp())`,
    [id, workspace],
  );
  await eventually(async () => assert.equal(await status(workspace, id), 'completed'), WITHIN_MS);
});

test('a cancellation whose wake was lost is delivered by one sweep, though nobody is in the queue', async () => {
  const workspace = await world.workspace();
  const { id } = await world.enqueue(workspace, 'untilTold');
  await eventually(async () => assert.ok((await world.execution(workspace, id)).runId));
  await eventually(async () => {
    const { status: child } = await world.client.workflow.getHandle(executionWorkflowId(id)).describe();
    assert.equal(child.name, 'RUNNING');
  });
  // As the API writes it, had it died before it woke the gate.
  await world.database.pool.query(
    'update executions set cancel_requested_at = clock_timestamp() where id = $1',
    [id],
  );
  await eventually(async () => assert.equal(await status(workspace, id), 'cancelled'), WITHIN_MS);
});
