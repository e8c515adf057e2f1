import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { auditDeployment } from '../../src/audit/audit-deployment.ts';
import { gateWorkflowId } from '../../src/domain/names.ts';
import { createEndGate } from '../../src/temporal/gates/end-gate.ts';
import { signalGate } from '../../src/temporal/gates/signal-gate.ts';
import { eventually, eventuallyEqual } from '../support/eventually.ts';
import { childOf, statusOf } from '../support/gates-and-children.ts';
import { type World, startWorld } from '../support/world.ts';

let world: World;
before(async () => (world = await startWorld(import.meta.url)));
after(() => world.stop());

const WITHIN_MS = 30_000;

const path = (id: string, rest = '') => `/v1/workspaces/${id}${rest}`;
const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();

const gateStatus = async (id: string) => (await world.gate(id).describe()).status.name;

const detailsOf = async (id: string) =>
  String(
    (await world.gate(id).query<{ currentDetails?: string }>('__temporal_workflow_metadata')).currentDetails,
  );

async function clean(): Promise<void> {
  const report = await auditDeployment({
    database: world.database,
    client: world.client,
    graceSeconds: 60,
    maxIdleSlotSeconds: 60,
  });
  assert.deepEqual(
    report.checks.flatMap(({ breaches }) => breaches),
    [],
  );
}

test('a paused workspace starts nothing, its gate says why, and it goes on when it is resumed', async () => {
  const id = await world.workspace({ tier: 'pro', limitOverride: 1 });
  const first = await world.enqueue(id, 'untilTold');
  await eventuallyEqual(() => statusOf(world, id, first.id), 'running');
  const paused = await world.call('PUT', path(id, '/pause'), { reason: 'billing *overdue*' });
  assert.equal(paused.status, 200);
  const second = await world.enqueue(id, 'nothing');
  await world.finish(first.id);
  await eventuallyEqual(() => statusOf(world, id, first.id), 'completed');
  await eventually(async () =>
    assert.match(
      await detailsOf(id),
      /\*\*Paused since .*, until somebody resumes it:\*\* billing \\\*overdue\\\*/,
    ),
  );
  assert.equal(await statusOf(world, id, second.id), 'pending');
  await world.call('DELETE', path(id, '/pause'));
  await eventuallyEqual(() => statusOf(world, id, second.id), 'completed');
  await eventually(async () => assert.doesNotMatch(await detailsOf(id), /Paused/));
  await clean();
});

test("a pause ends by itself at its time: what waits starts, and the end is recorded as nobody's act", async () => {
  const id = await world.workspace();
  const until = inMs(3_000);
  await world.call('PUT', path(id, '/pause'), { reason: 'short', until });
  const { id: waits } = await world.enqueue(id, 'nothing');
  await eventuallyEqual(() => statusOf(world, id, waits), 'completed', WITHIN_MS);
  const { admittedAt } = await world.execution(id, waits);
  assert.ok(admittedAt! >= until);
  const { body } = await world.call<{ items: { act: string; source: string }[] }>(
    'GET',
    path(id, '/changes'),
  );
  assert.deepEqual(
    body.items.map(({ act, source }) => [act, source]),
    [
      ['resumed', 'itself'],
      ['paused', 'api'],
      ['workspace_created', 'api'],
    ],
  );
  await clean();
});

test('a deleted workspace is gone: its work has ended, its gate has ended and does not come back, and nothing is left of it but its record', async () => {
  const id = await world.workspace({ tier: 'pro', limitOverride: 1 });
  const runs = await world.enqueue(id, 'untilTold', { secret: 1 });
  await eventuallyEqual(() => statusOf(world, id, runs.id), 'running');
  const waits = await world.enqueue(id, 'nothing');
  assert.equal((await world.call('DELETE', path(id))).status, 409);
  const { status, body } = await world.call('DELETE', path(id, '?endWork=true'));
  assert.equal(status, 202);
  assert.ok(Number(body['temporalRetentionSeconds']) > 0);
  await eventually(async () => assert.equal((await world.call('GET', path(id))).status, 404), WITHIN_MS);
  assert.equal((await childOf(world, runs.id).describe()).status.name, 'TERMINATED');
  assert.equal(await gateStatus(id), 'COMPLETED');
  const { rows } = await world.database.pool.query(
    `select (select count(*) from all_executions where workspace_id = $1)::integer as executions,
       (select count(*) from payloads where execution_id = any($2))::integer as payloads,
       (select count(*) from events where workspace_id = $1)::integer as events`,
    [id, [runs.id, waits.id]],
  );
  assert.deepEqual(rows, [{ executions: 0, payloads: 0, events: 0 }]);
  const changes = await world.call<{ items: { act: string; to: { usage?: object } }[] }>(
    'GET',
    path(id, '/changes'),
  );
  assert.equal(changes.body.items[0]!.act, 'workspace_gone');
  const { terminated, cancelled } = changes.body.items[0]!.to.usage as Record<string, number>;
  assert.deepEqual([terminated, cancelled], [1, 1]);

  // A wake that was under way, or somebody by hand.
  await signalGate(world.client, id, 'wake');
  await eventuallyEqual(() => gateStatus(id), 'COMPLETED', WITHIN_MS);
  await clean();
});

test('the same id is put again and starts clean, whatever its former gate or a late answer of a client remembers', async () => {
  const id = await world.workspace({ tier: 'pro', limitOverride: 2 });
  const accepted = [];
  for (let n = 0; n < 3; n++) {
    const { id: executionId } = await world.enqueue(id, 'nothing');
    accepted.push({ workspaceId: id, executionId, status: 202 as const, at: new Date().toISOString() });
  }
  await eventually(async () => assert.deepEqual(await world.seqs(id, 'completed'), [1, 2, 3]));
  assert.equal((await world.call('DELETE', path(id))).status, 202);
  await eventually(async () => {
    const again = await world.call('PUT', path(id), { tier: 'enterprise' });
    assert.equal(again.status, 201);
  }, WITHIN_MS);
  const fresh = await world.enqueue(id, 'nothing');
  assert.equal(fresh.seq, 1);
  await eventuallyEqual(() => statusOf(world, id, fresh.id), 'completed');
  const { body } = await world.call('GET', path(id));
  assert.deepEqual([body['restoringSince'], body['limit']], [null, 10]);
  const report = await auditDeployment({
    database: world.database,
    client: world.client,
    accepted: [...accepted, { ...accepted[0]!, executionId: fresh.id, at: new Date().toISOString() }],
    graceSeconds: 60,
    maxIdleSlotSeconds: 60,
  });
  assert.deepEqual(
    report.checks.flatMap(({ breaches }) => breaches),
    [],
  );
});

test('a gate that does not end when its workspace is deleted is ended after some time', async () => {
  const workspaceId = 'wedged';
  const wedged = await world.client.workflow.start('nobody-knows', {
    taskQueue: 'nobody-polls',
    workflowId: gateWorkflowId(workspaceId),
  });
  const endGate = createEndGate(world.client);
  let times = 0;
  while (!(await endGate(workspaceId))) assert.ok(++times < 30);
  assert.ok(times > 10, 'a gate whose worker restarts has time to end by itself');
  assert.equal((await wedged.describe()).status.name, 'TERMINATED');
  assert.equal(await endGate('never-opened'), true);
});
