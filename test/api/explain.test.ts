import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { reconcileWorkspace } from '../../src/db/reconcile/reconcile-workspace.ts';
import { insertTestKey, type TestKey } from '../support/keys.ts';
import { completedReport, requestOf } from '../support/rows.ts';
import { type ApiUnderTest, startApiUnderTest } from './api-under-test.ts';

let api: ApiUnderTest;
let admin: TestKey;
before(async () => {
  api = await startApiUnderTest({ AUTH: 'keys' });
  admin = await insertTestKey(api.database);
});
after(() => api.stop());

let workspaces = 0;
async function workspace(limitOverride = 2): Promise<string> {
  const id = `explained-${++workspaces}`;
  const body = { tier: 'pro', limitOverride };
  await api.call({ method: 'PUT', path: `/v1/workspaces/${id}`, body, headers: admin.headers });
  return id;
}

/** Executions with a type and a reference of their own; the first of them get the slots. */
async function queue(workspaceId: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i++) {
    const body = { workflowType: `type-${i}`, reference: `order-${i}` };
    ids.push((await api.enqueue(workspaceId, body, admin.headers)).body.id);
  }
  await reconcile(workspaceId);
  return ids;
}

const reconcile = (workspaceId: string, request = requestOf(workspaceId)) =>
  reconcileWorkspace(api.database, request, { gateRunId: 'run', verifyAfterSeconds: 3_600 });

const explain = (workspaceId: string, executionId: string | undefined, query = '', headers = admin.headers) =>
  api.call({ path: `/v1/workspaces/${workspaceId}/executions/${executionId}/explain${query}`, headers });

test('who waits is told its place, who holds the slots and since when, and what the limit is', async () => {
  const id = await workspace();
  const ids = await queue(id, 5);
  const { status, body } = await explain(id, ids[4]);
  assert.equal(status, 200);
  const { reason, position, positionIsUpperBound, limit, limitSource, running, pending, overBy } = body;
  assert.deepEqual(
    { reason, position, positionIsUpperBound, limit, limitSource, running, pending, overBy },
    {
      reason: 'slots-taken',
      position: 3,
      positionIsUpperBound: false,
      limit: 2,
      limitSource: 'override',
      running: 2,
      pending: 3,
      overBy: 0,
    },
  );
  assert.match(body.sentence, /^It waits behind 2 others: all 2 slots \(its own limit\) are taken/);
  const slots = body.slots as {
    executionId: string;
    workflowType: string;
    reference: string;
    since: string;
  }[];
  assert.deepEqual(
    slots.map(({ executionId, workflowType, reference }) => [executionId, workflowType, reference]),
    [0, 1].map((i) => [ids[i], `type-${i}`, `order-${i}`]),
  );
  const { admittedAt } = (
    await api.call({ path: `/v1/workspaces/${id}/executions/${ids[0]}`, headers: admin.headers })
  ).body;
  assert.equal(slots[0]!.since, admittedAt);
  assert.ok(body.lastAdmissionAt !== null && body.reconciledAt !== null);
  assert.deepEqual([body.workerPolls, body.gatesPoll], [null, null], 'Temporal is down and says nothing');
});

test('a cut of the limit is told with how many run over it, a pause with its reason, and a restore', async () => {
  const id = await workspace(3);
  const ids = await queue(id, 4);
  const path = `/v1/workspaces/${id}`;
  await api.call({ method: 'PATCH', path, body: { limitOverride: 1 }, headers: admin.headers });
  const cut = (await explain(id, ids[3])).body;
  assert.deepEqual([cut.reason, cut.overBy], ['over-limit', 2]);
  const { pool } = api.database;
  await pool.query(
    `update workspaces set paused_at = now() - interval '1 h', pause_reason = 'invoice', paused_by = 'k1' where id = $1`,
    [id],
  );
  const paused = (await explain(id, ids[3])).body;
  assert.equal(paused.reason, 'paused');
  assert.deepEqual([paused.paused.reason, paused.paused.by, paused.paused.until], ['invoice', 'k1', null]);
  await pool.query(`update workspaces set paused_until = now() - interval '1 s' where id = $1`, [id]);
  const over = (await explain(id, ids[3])).body;
  assert.deepEqual([over.reason, over.paused], ['over-limit', null], 'the pause has ended by the clock');
  await pool.query('update workspaces set restoring_since = now() where id = $1', [id]);
  const restoring = (await explain(id, ids[3])).body;
  assert.deepEqual([restoring.reason, restoring.restoringSince !== null], ['restoring', true]);
});

test('what runs and is stalled, and what holds a slot before it and is, says why', async () => {
  const id = await workspace();
  const ids = await queue(id, 3);
  await api.database.pool.query(
    `insert into stalled_executions (execution_id, workspace_id, reason, message, since, seen_at)
     values ($1, $2, 'no-worker', 'Nobody polls.', now() - interval '1 min', now())`,
    [ids[0], id],
  );
  const stalled = (await explain(id, ids[0])).body;
  assert.deepEqual([stalled.reason, stalled.stalled.reason], ['stalled', 'no-worker']);
  assert.match(stalled.sentence, /makes no progress since .*: Nobody polls\.$/);
  const behind = (await explain(id, ids[2])).body;
  assert.equal(behind.stalled, null);
  assert.deepEqual(
    (behind.slots as { stalled: object | null }[]).map(({ stalled: of }) => of !== null),
    [true, false],
  );
  assert.match(behind.sentence, /1 of those that run makes no progress\.$/);
});

test('what has ended says how, and shows no slots', async () => {
  const id = await workspace();
  const ids = await queue(id, 2);
  await reconcile(id, requestOf(id, { closed: [completedReport(ids[0]!)] }));
  const { body } = await explain(id, ids[0]);
  assert.deepEqual([body.reason, body.status, body.slots], ['ended', 'completed', []]);
  assert.match(body.sentence, /^It completed at /);
});

test('a customer is told the sentence, the status and the position, and nothing of others or of operators', async () => {
  const id = await workspace();
  const ids = await queue(id, 5);
  await api.database.pool.query(
    `update workspaces set paused_at = now(), pause_reason = 'invoice', paused_by = 'k1' where id = $1`,
    [id],
  );
  const { body, text } = await explain(id, ids[3], '?audience=customer');
  assert.deepEqual(body, {
    sentence: 'It waits behind 1 other, and nothing is started at the moment.',
    status: 'pending',
    position: 2,
  });
  for (const other of [...ids, 'type-', 'order-', 'invoice', 'k1', id])
    assert.ok(!text.includes(other), `${other} in ${text}`);
});

test('a read token gets the form for customers, whatever it asks for', async () => {
  const id = await workspace();
  const ids = await queue(id, 3);
  const path = `/v1/workspaces/${id}/executions/${ids[2]}`;
  const minted = await api.call({ method: 'POST', path: `${path}/tokens`, body: {}, headers: admin.headers });
  const token = minted.body.token as string;
  for (const audience of ['', '&audience=operator', '&audience=customer']) {
    const { status, body } = await api.call({ path: `${path}/explain?token=${token}${audience}` });
    assert.equal(status, 200);
    assert.deepEqual(Object.keys(body).sort(), ['position', 'sentence', 'status'], audience);
  }
  const other = `/v1/workspaces/${id}/executions/${ids[1]}/explain?token=${token}`;
  assert.equal((await api.call({ path: other })).status, 401);
});

test('nothing is explained that there is not', async () => {
  const [id, other] = [await workspace(), await workspace()];
  const [there] = await queue(id, 1);
  for (const [where, what] of [
    [other, there],
    [id, 'nothing'],
    ['nowhere', there],
  ] as const)
    assert.equal((await explain(where, what)).status, 404);
  assert.equal((await explain(id, there, '?audience=everybody')).status, 400);
});
