import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { reconcileWorkspace } from '../../src/db/reconcile/reconcile-workspace.ts';
import { insertTestKey } from '../support/keys.ts';
import { completedReport, endRows, requestOf } from '../support/rows.ts';
import { type Answer, type ApiUnderTest, startApiUnderTest } from './api-under-test.ts';

let api: ApiUnderTest;
before(async () => (api = await startApiUnderTest()));
after(() => api.stop());

const pathOf = (answer: Answer) => String(answer.headers['location']);
const rerun = (path: string, headers = {}) => api.call({ method: 'POST', path: `${path}/rerun`, headers });

const INPUT = '{"b":1.0,"a":[12345678901234567890],"b":"\\u0000é"}';

async function endedExecution(workspaceId: string, more = '') {
  const answer = await api.enqueue(workspaceId, `{"workflowType":"demo","input":${INPUT}${more}}`);
  assert.equal(answer.status, 202, answer.text);
  await endRows(api.database.pool, [answer.body.id], 'failed');
  return answer;
}

test('a rerun is a new execution of the same type, input and attributes, and the two name each other; nothing else of the old one changes', async () => {
  const id = await api.workspace();
  const later = new Date(Date.now() + 3_600_000).toISOString();
  const old = await endedExecution(
    id,
    `,"reference":"order 7","labels":{"b":"2","a":"1"},"executionTimeout":60,"retryPolicy":{"maximumAttempts":2},"startBefore":"${later}"`,
  );
  const before = (await api.call({ path: pathOf(old) })).body;
  assert.equal(before.latestRerun, null);
  api.takeWakes();
  const answer = await rerun(pathOf(old));
  assert.equal(answer.status, 202, answer.text);
  const {
    id: newId,
    rerunOf,
    status,
    reference,
    labels,
    executionTimeout,
    retryPolicy,
    startBefore,
  } = answer.body;
  assert.notEqual(newId, old.body.id);
  assert.deepEqual(
    { rerunOf, status, reference, labels, executionTimeout, retryPolicy, startBefore },
    {
      rerunOf: old.body.id,
      status: 'pending',
      reference: 'order 7',
      labels: { b: '2', a: '1' },
      executionTimeout: 60,
      retryPolicy: { maximumAttempts: 2 },
      startBefore: null,
    },
  );
  assert.ok(answer.text.includes(`"input":${INPUT}`), answer.text);
  assert.equal(pathOf(answer), `/v1/workspaces/${id}/executions/${newId}`);
  const read = (await api.call({ path: pathOf(answer) })).body;
  // The rows that the test ended left the queue behind the back of its counters.
  assert.deepEqual({ ...read, position: answer.body.position }, answer.body);
  assert.deepEqual((await api.call({ path: pathOf(old) })).body, { ...before, latestRerun: newId });
  assert.deepEqual(api.takeWakes(), [`wake ${id}`]);
  await endRows(api.database.pool, [newId]);
  assert.equal((await rerun(pathOf(answer))).body.rerunOf, newId, 'a rerun of a rerun');
  const newest = await rerun(pathOf(old));
  assert.equal((await api.call({ path: pathOf(old) })).body.latestRerun, newest.body.id);
  assert.equal((await api.call({ path: pathOf(answer) })).body.rerunOf, old.body.id);
});

test('reruns of one execution at the same time: it names one of them, and each names it', async () => {
  const id = await api.workspace();
  const old = await endedExecution(id);
  const answers = await Promise.all(Array.from({ length: 8 }, () => rerun(pathOf(old))));
  assert.deepEqual([...new Set(answers.map(({ body }) => body.rerunOf))], [old.body.id]);
  const { latestRerun } = (await api.call({ path: pathOf(old) })).body;
  assert.ok(answers.some(({ body }) => body.id === latestRerun));
});

test('each rerun is another execution, but for the same key, which stands for a rerun of that one alone', async () => {
  const id = await api.workspace();
  const [one, other] = [await endedExecution(id), await endedExecution(id)];
  const key = { 'idempotency-key': 'again' };
  const first = await rerun(pathOf(one), key);
  const again = await rerun(pathOf(one), key);
  assert.deepEqual([first.status, again.status], [202, 200]);
  assert.equal(again.body.id, first.body.id);
  assert.equal((await rerun(pathOf(other), key)).body.type, 'urn:sluice:problem:idempotency-key-reused');
  assert.equal((await rerun(pathOf(one))).status, 202);
  assert.equal((await rerun(pathOf(one))).body.seq, 5);
});

test('an execution that has not ended is not run again', async () => {
  const id = await api.workspace();
  const answer = await api.enqueue(id);
  for (const status of ['pending', 'running']) {
    const refused = await rerun(pathOf(answer));
    assert.deepEqual(
      [refused.status, refused.body.type, refused.body.executionId],
      [409, 'urn:sluice:problem:execution-not-ended', answer.body.id],
    );
    assert.match(refused.body.detail, new RegExp(`is ${status}`));
    await reconcileWorkspace(api.database, requestOf(id), { gateRunId: 'run', verifyAfterSeconds: 3_600 });
  }
  await reconcileWorkspace(api.database, requestOf(id, { closed: [completedReport(answer.body.id)] }), {
    gateRunId: 'run',
    verifyAfterSeconds: 3_600,
  });
  const done = await rerun(pathOf(answer));
  assert.deepEqual([done.status, 'input' in done.body], [202, false], 'no input is no input again');
});

test('an execution whose input is gone is not run again without one, and the answer says where it went', async () => {
  const id = await api.workspace();
  const deleted = await endedExecution(id);
  await api.call({ method: 'DELETE', path: `${pathOf(deleted)}/payloads` });
  const expired = await endedExecution(id);
  await api.database.pool.query('delete from payloads where execution_id = $1', [expired.body.id]);
  for (const [gone, why] of [
    [deleted, /deleted on request/],
    [expired, /payloadRetentionDays/],
  ] as const) {
    const answer = await rerun(pathOf(gone));
    assert.deepEqual(
      [answer.status, answer.body.type, answer.body.executionId],
      [410, 'urn:sluice:problem:input-gone', gone.body.id],
    );
    assert.match(answer.body.detail, why);
  }
});

test('there is nothing to run again of another workspace, or of an execution that never was', async () => {
  const [id, other] = [await api.workspace(), await api.workspace()];
  const old = await endedExecution(id);
  for (const path of [
    `/v1/workspaces/${other}/executions/${old.body.id}`,
    `/v1/workspaces/${id}/executions/nothing`,
  ])
    assert.equal((await rerun(path)).body.type, 'urn:sluice:problem:execution-not-found');
  assert.equal((await rerun(`/v1/workspaces/nowhere/executions/${old.body.id}`)).status, 404);
});

test('a rerun and each item of a batch name the key that asked, and a key that may not read gets no input that others sent', async () => {
  const asking = await startApiUnderTest({ AUTH: 'keys' });
  try {
    const admin = await insertTestKey(asking.database);
    const put = { method: 'PUT', path: '/v1/workspaces/acme', body: { tier: 'pro' } } as const;
    await asking.call({ ...put, headers: admin.headers });
    const only = await insertTestKey(asking.database, { workspaceId: 'acme', rights: ['enqueue'] });
    const old = await asking.enqueue('acme', { workflowType: 'demo', input: 'secret' }, admin.headers);
    await endRows(asking.database.pool, [old.body.id]);
    const path = `${pathOf(old)}/rerun`;
    const [byAdmin, byOther] = [
      await asking.call({ method: 'POST', path, headers: admin.headers }),
      await asking.call({ method: 'POST', path, headers: only.headers }),
    ];
    assert.deepEqual([byAdmin.body.createdBy, byAdmin.body.input], [admin.id, 'secret']);
    assert.deepEqual([byOther.status, byOther.body.createdBy], [202, only.id]);
    assert.ok(!byOther.text.includes('secret'), byOther.text);
    const batch = await asking.call({
      method: 'POST',
      path: '/v1/workspaces/acme/executions/batch',
      body: { executions: [{ workflowType: 'demo' }, { workflowType: 'demo' }] },
      headers: only.headers,
    });
    const outcomes = batch.body.outcomes as { execution: { createdBy: string } }[];
    assert.deepEqual(
      outcomes.map(({ execution }) => execution.createdBy),
      [only.id, only.id],
    );
  } finally {
    await asking.stop();
  }
});
