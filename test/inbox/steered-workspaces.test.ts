import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { eventually, eventuallyEqual } from '../support/eventually.ts';
import { enqueueBySql, grantAll, putWorkspaceBySql } from '../support/sql-callers.ts';
import { type World, startWorld } from '../support/world.ts';

let world: World;
before(async () => {
  world = await startWorld(import.meta.url, { SWEEP_INTERVAL_SECONDS: '2' });
  await grantAll(world.config.DATABASE_URL);
});
after(() => world.stop());

const enqueue = (workspaceId: string, client: pg.ClientBase | pg.Pool = world.database.pool) =>
  enqueueBySql(client, { workspaceId, workflowType: 'nothing' });

async function open(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: world.config.DATABASE_URL });
  await client.connect();
  await client.query('begin');
  return client;
}

async function commit(client: pg.Client): Promise<void> {
  await client.query('commit');
  await client.end();
}

async function inInbox(workspaceId: string): Promise<number> {
  const { rows } = await world.database.pool.query<{ n: number }>(
    'select count(*)::integer as n from inbox where workspace_id = $1',
    [workspaceId],
  );
  return rows[0]!.n;
}

async function statusOf(id: string): Promise<string | undefined> {
  const { rows } = await world.database.pool.query<{ status: string }>(
    'select status::text from all_executions where id = $1',
    [id],
  );
  return rows[0]?.status;
}

const isGone = (workspaceId: string) =>
  eventually(async () =>
    assert.equal((await world.call('GET', `/v1/workspaces/${workspaceId}`)).status, 404),
  );

test('rows for a paused workspace get their places, and are admitted when it is resumed', async () => {
  const workspace = await world.workspace();
  await world.sluice.workspaces.pause(workspace, { reason: 'maintenance' });
  const ids = [await enqueue(workspace), await enqueue(workspace)];
  await eventuallyEqual(() => world.seqs(workspace, 'pending'), [1, 2]);
  await world.sluice.workspaces.resume(workspace);
  await eventuallyEqual(() => world.seqs(workspace, 'completed'), [1, 2]);
  assert.deepEqual(await Promise.all(ids.map(statusOf)), ['completed', 'completed']);
});

test('rows that were committed before a workspace is deleted go with it', async () => {
  const workspace = await world.workspace();
  await world.sluice.workspaces.pause(workspace, { reason: 'so that they wait' });
  for (let i = 0; i < 3; i++) await enqueue(workspace);
  const deleted = await world.call('DELETE', `/v1/workspaces/${workspace}?endWork=true`);
  assert.equal(deleted.status, 202, deleted.text);
  await isGone(workspace);
  assert.equal(await inInbox(workspace), 0);
});

test('a row that is committed after its workspace is gone does not keep others from their places, nor stays for ever', async () => {
  const [workspace, other] = [await world.workspace(), await world.workspace()];
  const late = await open();
  const id = await enqueue(workspace, late);
  assert.equal((await world.call('DELETE', `/v1/workspaces/${workspace}`)).status, 202);
  await isGone(workspace);
  await commit(late);
  await enqueue(other);
  await eventuallyEqual(() => world.seqs(other, 'completed'), [1]);
  await eventuallyEqual(() => inInbox(workspace), 0);
  assert.equal(await statusOf(id), undefined);
  assert.equal((await world.call('GET', `/v1/workspaces/${workspace}`)).status, 404);
});

test('a row that is committed when its workspace was deleted and put again is an execution of the new one', async () => {
  const workspace = await world.workspace();
  const late = await open();
  const id = await enqueue(workspace, late);
  assert.equal((await world.call('DELETE', `/v1/workspaces/${workspace}`)).status, 202);
  await isGone(workspace);
  await world.sluice.workspaces.put(workspace, { tier: 'pro' });
  await commit(late);
  await eventuallyEqual(() => statusOf(id), 'completed');
});

test('a tier that is put by SQL is in force when its transaction commits, and nothing of one that is rolled back', async () => {
  const workspace = await world.workspace({ tier: 'pro' });
  const undone = await open();
  await putWorkspaceBySql(undone, workspace, 'enterprise');
  await putWorkspaceBySql(undone, 'never-there', 'pro');
  await undone.query('rollback');
  await undone.end();
  const done = await open();
  await putWorkspaceBySql(done, workspace, 'enterprise');
  await putWorkspaceBySql(done, 'born-by-sql', 'pro');
  await commit(done);
  const tierOf = async (id: string) => (await world.sluice.workspaces.get(id)).tier;
  await eventuallyEqual(() => tierOf(workspace), 'enterprise');
  await eventuallyEqual(() => tierOf('born-by-sql'), 'pro');
  assert.equal((await world.call('GET', '/v1/workspaces/never-there')).status, 404);
});
