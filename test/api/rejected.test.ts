import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ExecutionEndedError, ExecutionRejectedError, Sluice } from '../../packages/client/src/index.ts';
import { insertIntoInbox } from '../support/inbox.ts';
import { insertRejected, setTier } from '../support/rows.ts';
import { type ApiUnderTest, startApiUnderTest } from './api-under-test.ts';

let api: ApiUnderTest;
before(async () => (api = await startApiUnderTest()));
after(() => api.stop());

const INPUT = '{"order":4711}';

async function rejected() {
  const workspace = await api.workspace();
  const id = await insertRejected(api.database.pool, workspace, { input: INPUT });
  return { workspace, id, path: `/v1/workspaces/${workspace}/executions/${id}` };
}

test('a rejected execution has no place in the queue and no workflow, and says why it was refused', async () => {
  const { path } = await rejected();
  const { body, text } = await api.call({ path });
  const { status, seq, admittedAt, startedAt, runId, webUrl, position, failure } = body;
  assert.deepEqual(
    [status, seq, admittedAt, startedAt, runId, webUrl, position],
    ['rejected', null, null, null, null, null, undefined],
  );
  assert.deepEqual(failure, { type: 'QueueFull', message: 'No more room.' });
  assert.ok(text.includes(`"input":${INPUT}`), text);
});

test('lists find a rejected execution by its status, and among the failures', async () => {
  const { workspace, id } = await rejected();
  const listed = async (query: string) =>
    (await api.call({ path: `/v1/workspaces/${workspace}/executions?${query}` })).body.items.map(
      (one: { id: string }) => one.id,
    );
  for (const query of ['status=rejected', 'outcome=failure', 'limit=5'])
    assert.deepEqual(await listed(query), [id]);
  for (const query of ['status=failed', 'status=pending']) assert.deepEqual(await listed(query), []);
  const everywhere = (await api.call({ path: '/v1/executions?outcome=failure' })).body.items;
  assert.ok(everywhere.some((one: { id: string }) => one.id === id));
});

test('the explanation of a rejected execution gives the reason, and not to an end customer', async () => {
  const { path } = await rejected();
  const explained = (await api.call({ path: `${path}/explain` })).body;
  assert.deepEqual([explained.reason, explained.status], ['ended', 'rejected']);
  assert.match(
    explained.sentence,
    /^It was rejected at .*, after .* had committed: QueueFull: No more room\.$/,
  );
  const { sentence } = (await api.call({ path: `${path}/explain?audience=customer` })).body;
  assert.match(sentence, /^It was not accepted, and ended at [^:]*:[^:]*:[^:]* UTC\.$/);
});

test('a rejected execution runs again as any other that has ended', async () => {
  const { path, id } = await rejected();
  const again = await api.call({ method: 'POST', path: `${path}/rerun` });
  assert.deepEqual(
    [again.status, again.body.status, again.body.seq, again.body.rerunOf],
    [202, 'pending', 1, id],
  );
  assert.ok(again.text.includes(`"input":${INPUT}`), again.text);
});

test('a cancellation or a termination changes nothing of a rejected execution', async () => {
  const { path } = await rejected();
  const before = (await api.call({ path })).body;
  for (const act of ['cancel', 'terminate'])
    assert.deepEqual((await api.call({ method: 'POST', path: `${path}/${act}` })).body, before);
});

test('the payloads of a rejected execution are deleted on request, and nothing of it was in Temporal', async () => {
  const { path } = await rejected();
  const deleted = await api.call({ method: 'DELETE', path: `${path}/payloads` });
  assert.deepEqual([deleted.status, deleted.body.temporal], [200, 'never-there']);
  const { status, inputOmitted, failure } = (await api.call({ path })).body;
  assert.deepEqual([status, inputOmitted], ['rejected', { reason: 'deleted', bytes: INPUT.length }]);
  assert.deepEqual(failure, { type: 'QueueFull', message: 'The message was deleted with the payloads.' });
});

test('who waits for a result of a rejected execution gets an error of its own, with the reason', async () => {
  const { workspace, id } = await rejected();
  const baseUrl = await api.app.listen({ port: 0, host: '127.0.0.1' });
  const error = await new Sluice({ baseUrl }).executions
    .handle(workspace, id)
    .result()
    .catch((thrown: unknown) => thrown);
  assert.ok(error instanceof ExecutionRejectedError && error instanceof ExecutionEndedError);
  assert.deepEqual(
    [error.name, error.failure?.type, error.execution.id],
    ['ExecutionRejectedError', 'QueueFull', id],
  );
  assert.equal(
    error.message,
    `Execution ${id} of workspace ${workspace} was rejected: QueueFull: No more room.`,
  );
});

test('what is rejected is kept for as long as its tier keeps what has ended, and its input as payloads', async () => {
  const { pool } = api.database;
  const workspace = await api.workspace({ tier: 'enterprise' });
  await setTier(pool, 'enterprise', { retentionDays: 90, payloadRetentionDays: 7 });
  const ids: string[] = [];
  for (const input of ['{"order":1}', '{"order":2}'])
    ids.push(await insertIntoInbox(pool, workspace, { idempotencyKey: 'order', input }));
  const { body } = await api.call({ path: `/v1/workspaces/${workspace}/executions/${ids[1]}` });
  assert.deepEqual([body.status, body.failure.type], ['rejected', 'IdempotencyKeyReused']);
  const { rows } = await pool.query(
    `select e.retention_days as execution, p.retention_days as input from ended_executions e join payloads p on p.execution_id = e.id where e.id = $1`,
    [ids[1]],
  );
  assert.deepEqual(rows, [{ execution: 90, input: 7 }]);
});

test('a rejected execution says which role asked for it, and its rerun which key', async () => {
  const workspace = await api.workspace();
  const { pool } = api.database;
  await insertIntoInbox(pool, workspace, { idempotencyKey: 'k', input: '1' });
  const id = await insertIntoInbox(pool, workspace, { idempotencyKey: 'k', input: '2' });
  const path = `/v1/workspaces/${workspace}/executions/${id}`;
  assert.equal((await api.call({ path })).body.createdBy, 'role:test');
  const again = await api.call({ method: 'POST', path: `${path}/rerun` });
  assert.deepEqual([again.status, again.body.createdBy, again.body.rerunOf], [202, null, id]);
});
