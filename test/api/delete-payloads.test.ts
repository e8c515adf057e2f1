import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { reconcileWorkspace } from '../../src/db/reconcile/reconcile-workspace.ts';
import type { ReconcileRequest } from '../../src/workflows/gate/contract.ts';
import { completedReport, requestOf } from '../support/rows.ts';
import { type Answer, type ApiUnderTest, startApiUnderTest } from './api-under-test.ts';

let api: ApiUnderTest;
before(async () => (api = await startApiUnderTest()));
after(() => api.stop());

const INPUT = { name: 'Ada' };
const INPUT_BYTES = JSON.stringify(INPUT).length;

const reconcile = (id: string, fields: Partial<ReconcileRequest> = {}) =>
  reconcileWorkspace(api.database, requestOf(id, fields), { gateRunId: 'run', verifyAfterSeconds: 3_600 });
const get = (path: string) => api.call({ path });
const deletePayloads = (path: string) => api.call({ method: 'DELETE', path: `${path}/payloads` });

/** An execution that was admitted; with its path and its workspace's. */
async function running(
  body: object = { workflowType: 'demo', input: INPUT },
  headers: Record<string, string> = {},
) {
  const workspace = await api.workspace();
  const { body: accepted } = await api.enqueue(workspace, body, headers);
  await reconcile(workspace);
  return {
    workspace,
    id: accepted.id as string,
    path: `/v1/workspaces/${workspace}/executions/${accepted.id}`,
  };
}

async function ended(report: Partial<ReconcileRequest['closed'][number]> = {}) {
  const execution = await running(undefined, { 'idempotency-key': 'order-1' });
  const closed = [{ ...completedReport(execution.id, '{"greeting":"Ada"}'), ...report }];
  await reconcile(execution.workspace, { known: [execution.id], closed });
  return execution;
}

const storedPayloads = async (id: string) => {
  const { rows } = await api.database.pool.query<{ kind: string }>(
    'select kind from payloads where execution_id = $1 order by kind',
    [id],
  );
  return rows.map(({ kind }) => kind);
};

function assertProblem(answer: Answer, status: number, problem: string): void {
  assert.deepEqual([answer.status, answer.body.type], [status, `urn:sluice:problem:${problem}`], answer.text);
}

test('input and result of an execution that has ended are deleted at once; the execution stays and says so, alone and in lists', async () => {
  const { workspace, id, path } = await ended();
  assert.deepEqual(await storedPayloads(id), ['input', 'result']);
  const before = (await get(path)).body;
  assert.deepEqual([before.input, before.result], [INPUT, { greeting: 'Ada' }]);
  assert.deepEqual([before.inputOmitted, before.resultOmitted, before.payloadsDeletedAt], [null, null, null]);

  const answer = await deletePayloads(path);
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.body.executionId, id);
  assert.deepEqual(await storedPayloads(id), []);

  const { body, text } = await get(path);
  const { input: _, result: __, ...rest } = before;
  const resultOmitted = { reason: 'deleted', bytes: 18 };
  const payloadsDeletedAt = answer.body.deletedAt;
  assert.deepEqual(body, {
    ...rest,
    inputOmitted: { reason: 'deleted', bytes: INPUT_BYTES },
    resultOmitted,
    payloadsDeletedAt,
  });
  assert.doesNotMatch(text, /Ada/);
  const [listed] = (await get(`/v1/workspaces/${workspace}/executions`)).body.items;
  assert.deepEqual([listed.resultOmitted, listed.payloadsDeletedAt], [resultOmitted, payloadsDeletedAt]);
});

test('a repeat answers the same', async () => {
  const { path } = await ended();
  const first = await deletePayloads(path);
  assert.deepEqual((await deletePayloads(path)).body, first.body);
  const upper = path.replace(/[^/]+$/, (id) => id.toUpperCase());
  assert.deepEqual((await deletePayloads(upper)).body, first.body);
});

test('an execution that has not ended keeps its payloads, and what asks for their deletion is refused', async () => {
  const { workspace, id, path } = await running();
  const pending = (await api.enqueue(workspace, { workflowType: 'demo', input: INPUT })).body.id;
  for (const one of [id, pending]) {
    const answer = await deletePayloads(path.replace(id, one));
    assertProblem(answer, 409, 'execution-not-ended');
    assert.equal(answer.body.executionId, one);
    assert.deepEqual(await storedPayloads(one), ['input']);
  }
});

test('there is nothing to delete of an execution that there is not, in this workspace or at all', async () => {
  const { id, path } = await ended();
  const other = await api.workspace();
  assertProblem(await deletePayloads(path.replace(id, 'none')), 404, 'execution-not-found');
  assertProblem(await deletePayloads(`/v1/workspaces/${other}/executions/${id}`), 404, 'execution-not-found');
  assertProblem(await deletePayloads(`/v1/workspaces/nobody/executions/${id}`), 404, 'workspace-not-found');
  assert.deepEqual(await storedPayloads(id), ['input', 'result']);
});

test('a faithful repeat of a key is known after the deletion, and other content is refused as before', async () => {
  const { workspace, id, path } = await ended();
  const { body: deleted } = await deletePayloads(path);
  const key = { 'idempotency-key': 'order-1' };
  const repeat = await api.enqueue(workspace, { workflowType: 'demo', input: INPUT }, key);
  assert.deepEqual(
    [repeat.status, repeat.body.id, repeat.body.payloadsDeletedAt, repeat.body.inputOmitted.reason],
    [200, id, deleted.deletedAt, 'deleted'],
  );
  const other = await api.enqueue(workspace, { workflowType: 'demo', input: { name: 'Eve' } }, key);
  assertProblem(other, 422, 'idempotency-key-reused');
});

test('the message of a failure goes with the payloads, which it may quote; its type stays', async () => {
  const failure = { type: 'NotFound', message: 'there is no customer Ada' };
  const { path } = await ended({
    outcome: { status: 'failed', result: null, resultOmitted: null, failure },
  });
  assert.deepEqual((await get(path)).body.failure, failure);
  await deletePayloads(path);
  const { body, text } = await get(path);
  assert.deepEqual(body.failure, {
    type: 'NotFound',
    message: 'The message was deleted with the payloads.',
  });
  assert.equal(body.resultOmitted, null, 'there was no result');
  assert.doesNotMatch(text, /Ada/);
});

test('a result that was left in Temporal is deleted like any other, and keeps its size', async () => {
  const { path } = await ended({
    outcome: {
      status: 'completed',
      result: null,
      resultOmitted: { reason: 'too-large', bytes: 300_000 },
      failure: null,
    },
  });
  assert.deepEqual((await get(path)).body.resultOmitted, { reason: 'too-large', bytes: 300_000 });
  await deletePayloads(path);
  assert.deepEqual((await get(path)).body.resultOmitted, { reason: 'deleted', bytes: 300_000 });
});

test('what retention has deleted is told from what there never was', async () => {
  const { id, path } = await ended();
  await api.database.pool.query('delete from payloads where execution_id = $1', [id]);
  const { body } = await get(path);
  assert.ok(!('input' in body) && !('result' in body));
  assert.deepEqual(body.inputOmitted, { reason: 'expired', bytes: INPUT_BYTES });
  assert.deepEqual([body.resultOmitted, body.payloadsDeletedAt], [{ reason: 'expired', bytes: 18 }, null]);

  const without = await running({ workflowType: 'demo' });
  await reconcile(without.workspace, { known: [without.id], closed: [completedReport(without.id)] });
  const { body: bare } = await get(without.path);
  assert.deepEqual([bare.inputOmitted, bare.resultOmitted], [null, null]);
});

test('while Temporal is down payloads go from Postgres, and the answer says that its copy goes at the retention', async () => {
  const { path } = await ended();
  const { body } = await deletePayloads(path);
  assert.deepEqual([body.temporal, body.temporalRetentionSeconds], ['at-retention', null]);
});

test('an execution that was cancelled in the queue never was in Temporal', async () => {
  const workspace = await api.workspace();
  const { body } = await api.enqueue(workspace, { workflowType: 'demo', input: INPUT });
  const path = `/v1/workspaces/${workspace}/executions/${body.id}`;
  await api.call({ method: 'POST', path: `${path}/cancel` });
  const answer = await deletePayloads(path);
  assert.deepEqual([answer.status, answer.body.temporal], [200, 'never-there']);
  assert.deepEqual(await storedPayloads(body.id), []);
});
