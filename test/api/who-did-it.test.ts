import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { insertTestKey, type TestKey } from '../support/keys.ts';
import { type ApiUnderTest, type Call, startApiUnderTest } from './api-under-test.ts';

let api: ApiUnderTest;
let keys: TestKey[];
before(async () => {
  api = await startApiUnderTest({ AUTH: 'keys' });
  keys = await Promise.all([0, 1].map(() => insertTestKey(api.database)));
  await by(0, { method: 'PUT', path: '/v1/workspaces/acme', body: { tier: 'pro' } });
});
after(() => api.stop());

const by = (key: number, call: Call) => api.call({ ...call, headers: keys[key]!.headers });

const enqueued = async () =>
  (await api.enqueue('acme', { workflowType: 'demo' }, keys[0]!.headers)).body.id as string;

test('an execution names the key that asked for it, and the first one that asked for its end', async () => {
  const waits = await enqueued();
  const path = `/v1/workspaces/acme/executions/${waits}`;
  const { body } = await by(1, { method: 'POST', path: `${path}/cancel` });
  assert.deepEqual(
    [body.createdBy, body.cancelRequestedBy, body.terminateRequestedBy],
    [keys[0]!.id, keys[1]!.id, null],
  );

  const runs = await enqueued();
  await api.database.pool.query(
    `update executions set status = 'running', admitted_at = clock_timestamp() where id = $1`,
    [runs],
  );
  for (const [verb, key, expected] of [
    ['cancel', 1, [keys[1]!.id, null]],
    ['cancel', 0, [keys[1]!.id, null]],
    ['terminate', 0, [keys[1]!.id, keys[0]!.id]],
    ['terminate', 1, [keys[1]!.id, keys[0]!.id]],
  ] as const) {
    const asked = await by(key, { method: 'POST', path: `/v1/workspaces/acme/executions/${runs}/${verb}` });
    assert.deepEqual([asked.body.cancelRequestedBy, asked.body.terminateRequestedBy], expected);
  }
});

test('each change of a limit and of a tier is recorded with the key that asked for it', async () => {
  await by(1, { method: 'PATCH', path: '/v1/workspaces/acme', body: { limitOverride: 3 } });
  await by(0, { method: 'PUT', path: '/v1/workspaces/acme', body: { tier: 'enterprise' } });
  const { rows } = await api.database.pool.query(
    `select changed_by from limit_changes where workspace_id = 'acme' order by id`,
  );
  assert.deepEqual(
    rows.map(({ changed_by: id }) => id),
    [keys[0]!.id, keys[1]!.id, keys[0]!.id],
  );
  const { body: pro } = await by(0, { path: '/v1/tiers/pro' });
  const { limit, maxDurationSeconds, maxPending, maxPendingBytes } = pro;
  const settings = { limit: limit + 1, maxDurationSeconds, maxPending, maxPendingBytes };
  assert.equal((await by(1, { method: 'PUT', path: '/v1/tiers/pro', body: settings })).status, 200);
  const tiers = await api.database.pool.query('select changed_by from tier_changes order by id desc limit 1');
  assert.deepEqual(tiers.rows, [{ changed_by: keys[1]!.id }]);
});
