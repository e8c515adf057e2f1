import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually, eventuallyEqual } from '../support/eventually.ts';
import { type SpoilableWorld, startSpoilableWorld } from './spoilable-world.ts';

/** Connections are tried again every 5 s at most, and the sweep comes every 2 s. */
const HEALED_WITHIN_MS = 30_000;
/** An answer does not wait for Temporal; the rest is a busy machine. */
const ANSWERED_WITHIN_MS = 2_000;

/** Temporal is asked for 4 s. */
const DELETED_WITHIN_MS = 7_000;

let world: SpoilableWorld;
before(async () => {
  world = await startSpoilableWorld(import.meta.url);
});
after(() => world.stop());

/** The path of one, in a workspace of its own. */
async function endedExecution(workspace: string): Promise<string> {
  await world.call('PUT', `/v1/workspaces/${workspace}`, { tier: 'pro' });
  const { body } = await world.call('POST', `/v1/workspaces/${workspace}/executions`, {
    workflowType: 'nothing',
    input: 1,
  });
  await eventuallyEqual(() => world.seqs(workspace, 'completed'), [1], HEALED_WITHIN_MS);
  return `/v1/workspaces/${workspace}/executions/${body.id as string}`;
}

for (const [claim, id, spoil] of [
  ['is cut off', 'cut', () => world.toTemporal.cut()],
  ['hangs', 'frozen', () => world.toTemporal.freeze()],
] as const) {
  test(`while Temporal ${claim}: accepted with 202 in order, reads and writes work; all drains in order by itself after`, async () => {
    const path = `/v1/workspaces/${id}`;
    const enqueue = (workflowType: string) => world.call('POST', `${path}/executions`, { workflowType });
    await world.call('PUT', path, { tier: 'pro', limitOverride: 1 });
    const running = (await enqueue('untilTold')).body.id as string;
    await eventuallyEqual(() => world.seqs(id, 'running'), [1]);
    const ended = await endedExecution(`${id}-ended`);
    spoil();

    const accepted = [];
    for (let i = 0; i < 6; i++) accepted.push(await enqueue('nothing'));
    assert.deepEqual(
      accepted.map(({ status, body }) => [status, body.seq]),
      [2, 3, 4, 5, 6, 7].map((seq) => [202, seq]),
    );
    const cancelled = await world.call('POST', `${path}/executions/${accepted[2]!.body.id}/cancel`);
    const wished = await world.call('POST', `${path}/executions/${running}/cancel`);
    const patched = await world.call('PATCH', path, { limitOverride: 2 });
    const read = await world.call('GET', `${path}/executions/${running}`);
    const ready = await world.call('GET', '/health/ready');
    const gate = await world.call('GET', `${path}/gate`);
    assert.deepEqual([cancelled.status, cancelled.body.status], [200, 'cancelled']);
    assert.deepEqual([wished.status, wished.body.cancelRequested], [202, true]);
    assert.deepEqual([patched.status, read.status, read.body.status], [200, 200, 'running']);
    assert.deepEqual([ready.status, ready.body.status, ready.body.temporal], [200, 'degraded', 'down']);
    assert.deepEqual(
      [gate.status, gate.body.source, gate.body.pending, gate.body.limit],
      [200, 'postgres', 5, 2],
    );
    assert.ok(gate.body.lastError);
    const deleted = await world.call('DELETE', `${ended}/payloads`);
    assert.deepEqual([deleted.status, deleted.body.temporal], [200, 'at-retention']);
    assert.ok(deleted.tookMs < DELETED_WITHIN_MS, `${deleted.tookMs} ms`);
    for (const { tookMs } of [...accepted, cancelled, wished, patched, read])
      assert.ok(tookMs < ANSWERED_WITHIN_MS, `${tookMs} ms`);

    const mendedAt = performance.now();
    world.toTemporal.mend();
    await eventuallyEqual(() => world.seqs(id, 'completed'), [2, 3, 5, 6, 7], HEALED_WITHIN_MS);
    console.log(`drained ${((performance.now() - mendedAt) / 1000).toFixed(1)} s after`);
    await eventuallyEqual(() => world.seqs(id, 'cancelled'), [1, 4], HEALED_WITHIN_MS);
    const { rows } = await world.database.pool.query<{ seqs: string[] }>(
      'select array_agg(seq order by admitted_at, seq) as seqs from all_executions where workspace_id = $1 and admitted_at is not null',
      [id],
    );
    assert.deepEqual(rows[0]!.seqs.map(Number), [1, 2, 3, 5, 6, 7]);
    await eventually(async () => assert.equal((await world.call('GET', '/health/ready')).body.status, 'ok'));
    const { body: repeated } = await world.call('DELETE', `${ended}/payloads`);
    assert.deepEqual([repeated.temporal, repeated.deletedAt], ['deleted', deleted.body.deletedAt]);
  });
}
