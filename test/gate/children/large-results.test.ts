import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '../../support/eventually.ts';
import { type World, startWorld } from '../../support/world.ts';

const SLOTS = 60;

/** Twice through all slots: what the first have taught bounds the second. */
const EXECUTIONS = 2 * SLOTS;

/** Just below what Temporal takes. */
const RESULT_CHARACTERS = 1_900_000;

/**
 * Temporal terminates a run whose history has 50 MB. On a slow machine all 24 children that a run starts before it has seen a result end in
 * that run: 46 MB.
 */
const HISTORY_BYTES_MAX = 48 * 1024 * 1024;

let world: World;
before(async () => {
  world = await startWorld(import.meta.url);
});
after(() => world.stop());

test('sixty slots whose executions return 1.9 MB at once bring no run of the gate near the size at which Temporal ends it', async () => {
  const workspace = await world.workspace({ tier: 'pro', limitOverride: SLOTS });
  for (let n = 0; n < EXECUTIONS; n++) await world.enqueue(workspace, 'large', RESULT_CHARACTERS);
  await eventually(
    async () => assert.equal((await world.seqs(workspace, 'completed')).length, EXECUTIONS),
    150_000,
  );
  for await (const { runId, workflowId } of world.client.workflow.list({
    query: `WorkflowId = 'gate.${workspace}'`,
  })) {
    const { status, raw } = await world.client.workflow.getHandle(workflowId, runId).describe();
    assert.ok(['RUNNING', 'CONTINUED_AS_NEW'].includes(status.name), status.name);
    const bytes = Number(raw.workflowExecutionInfo?.historySizeBytes);
    assert.ok(bytes < HISTORY_BYTES_MAX, `a run of ${bytes} bytes`);
  }
});
