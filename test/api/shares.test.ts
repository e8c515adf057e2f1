import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { reconcileWorkspace } from '../../src/db/reconcile/reconcile-workspace.ts';
import { requestOf } from '../support/rows.ts';
import { type ApiUnderTest, startApiUnderTest } from './api-under-test.ts';

const MIB = 2 ** 20;
let api: ApiUnderTest;
before(async () => {
  api = await startApiUnderTest({
    TIER_PRO_CONCURRENT_LIMIT: '1',
    TIER_PRO_MAX_PENDING_BYTES: String(MIB),
    MAX_WORKSPACES: '3',
  });
});
after(() => api.stop());

/** An input whose JSON text has that many bytes. */
const large = (bytes: number) => ({ workflowType: 'demo', input: 'ä'.repeat((bytes - 2) / 2) });
const reconcile = (id: string) =>
  reconcileWorkspace(api.database, requestOf(id), {
    gateRunId: 'run',
    verifyAfterSeconds: 3_600,
  });

test('the queue of a workspace is bounded in bytes, and has room again as its executions are admitted or cancelled', async () => {
  const id = await api.workspace();
  const other = await api.workspace();
  const quarter = large(MIB / 4);
  const accepted = [];
  for (let i = 0; i < 4; i++) accepted.push((await api.enqueue(id, quarter)).body as { id: string });
  const full = await api.enqueue(id, quarter);
  assert.equal(full.status, 429);
  assert.equal(full.body.type, 'urn:sluice:problem:queue-bytes-full');
  assert.deepEqual([full.body.bytes, full.body.pendingBytes, full.body.maxPendingBytes], [MIB / 4, MIB, MIB]);
  assert.match(String(full.headers['retry-after']), /^[1-9]\d*$/);

  assert.equal((await api.enqueue(id)).status, 202, 'an execution without input weighs nothing');
  assert.equal((await api.enqueue(other, quarter)).status, 202, "another workspace's queue is its own");

  const cancel = `/v1/workspaces/${id}/executions/${accepted[3]!.id}/cancel`;
  assert.equal((await api.call({ method: 'POST', path: cancel })).status, 200);
  assert.equal((await api.enqueue(id, quarter)).status, 202);
  assert.equal((await api.enqueue(id, quarter)).status, 429);
  assert.equal((await reconcile(id)).claims.length, 1);
  assert.equal((await api.enqueue(id, quarter)).status, 202);
  assert.equal((await api.enqueue(id, quarter)).status, 429);
  const { rows } = await api.database.pool.query(
    `select pending_bytes::float8 as counted,
       (select sum(octet_length(input))::float8 from all_executions where workspace_id = w.id and status = 'pending') as held
     from workspaces w where id = $1`,
    [id],
  );
  assert.deepEqual(rows, [{ counted: MIB, held: MIB }]);
});

test('a repeated key is answered as before when the queue is full of bytes', async () => {
  const id = await api.workspace();
  const quarter = large(MIB / 4);
  const first = await api.enqueue(id, quarter, { 'idempotency-key': 'k' });
  for (let i = 0; i < 3; i++) assert.equal((await api.enqueue(id, quarter)).status, 202);
  assert.equal((await api.enqueue(id, quarter)).status, 429);
  const again = await api.enqueue(id, quarter, { 'idempotency-key': 'k' });
  assert.deepEqual([again.status, again.body.id], [200, first.body.id]);
});

test('there are no more workspaces than may be, however many are created at once; existing ones can be changed', async () => {
  const separate = await startApiUnderTest({ MAX_WORKSPACES: '2' });
  try {
    const put = (id: string) =>
      separate.call({ method: 'PUT', path: `/v1/workspaces/${id}`, body: { tier: 'pro' } });
    const answers = await Promise.all(['a', 'b', 'c', 'd', 'e'].map(put));
    const created = answers.filter(({ status }) => status === 201);
    assert.equal(created.length, 2);
    for (const { status, body } of answers.filter((answer) => !created.includes(answer)))
      assert.deepEqual(
        [status, body.type, body.maxWorkspaces],
        [403, 'urn:sluice:problem:workspaces-full', 2],
      );
    const { body: list } = await separate.call({ path: '/v1/workspaces' });
    assert.equal(list.items.length, 2);
    assert.equal((await put(list.items[0].id as string)).status, 200);
  } finally {
    await separate.stop();
  }
});
