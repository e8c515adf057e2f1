import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { auditDeployment } from '../../src/audit/audit-deployment.ts';
import type { Service } from '../../src/local/processes/service.ts';
import { eventually, eventuallyEqual } from '../support/eventually.ts';
import { childOf, wake } from '../support/gates-and-children.ts';
import { type ExecutionBody, type World, startWorld } from '../support/world.ts';
import { KNOWN_ENDS, shownEnd } from './known-ends.ts';
import { startForeignWorker } from './start-foreign-worker.ts';

let world: World;
const workers: Service[] = [];
before(async () => {
  world = await startWorld(import.meta.url, { SWEEP_INTERVAL_SECONDS: '1' });
});
after(async () => {
  for (const worker of workers) await worker.stop();
  await world.stop();
});

/** A pro workspace that a Go worker of its own serves. */
async function servedWorkspace(limitOverride: number | null = null): Promise<string> {
  const workspaceId = await world.workspace({ tier: 'pro', workers: 'external', limitOverride });
  workers.push(
    await startForeignWorker({
      name: `go-worker of ${workspaceId}`,
      command: [process.env['SLUICE_TEST_GO_WORKER']!],
      workspaceId,
      temporalAddress: world.temporal.address,
      namespace: world.temporal.namespace,
      logFile: join(mkdtempSync(join(tmpdir(), 'go-worker-')), 'log'),
      onSpawn: () => {},
    }),
  );
  return workspaceId;
}

/** By what was sent, so that a wrong one is named. */
async function assertEnds(workspaceId: string, executions: readonly ExecutionBody[]): Promise<void> {
  await eventuallyEqual(async () => await world.seqs(workspaceId, 'running'), []);
  const ends = await Promise.all(
    executions.map(async ({ id }) => shownEnd(await world.execution(workspaceId, id))),
  );
  assert.deepEqual(
    Object.fromEntries(KNOWN_ENDS.map(({ what }, index) => [what, ends[index]])),
    Object.fromEntries(KNOWN_ENDS.map(({ what, ends: expected }) => [what, expected])),
  );
}

async function assertNoBreach(workspaceId: string): Promise<void> {
  const { database, client } = world;
  const audit = await auditDeployment({ database, client, workspaces: [workspaceId] });
  assert.deepEqual(
    audit.checks.flatMap(({ breaches }) => breaches.map(({ what }) => what)),
    [],
  );
}

test('whatever a Go worker answers becomes the outcome that Temporal says, and the slot is passed on', async () => {
  const workspaceId = await servedWorkspace();
  const executions: ExecutionBody[] = [];
  for (const { workflowType, input } of KNOWN_ENDS)
    executions.push(await world.enqueue(workspaceId, workflowType, input));
  const last = await world.enqueue(workspaceId, 'struct', {});
  await eventually(async () =>
    assert.equal((await world.execution(workspaceId, last.id)).status, 'completed'),
  );
  await assertEnds(workspaceId, executions);
  await assertNoBreach(workspaceId);
});

test('whatever a Go worker answers becomes the same outcome when its execution was adopted', async () => {
  const workspaceId = await servedWorkspace(KNOWN_ENDS.length);
  const executions: ExecutionBody[] = [];
  for (const { workflowType, input } of KNOWN_ENDS)
    executions.push(await world.enqueue(workspaceId, workflowType, { ...input, wait: true }));
  for (const { id } of executions)
    await eventually(async () => assert.ok((await childOf(world, id).describe()).historyLength > 3));
  await world.gate(workspaceId).terminate('by the test');
  await wake(world, workspaceId);
  await eventually(async () => {
    const { raw } = await world.gate(workspaceId).describe();
    assert.equal(raw.pendingActivities?.length, 1, 'the watch is under way');
  });
  for (const { id } of executions) await world.finish(id);
  await assertEnds(workspaceId, executions);
  await assertNoBreach(workspaceId);
});

for (const [which, adopted] of [
  ["a gate's own child", false],
  ['an adopted child', true],
] as const) {
  test(`${which} whose memo nobody can decode is followed to its end, and audited with the others`, async () => {
    const workspaceId = await servedWorkspace(1);
    const first = await world.enqueue(workspaceId, 'struct', { encryptMemo: true, wait: true });
    const next = await world.enqueue(workspaceId, 'nothing', {});
    await eventually(async () => {
      const events = (await childOf(world, first.id).fetchHistory()).events ?? [];
      assert.ok(events.some((event) => event.workflowPropertiesModifiedEventAttributes));
    });
    if (adopted) {
      await world.gate(workspaceId).terminate('by the test');
      await wake(world, workspaceId);
      await eventually(async () => {
        const { raw } = await world.gate(workspaceId).describe();
        assert.equal(raw.pendingActivities?.length, 1, 'the watch is under way');
      });
    }
    await world.finish(first.id);
    await eventually(async () =>
      assert.equal((await world.execution(workspaceId, next.id)).status, 'completed'),
    );
    assert.equal((await world.execution(workspaceId, first.id)).status, 'completed');
    await assertNoBreach(workspaceId);
  });
}

test('a Go workflow that panics holds its slot and no other, until it is terminated; then the slot is passed on', async () => {
  const workspaceId = await servedWorkspace(2);
  const panicking = await world.enqueue(workspaceId, 'panics', { times: 1_000_000, message: 'by the test' });
  const others: ExecutionBody[] = [];
  for (let i = 0; i < 5; i++) others.push(await world.enqueue(workspaceId, 'brief', { ms: 10 }));
  for (const { id } of others)
    await eventually(async () => assert.equal((await world.execution(workspaceId, id)).status, 'completed'));
  await eventually(async () => {
    const events = (await childOf(world, panicking.id).fetchHistory()).events ?? [];
    assert.ok(events.some((event) => event.workflowTaskFailedEventAttributes));
  });
  assert.equal((await world.execution(workspaceId, panicking.id)).status, 'running');
  await childOf(world, panicking.id).terminate('it panics');
  await eventuallyEqual(async () => shownEnd(await world.execution(workspaceId, panicking.id)), {
    status: 'terminated',
    failure: { type: 'Terminated', message: 'it panics' },
  });
  await assertNoBreach(workspaceId);
});
