import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Client } from '@temporalio/client';
import { startApi } from '../../src/api/server/start-api.ts';
import { auditDeployment } from '../../src/audit/audit-deployment.ts';
import { bindNamespace } from '../../src/db/installation/bind-namespace.ts';
import { deploymentId, readDeployment } from '../../src/db/installation/deployment.ts';
import { gateWorkflowId } from '../../src/domain/names.ts';
import { signalGate } from '../../src/temporal/gates/signal-gate.ts';
import { refuseShortRetention } from '../../src/temporal/namespace/namespace.ts';
import { sweepScheduleOwner } from '../../src/temporal/namespace/schedule-owner.ts';
import { startWorker } from '../../src/worker/start-worker.ts';
import type { GateSnapshot } from '../../src/workflows/gate/contract.ts';
import { type OpenTestDatabase, createTestDatabase, openTestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { insertPending, insertWorkspace, statuses } from '../support/rows.ts';
import { REPOSITORY } from '../support/processes/started.ts';
import { testNamespace } from '../support/temporal.ts';
import { type World, startWorld } from '../support/world.ts';
import { testLog } from './connected.ts';

/** Every dev server has it, and no test works in it. */
const OTHER_NAMESPACE = 'default';

let world: World;
before(async () => {
  world = await startWorld(import.meta.url, { SWEEP_INTERVAL_SECONDS: '3600' });
});
after(() => world.stop());

const elsewhere = () => ({ ...world.temporal, namespace: OTHER_NAMESPACE });

const refusalOf = (settings: Partial<World['config']> = {}, temporal = world.temporal) =>
  startWorker({ ...world.config, ...settings }, testLog(), temporal).then(
    async (worker) => {
      await worker.stop();
      return assert.fail('it started');
    },
    (error: Error) => `${error.name}: ${error.message}`,
  );

async function bind(databaseUrl: string, ...args: string[]): Promise<{ code: number | null; text: string }> {
  const child = spawn(process.execPath, ['dist/src/cli/sluice.js', 'bind', ...args], {
    cwd: REPOSITORY,
    env: { ...process.env, DATABASE_URL: databaseUrl },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += String(chunk)));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, text };
}

/** A database of another installation. */
async function secondInstallation(): Promise<OpenTestDatabase & { id: string }> {
  const opened = await openTestDatabase();
  const id = randomUUID();
  await opened.database.pool.query('update deployment set id = $1', [id]);
  return { ...opened, id };
}

test('the first worker binds the database, and of two at once one does', async () => {
  const bound = await readDeployment(world.database.db);
  assert.equal(bound.namespaceName, testNamespace(import.meta.url));
  assert.match(bound.namespaceId ?? '', /^[0-9a-f-]{36}$/);

  const { database, close } = await openTestDatabase();
  const names = ['a', 'b', 'c', 'd'];
  const bindings = await Promise.all(
    names.map((name) => bindNamespace(database.db, { id: `id-${name}`, name })),
  );
  assert.equal(new Set(bindings.map(({ namespaceId }) => namespaceId)).size, 1);
  assert.deepEqual(await readDeployment(database.db), bindings[0]);
  await close();
});

test('a worker with another namespace refuses to start, naming both, and touches no row', async () => {
  const workspace = await world.workspace();
  const { id } = await world.enqueue(workspace, 'untilTold');
  await eventually(async () => assert.ok((await world.execution(workspace, id)).runId));
  const refusal = await refusalOf({}, elsewhere());
  assert.match(refusal, /^NamespaceMismatchError: /);
  for (const name of [testNamespace(import.meta.url), OTHER_NAMESPACE])
    assert.ok(refusal.includes(`namespace ${name} (id `) || refusal.includes(`to ${name} (id `), refusal);
  assert.equal((await world.execution(workspace, id)).status, 'running');
  await world.finish(id);
});

test('an API with another namespace accepts, wakes no gate and is not ready, until the database is moved', async () => {
  const workspace = await world.workspace();
  const api = await startApi({ ...world.config, PORT: 0 }, testLog(), elsewhere());
  const ready = async () => {
    const response = await fetch(`${api.url}/health/ready`);
    return { status: response.status, body: (await response.json()) as { type?: string; detail?: string } };
  };
  try {
    const accepted = await fetch(`${api.url}/v1/workspaces/${workspace}/executions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"workflowType":"nothing"}',
    });
    assert.equal(accepted.status, 202);
    await eventually(async () => {
      const { status, body } = await ready();
      assert.deepEqual([status, body.type], [503, 'urn:sluice:problem:wrong-installation']);
      assert.ok(body.detail?.includes(testNamespace(import.meta.url)), body.detail);
    });
    const { connection } = world.client;
    for (const client of [world.client, new Client({ connection, namespace: OTHER_NAMESPACE })]) {
      const gate = client.workflow.getHandle(gateWorkflowId(workspace));
      await assert.rejects(gate.describe(), { name: 'WorkflowNotFoundError' });
    }
    const before = await readDeployment(world.database.db);
    await world.database.pool.query(`update deployment set namespace_id = null`);
    await eventually(async () => assert.equal((await ready()).status, 200));
    await world.database.pool.query(`update deployment set namespace_id = $1`, [before.namespaceId]);
  } finally {
    await api.stop();
  }
});

test('bind moves a database on purpose, and says what becomes of executions that run', async () => {
  const { url, drop } = await createTestDatabase();
  const { database, close } = await openTestDatabase();
  await insertWorkspace(database.pool, 'w');
  await insertPending(database.pool, 'w', 3);
  await database.pool.query(
    `update deployment set namespace_id = 'lost', namespace_name = 'the-lost-one';
     update executions set status = 'running', admitted_at = now() where seq = 1`,
  );
  const databaseUrl = new URL(url);
  const { rows } = await database.pool.query<{ name: string }>('select current_database() as name');
  databaseUrl.pathname = `/${rows[0]!.name}`;
  const here = testNamespace(import.meta.url);

  const refused = await bind(databaseUrl.toString(), '--to', here);
  assert.equal(refused.code, 1, refused.text);
  assert.match(refused.text, /1 executions run.*the-lost-one.*OutcomeUnknown.*--force/s);
  assert.equal((await readDeployment(database.db)).namespaceId, 'lost');

  const moved = await bind(databaseUrl.toString(), '--to', here, '--force');
  assert.equal(moved.code, 0, moved.text);
  assert.match(
    moved.text,
    /was bound to the namespace the-lost-one.*now bound.*2 executions wait.*OutcomeUnknown/s,
  );
  assert.deepEqual(await readDeployment(database.db), await readDeployment(world.database.db));

  const again = await bind(databaseUrl.toString(), '--to', here);
  assert.match(again.text, /already/);
  const nowhere = await bind(databaseUrl.toString(), '--to', 'no-such-namespace', '--force');
  assert.equal(nowhere.code, 1);
  assert.match(nowhere.text, /^NamespaceError: /);
  await close();
  await drop();
});

test('a second installation in a namespace refuses to start, names the first, and can take its place on purpose', async () => {
  const first = await deploymentId(world.database.db);
  await eventually(async () => assert.equal(await sweepScheduleOwner(world.client), first));
  const second = await secondInstallation();
  const { rows } = await second.database.pool.query<{ name: string }>('select current_database() as name');
  const databaseUrl = new URL(world.config.DATABASE_URL);
  databaseUrl.pathname = `/${rows[0]!.name}`;
  const refusal = await refusalOf({ DATABASE_URL: databaseUrl.toString() });
  assert.match(refusal, /^NamespaceTakenError: /);
  for (const id of [first, second.id]) assert.ok(refusal.includes(`deployment ${id}`), refusal);
  assert.equal((await readDeployment(second.database.db)).namespaceId, null, 'it was not bound');

  const here = testNamespace(import.meta.url);
  const refused = await bind(databaseUrl.toString(), '--to', here);
  assert.equal(refused.code, 1, refused.text);
  assert.ok(refused.text.includes(first) && refused.text.includes('--take-over'), refused.text);
  assert.equal(await sweepScheduleOwner(world.client), first);
  const taken = await bind(databaseUrl.toString(), '--to', here, '--take-over');
  assert.equal(taken.code, 0, taken.text);
  assert.equal(await sweepScheduleOwner(world.client), second.id);
  const back = await bind(world.config.DATABASE_URL, '--to', here, '--take-over');
  assert.equal(back.code, 0, back.text);
  await second.close();
});

test('a gate of another installation gets no slot, says whose it is, and is found by the audit', async () => {
  const workspace = await world.workspace();
  const mine = await deploymentId(world.database.db);
  await insertPending(world.database.pool, workspace, 1);
  await signalGate(world.client, workspace, 'wake', { deployment: 'another' });
  const snapshot = await eventually(async () => {
    const now = await world.gate(workspace).query<GateSnapshot>('snapshot');
    assert.ok(now.lastError);
    return now;
  });
  assert.equal(snapshot.isForeign, true);
  assert.ok(
    snapshot.lastError?.includes('another') && snapshot.lastError.includes(mine),
    String(snapshot.lastError),
  );
  assert.deepEqual(await statuses(world.database.pool, workspace), { pending: [1] });
  await eventually(async () => {
    const report = await auditDeployment({
      database: world.database,
      client: world.client,
      workspaces: [workspace],
      maxIdleSlotSeconds: 3600,
    });
    const { breaches } = report.checks.find(({ invariant }) => invariant === 'WORK-CONSERVING')!;
    assert.equal(breaches.length, 1);
    assert.match(breaches[0]!.what, /that of deployment another/);
  });
  await world.gate(workspace).terminate('by the test');
});

test('an audit of a database that is bound to another namespace is not made', async () => {
  const { database, close } = await openTestDatabase();
  await bindNamespace(database.db, { id: 'elsewhere', name: 'elsewhere' });
  await assert.rejects(auditDeployment({ database, client: world.client }), {
    name: 'NamespaceMismatchError',
  });
  await close();
});

test('a namespace that keeps closed workflows for less than an hour is refused', () => {
  const refuse = (retentionSeconds: number) =>
    refuseShortRetention({ id: 'id', name: 'short', retentionSeconds });
  for (const seconds of [0, 1, 3599])
    assert.throws(
      () => refuse(seconds),
      new RegExp(`^NamespaceError: .*short keeps .* ${seconds} s.*--retention`),
    );
  refuse(3600);
});
