import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startWorker } from '../../src/worker/start-worker.ts';
import { createLog } from '../../src/process/log.ts';
import { eventually, eventuallyEqual } from '../support/eventually.ts';
import { childOf, gatePage, runningExecution } from '../support/gates-and-children.ts';
import { type SpoilableWorld, startSpoilableWorld } from './spoilable-world.ts';

/** The longest wait of a gate for Postgres, and of a client for its connection, after a cut of some seconds; and a busy machine. */
const HEALED_WITHIN_MS = 30_000;

let world: SpoilableWorld;
before(async () => {
  world = await startSpoilableWorld(import.meta.url);
});
after(() => world.stop());

const enqueue = (id: string, workflowType: string) =>
  world.call('POST', `/v1/workspaces/${id}/executions`, { workflowType });
const completed = (id: string, seqs: number[]) =>
  eventuallyEqual(() => world.seqs(id, 'completed'), seqs, HEALED_WITHIN_MS);

/** A workspace with a limit of one, and an execution that runs until it is told. Returns that one's id. */
async function busyWorkspace(id: string): Promise<string> {
  await world.call('PUT', `/v1/workspaces/${id}`, { tier: 'pro', limitOverride: 1 });
  return (await runningExecution(world, id)).id;
}

test('API and Postgres cut: its callers get 503 and are served again after; meanwhile the gate admits what waits', async () => {
  const id = 'api-postgres';
  const running = await busyWorkspace(id);
  for (let i = 0; i < 3; i++) await enqueue(id, 'nothing');
  world.api.toPostgres.cut();
  const refused = await enqueue(id, 'nothing');
  assert.deepEqual([refused.status, refused.body.type], [503, 'urn:sluice:problem:database-unavailable']);
  assert.equal((await world.call('GET', '/health/ready')).status, 503);
  await world.finish(running);
  await completed(id, [1, 2, 3, 4]);
  world.api.toPostgres.mend();
  const accepted = await enqueue(id, 'nothing');
  assert.deepEqual([accepted.status, accepted.body.seq], [202, 5]);
  await completed(id, [1, 2, 3, 4, 5]);
});

test('API and Temporal cut: it accepts, and says what it cannot see; a busy gate goes on, the sweep wakes an idle one', async () => {
  const [busy, idle] = ['api-temporal-busy', 'api-temporal-idle'];
  const running = await busyWorkspace(busy);
  await world.call('PUT', `/v1/workspaces/${idle}`, { tier: 'pro' });
  world.api.toTemporal.cut();
  for (const id of [busy, idle]) assert.equal((await enqueue(id, 'nothing')).status, 202);
  const ready = await world.call('GET', '/health/ready');
  assert.deepEqual([ready.status, ready.body.status], [200, 'degraded']);
  const gate = await world.call('GET', `/v1/workspaces/${busy}/gate`);
  assert.deepEqual([gate.status, gate.body.source, gate.body.running], [200, 'postgres', 1]);
  assert.ok(gate.body.lastError);
  await world.finish(running);
  await completed(busy, [1, 2]);
  await completed(idle, [1]);
  world.api.toTemporal.mend();
  await eventually(async () => assert.equal((await world.call('GET', '/health/ready')).body.status, 'ok'));
});

test('worker and Postgres cut: the API accepts; what runs ends; a gate says that it waits, and goes on after', async () => {
  const id = 'worker-postgres';
  const running = await busyWorkspace(id);
  world.worker.toPostgres.cut();
  const accepted = await enqueue(id, 'nothing');
  assert.deepEqual([accepted.status, accepted.body.seq], [202, 2]);
  assert.equal((await world.call('GET', '/health/ready')).status, 200);
  await world.finish(running);
  await eventually(async () =>
    assert.equal((await childOf(world, running).describe()).status.name, 'COMPLETED'),
  );
  await eventually(async () => assert.match(await gatePage(world, id), /Waiting for Postgres/));
  assert.deepEqual([await world.seqs(id, 'running'), await world.seqs(id, 'pending')], [[1], [2]]);
  world.worker.toPostgres.mend();
  await completed(id, [1, 2]);
});

test('worker and Temporal cut: another worker takes over what it held; it serves again by itself after', async () => {
  const id = 'worker-temporal';
  const running = await busyWorkspace(id);
  world.worker.toTemporal.cut();
  assert.equal((await enqueue(id, 'nothing')).status, 202);
  const other = await startWorker(
    world.config,
    createLog({ level: 'silent', process: 'test' }),
    world.temporal,
  );
  try {
    await world.finish(running);
    await completed(id, [1, 2]);
  } finally {
    await other.stop();
  }
  world.worker.toTemporal.mend();
  assert.equal((await enqueue(id, 'nothing')).status, 202);
  await completed(id, [1, 2, 3]);
});
