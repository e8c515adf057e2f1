import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { insertTestKey } from '../support/keys.ts';
import { type ApiUnderTest, startApiUnderTest } from './api-under-test.ts';

let api: ApiUnderTest;
let admin: Record<string, string>;
before(async () => {
  api = await startApiUnderTest({ AUTH: 'keys' });
  admin = (await insertTestKey(api.database)).headers;
});
after(() => api.stop());

type Method = 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE';
const call = (method: Method, path: string, body?: unknown) =>
  api.call({ method, path: `/v1/workspaces/${path}`, body, headers: admin });
const enqueue = (id: string, body: unknown = { workflowType: 'demo' }) =>
  call('POST', `${id}/executions`, body);
const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();

async function workspace(id: string): Promise<string> {
  assert.equal((await call('PUT', id, { tier: 'pro' })).status, 201);
  api.takeWakes();
  return id;
}

test('a pause shows with its reason, its end and who asked for it, wakes the gate, and is gone when it is resumed', async () => {
  const id = await workspace('paused');
  const until = inHours(1);
  const paused = await call('PUT', `${id}/pause`, { reason: 'billing overdue', until });
  assert.equal(paused.status, 200);
  const { since, ...rest } = paused.body.paused;
  assert.ok(Date.parse(since) <= Date.now());
  assert.deepEqual(rest, { reason: 'billing overdue', until, by: admin['authorization']!.split('_')[1] });
  assert.deepEqual((await call('GET', `${id}/gate`)).body.paused, paused.body.paused);
  assert.deepEqual(api.takeWakes(), [`resize ${id}`]);
  assert.equal((await enqueue(id)).status, 202, 'requests are accepted');
  api.takeWakes();
  assert.equal((await call('DELETE', `${id}/pause`)).body.paused, null);
  assert.deepEqual(api.takeWakes(), [`resize ${id}`]);
  assert.equal((await call('DELETE', `${id}/pause`)).status, 200);
  assert.deepEqual(api.takeWakes(), [], 'what changes nothing wakes nobody');
});

test('a pause needs a reason and an end to come', async () => {
  const id = await workspace('refused');
  for (const body of [{}, { reason: '' }, { reason: 'a\nb' }, { reason: 'x', until: 'tomorrow' }])
    assert.equal((await call('PUT', `${id}/pause`, body)).status, 400);
  const passed = await call('PUT', `${id}/pause`, { reason: 'x', until: inHours(-1) });
  assert.equal(passed.status, 400);
  assert.equal(passed.body.errors[0].path, '/until');
  assert.equal((await call('PUT', 'never/pause', { reason: 'x' })).status, 404);
  assert.equal((await call('GET', id)).body.paused, null);
});

test('a pause whose time has come is shown as over, before a worker has recorded it', async () => {
  const id = await workspace('over');
  await call('PUT', `${id}/pause`, { reason: 'x', until: inHours(1) });
  await api.database.pool.query(
    `update workspaces set paused_until = clock_timestamp() - interval '1 second' where id = $1`,
    [id],
  );
  assert.equal((await call('GET', id)).body.paused, null);
});

test('a lowered limit says by how many more run than it allows', async () => {
  const id = await workspace('over-by');
  await api.database.pool.query('update workspaces set running = 5 where id = $1', [id]);
  assert.equal((await call('GET', id)).body.overBy, 0);
  assert.equal((await call('PATCH', id, { limitOverride: 2 })).body.overBy, 3);
});

test('a workspace with work is refused its deletion with the counts; with endWork it begins, and nothing new is taken', async () => {
  const id = await workspace('deleted');
  await enqueue(id);
  await enqueue(id, { workflowType: 'demo', startAfter: inHours(1) });
  const own = await insertTestKey(api.database, { workspaceId: id });
  assert.equal((await api.call({ path: `/v1/workspaces/${id}`, headers: own.headers })).status, 200);
  const refused = await call('DELETE', id);
  assert.equal(refused.status, 409);
  const { type, pending, scheduled, running } = refused.body;
  assert.deepEqual([type, pending, scheduled, running], ['urn:sluice:problem:workspace-has-work', 1, 1, 0]);
  assert.equal((await call('DELETE', `${id}?endWork=false`)).status, 409);
  assert.equal((await call('GET', id)).body.deletingSince, null);

  const begun = await call('DELETE', `${id}?endWork=true&reason=gone`);
  assert.equal(begun.status, 202);
  const { toCancel, toTerminate, revokedKeys, temporalRetentionSeconds } = begun.body;
  assert.deepEqual([toCancel, toTerminate, revokedKeys], [2, 0, 1]);
  assert.equal(temporalRetentionSeconds, null, 'Temporal is down here');
  assert.equal((await call('GET', id)).body.deletingSince, begun.body.deletingSince);
  assert.equal((await api.call({ path: `/v1/workspaces/${id}`, headers: own.headers })).status, 401);
  for (const answer of [
    await enqueue(id),
    await call('PATCH', id, { limitOverride: 3 }),
    await call('PUT', id, { tier: 'pro' }),
    await call('PUT', `${id}/pause`, { reason: 'x' }),
    await call('DELETE', `${id}/pause`),
  ]) {
    assert.equal(answer.status, 409, answer.text);
    assert.equal(answer.body.type, 'urn:sluice:problem:workspace-deleting');
  }
  const batch = await call('POST', `${id}/executions/batch`, { executions: [{ workflowType: 'demo' }] });
  assert.equal(batch.body.outcomes[0].problem.type, 'urn:sluice:problem:workspace-deleting');
  const again = await call('DELETE', id);
  assert.deepEqual([again.status, again.body.deletingSince], [202, begun.body.deletingSince]);
  const { body } = await call('GET', `${id}/changes`);
  assert.deepEqual([body.items[0].act, body.items[1].act], ['key_revoked', 'workspace_deleted']);
  assert.deepEqual([body.items[1].reason, body.items[1].to], ['gone', { endWork: true }]);
});
