import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { reconcileWorkspace } from '../../src/db/reconcile/reconcile-workspace.ts';
import { publishWorkflowTypes } from '../../src/enqueue/known-workflow-types.ts';
import { endRows, completedReport, requestOf } from '../support/rows.ts';
import { type Answer, type ApiUnderTest, startApiUnderTest } from './api-under-test.ts';

let api: ApiUnderTest;
before(async () => (api = await startApiUnderTest({ TIER_PRO_MAX_PENDING: '40', MAX_INPUT_BYTES: '4096' })));
after(() => api.stop());

const get = (path: string) => api.call({ path });
const cancel = (path: string, call = {}) => api.call({ method: 'POST', path: `${path}/cancel`, ...call });
const pathOf = (answer: Answer) => String(answer.headers['location']);

const reconcile = (workspaceId: string, fields = {}) =>
  reconcileWorkspace(api.database, requestOf(workspaceId, fields), {
    gateRunId: 'run',
    verifyAfterSeconds: 3_600,
  });

const assertProblem = (answer: Answer, status: number, name: string) => {
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.body.type, `urn:sluice:problem:${name}`);
  assert.equal(answer.body.status, status);
  assert.match(String(answer.headers['content-type']), /^application\/problem\+json/);
};

test('an execution is accepted with 202 and its place while Temporal is down, and its gate is woken', async () => {
  const id = await api.workspace();
  api.takeWakes();
  const answer = await api.enqueue(id, { workflowType: 'demo', input: { a: 1 } });
  assert.equal(answer.status, 202, answer.text);
  const { seq, status, position, positionIsUpperBound, workflowId, runId, webUrl, input } = answer.body;
  assert.deepEqual(
    { seq, status, position, positionIsUpperBound, runId, input },
    { seq: 1, status: 'pending', position: 1, positionIsUpperBound: false, runId: null, input: { a: 1 } },
  );
  assert.equal(workflowId, `execution.${answer.body.id}`);
  assert.equal(webUrl, null, 'there is no workflow yet');
  assert.match(answer.body.id, /^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  assert.equal(pathOf(answer), `/v1/workspaces/${id}/executions/${answer.body.id}`);
  assert.deepEqual(api.takeWakes(), [`wake ${id}`]);
  assert.deepEqual((await get(pathOf(answer))).body, answer.body);
});

for (const input of [
  '1.0',
  '12345678901234567890',
  '-0',
  '1E+2',
  'null',
  '""',
  '"\\u0000 \\u00e9 \\uD83D\\uDE00 é 😀"',
  '{"b":1,"a":2,"b":3}',
  '{"__proto__":{"polluted":true}}',
  '[ 1 ,\t2\n]',
]) {
  test(`the input ${JSON.stringify(input)} is kept and returned character for character`, async () => {
    const id = await api.workspace();
    const answer = await api.enqueue(id, `{ "input" : ${input} , "workflowType":"demo"}`);
    assert.equal(answer.status, 202, answer.text);
    const { rows } = await api.database.pool.query(
      'select input from all_executions where workspace_id = $1',
      [id],
    );
    assert.deepEqual(rows, [{ input }]);
    const read = await get(pathOf(answer));
    assert.ok(read.text.includes(`"input":${input}`), read.text);
  });
}

test('a result is returned character for character', async () => {
  const id = await api.workspace();
  const answer = await api.enqueue(id);
  await reconcile(id);
  await reconcile(id, {
    closed: [completedReport(answer.body.id, '{"b":1.0,"a":[12345678901234567890],"b":"\\u0000"}')],
  });
  const read = await get(pathOf(answer));
  assert.equal(read.body.status, 'completed');
  assert.ok(read.text.includes('"result":{"b":1.0,"a":[12345678901234567890],"b":"\\u0000"}'), read.text);
});

test('no input is not the input null', async () => {
  const id = await api.workspace();
  assert.equal('input' in (await api.enqueue(id)).body, false);
  assert.equal((await api.enqueue(id, { workflowType: 'demo', input: null })).body.input, null);
  const { rows } = await api.database.pool.query(
    'select input from all_executions where workspace_id = $1 order by seq',
    [id],
  );
  assert.deepEqual(rows, [{ input: null }, { input: 'null' }]);
});

test('a key with the same content answers 200 with the first execution, and wakes its gate until that has ended', async () => {
  const id = await api.workspace();
  const repeat = () => api.enqueue(id, { workflowType: 'demo', input: 1 }, { 'idempotency-key': 'k 1' });
  const first = await repeat();
  api.takeWakes();
  const again = await repeat();
  assert.deepEqual([first.status, again.status], [202, 200]);
  assert.deepEqual(again.body, first.body);
  assert.equal(pathOf(again), pathOf(first));
  // The API that accepted it may have died before it woke the gate.
  assert.deepEqual(api.takeWakes(), [`wake ${id}`]);
  await reconcile(id);
  await repeat();
  assert.deepEqual(api.takeWakes(), [`soon ${id}`], 'a gate may have died between the claim and the start');
  await endRows(api.database.pool, [first.body.id]);
  assert.equal((await repeat()).body.status, 'completed');
  assert.deepEqual(api.takeWakes(), []);
});

test('a repeated key of an execution behind a full queue wakes its gate soon', async () => {
  const id = await api.workspace({ tier: 'pro', limitOverride: 1 });
  const key = { 'idempotency-key': 'k' };
  await api.enqueue(id);
  await api.enqueue(id, { workflowType: 'demo' }, key);
  api.takeWakes();
  assert.equal((await api.enqueue(id, { workflowType: 'demo' }, key)).status, 200);
  assert.deepEqual(api.takeWakes(), [`soon ${id}`]);
});

test('an execution wakes its gate at once while a slot may be free, and soon when those ahead fill them all', async () => {
  const id = await api.workspace({ tier: 'pro', limitOverride: 2 });
  api.takeWakes();
  for (let nth = 0; nth < 4; nth++) assert.equal((await api.enqueue(id)).status, 202);
  assert.deepEqual(api.takeWakes(), [`wake ${id}`, `wake ${id}`, `soon ${id}`, `soon ${id}`]);
  await reconcile(id);
  await api.enqueue(id);
  assert.deepEqual(api.takeWakes(), [`soon ${id}`]);
});

test('a key with other content answers 422 idempotency-key-reused, naming what it stands for', async () => {
  const id = await api.workspace();
  const headers = { 'idempotency-key': 'k' };
  const first = await api.enqueue(id, { workflowType: 'demo', input: 1 }, headers);
  const other = await api.enqueue(id, { workflowType: 'demo', input: 2 }, headers);
  assertProblem(other, 422, 'idempotency-key-reused');
  assert.equal(other.body.executionId, first.body.id);
});

test('one key 20 times at once is one 202 and 19 times 200', async () => {
  const id = await api.workspace();
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => api.enqueue(id, { workflowType: 'demo' }, { 'idempotency-key': 'k' })),
  );
  assert.deepEqual(
    answers.map((answer) => answer.status).sort((a, b) => a - b),
    [...Array(19).fill(200), 202],
  );
  assert.equal(new Set(answers.map((answer) => answer.body.id)).size, 1);
});

test('an idempotency key is taken up to 255 printable characters', async () => {
  const id = await api.workspace();
  const body = { workflowType: 'demo' };
  assert.equal((await api.enqueue(id, body, { 'idempotency-key': 'k'.repeat(255) })).status, 202);
  for (const key of ['k'.repeat(256), '', 'ä', 'a\tb']) {
    assertProblem(await api.enqueue(id, body, { 'idempotency-key': key }), 400, 'invalid-request');
  }
});

test('a full line answers 429 with the facts and when to try again, but not to a repeated key', async () => {
  const id = await api.workspace();
  const key = { 'idempotency-key': 'k' };
  await api.enqueue(id, { workflowType: 'demo' }, key);
  const answers = await Promise.all(Array.from({ length: 45 }, () => api.enqueue(id)));
  assert.equal(answers.filter((answer) => answer.status === 202).length, 39);
  const full = await api.enqueue(id);
  assertProblem(full, 429, 'queue-full');
  assert.deepEqual([full.body.limit, full.body.pending], [40, 40]);
  assert.match(String(full.headers['retry-after']), /^[1-9]\d*$/);
  assert.equal((await api.enqueue(id, { workflowType: 'demo' }, key)).status, 200);
});

test('an execution of an unknown workspace is a 404', async () => {
  assertProblem(await api.enqueue('nobody'), 404, 'workspace-not-found');
  assertProblem(await get('/v1/workspaces/nobody/executions'), 404, 'workspace-not-found');
  assertProblem(await get('/v1/workspaces/nobody/executions/x'), 404, 'workspace-not-found');
  assertProblem(await cancel('/v1/workspaces/nobody/executions/x'), 404, 'workspace-not-found');
});

test('an execution that is not there, or in another workspace, is a 404', async () => {
  const [id, other] = [await api.workspace(), await api.workspace()];
  const answer = await api.enqueue(other);
  for (const executionId of ['x', '0199f3a2-7c1e-7000-8000-5f0c8f5a7b11', answer.body.id]) {
    assertProblem(await get(`/v1/workspaces/${id}/executions/${executionId}`), 404, 'execution-not-found');
    assertProblem(await cancel(`/v1/workspaces/${id}/executions/${executionId}`), 404, 'execution-not-found');
  }
});

test('an input is taken up to the size limit and refused with 413 beyond', async () => {
  const id = await api.workspace();
  const inputOf = (bytes: number) => `{"workflowType":"demo","input":"${'é'.repeat((bytes - 2) / 2)}"}`;
  assert.equal((await api.enqueue(id, inputOf(4_096))).status, 202);
  const larger = await api.enqueue(id, inputOf(4_098));
  assertProblem(larger, 413, 'payload-too-large');
  assert.deepEqual([larger.body.bytes, larger.body.maxBytes], [4_098, 4_096]);
  assertProblem(await api.enqueue(id, inputOf(1_000_000)), 413, 'payload-too-large');
});

const malformed: readonly [claim: string, body: string, name: string][] = [
  ['nothing', '', 'invalid-request'],
  ['half a JSON text', '{"workflowType":"demo"', 'malformed-json'],
  ['a list', '[]', 'invalid-request'],
  ['no workflow type', '{"input":1}', 'invalid-request'],
  ['a number as workflow type', '{"workflowType":1}', 'invalid-request'],
  ['an empty workflow type', '{"workflowType":""}', 'invalid-request'],
  ['a workflow type of 201 characters', `{"workflowType":"${'a'.repeat(201)}"}`, 'invalid-request'],
  ['a control character in the workflow type', '{"workflowType":"a\\u0000b"}', 'invalid-request'],
  ['an unknown member', '{"workflowType":"demo","priority":1}', 'invalid-request'],
  ['a member named __proto__', '{"workflowType":"demo","__proto__":{}}', 'invalid-request'],
  ['a member given twice', '{"workflowType":"demo","workflowType":"other"}', 'malformed-json'],
  [
    'an input nested deeper than 64',
    `{"workflowType":"demo","input":${'['.repeat(64)}${']'.repeat(64)}}`,
    'malformed-json',
  ],
  ['half a surrogate pair in the input', '{"workflowType":"demo","input":"\\ud800"}', 'malformed-json'],
  ['half a surrogate pair in the workflow type', '{"workflowType":"\\udc00"}', 'malformed-json'],
];
for (const [claim, body, name] of malformed) {
  test(`a body with ${claim} is refused with 400 and stores nothing`, async () => {
    const id = await api.workspace();
    assertProblem(await api.enqueue(id, body), 400, name);
    assert.deepEqual((await get(`/v1/workspaces/${id}/executions`)).body.items, []);
  });
}

test('a workflow type of 200 characters of four bytes is taken', async () => {
  const id = await api.workspace();
  assert.equal((await api.enqueue(id, { workflowType: '😀'.repeat(200) })).status, 202);
});

test('bytes that are not UTF-8 are refused with 400', async () => {
  const id = await api.workspace();
  const response = await api.app.inject({
    method: 'POST',
    url: `/v1/workspaces/${id}/executions`,
    headers: { 'content-type': 'application/json' },
    payload: Buffer.concat([
      Buffer.from('{"workflowType":"demo","input":"'),
      Buffer.from([0xff]),
      Buffer.from('"}'),
    ]),
  });
  assert.equal(response.statusCode, 400);
  assert.equal(response.json().reason, 'not-utf-8');
});

for (const contentType of [
  'text/plain',
  'application/xml',
  'application/x-www-form-urlencoded',
  'application/json; charset=latin1',
  'json',
]) {
  test(`a body sent as ${contentType} is refused with 415`, async () => {
    const id = await api.workspace();
    const answer = await api.enqueue(id, '{"workflowType":"demo"}', { 'content-type': contentType });
    assertProblem(answer, 415, 'unsupported-media-type');
  });
}

test('a body without a content type is refused with 415', async () => {
  const id = await api.workspace();
  const response = await api.app.inject({
    method: 'POST',
    url: `/v1/workspaces/${id}/executions`,
    payload: Buffer.from('{}'),
  });
  assert.equal(response.statusCode, 415);
});

test('cancelling needs no body: none, an empty one and {} are all the same, anything in it is a mistake', async () => {
  const id = await api.workspace();
  const json = { 'content-type': 'application/json' };
  for (const call of [
    {},
    { headers: json },
    { body: '' },
    { body: {} },
    { headers: { 'content-length': '0', 'content-type': 'text/plain' } },
  ]) {
    const answer = await cancel(pathOf(await api.enqueue(id)), call);
    assert.deepEqual([answer.status, answer.body.status], [200, 'cancelled'], answer.text);
  }
  const path = pathOf(await api.enqueue(id));
  assertProblem(await cancel(path, { body: { reason: 'x' } }), 400, 'invalid-request');
  assertProblem(await cancel(path, { body: [] }), 400, 'invalid-request');
  assert.equal((await get(path)).body.status, 'pending');
});

test('cancelling answers 200 for a pending, 202 for a running and 200 for an ended execution', async () => {
  const id = await api.workspace();
  const [running, pending] = [await api.enqueue(id), null];
  await reconcile(id);
  const waiting = await api.enqueue(id);
  assert.equal(waiting.body.webUrl, null);
  const { webUrl, workflowId } = (await get(pathOf(running))).body;
  assert.equal(webUrl, `http://ui.test/namespaces/default/workflows/${workflowId}`);
  api.takeWakes();

  const ofPending = await cancel(pathOf(waiting));
  assert.deepEqual(
    [ofPending.status, ofPending.body.status, ofPending.body.webUrl, pending],
    [200, 'cancelled', null, null],
  );
  for (let time = 0; time < 2; time++) {
    const ofRunning = await cancel(pathOf(running));
    assert.deepEqual(
      [ofRunning.status, ofRunning.body.status, ofRunning.body.cancelRequested],
      [202, 'running', true],
    );
  }
  assert.deepEqual(api.takeWakes(), [`wake ${id}`, `wake ${id}`, `wake ${id}`]);

  await reconcile(id, { closed: [completedReport(running.body.id)] });
  const ofEnded = await cancel(pathOf(running));
  assert.deepEqual([ofEnded.status, ofEnded.body.status], [200, 'completed']);
  assert.deepEqual(api.takeWakes(), []);
});

test('cancelling a pending execution that its gate may have started answers 202, wakes the gate, and is explained', async () => {
  const id = await api.workspace();
  const reserved = await api.enqueue(id);
  await api.database.pool.query(
    `update workspaces set reserved_by = 'run', reserved_through_seq = 1, reserved_limit = 5 where id = $1`,
    [id],
  );
  api.takeWakes();
  for (let time = 0; time < 2; time++) {
    const { status, body } = await cancel(pathOf(reserved));
    assert.deepEqual(
      [status, body.status, body.cancelRequested, body.position, body.webUrl],
      [202, 'pending', true, 1, null],
    );
  }
  assert.deepEqual(api.takeWakes(), [`wake ${id}`, `wake ${id}`]);
  const { reason, sentence } = (await get(`${pathOf(reserved)}/explain`)).body;
  assert.equal(reason, 'ending');
  assert.match(
    sentence,
    /^It is next in the queue; its cancellation was asked for .* ago: it ends within some seconds/,
  );
});

test('executions are listed newest first, in pages, without payloads, and by status', async () => {
  const id = await api.workspace();
  for (let i = 0; i < 7; i++) await api.enqueue(id, { workflowType: 'demo', input: i });
  await reconcile(id);
  const list = (query = '') => get(`/v1/workspaces/${id}/executions${query}`);
  const seqsOf = (answer: Answer) => answer.body.items.map((item: { seq: number }) => item.seq);

  const whole = await list();
  assert.deepEqual(seqsOf(whole), [7, 6, 5, 4, 3, 2, 1]);
  assert.equal(whole.body.nextCursor, null);
  assert.ok(!('input' in whole.body.items[0]));
  const first = await list('?limit=3');
  assert.deepEqual(seqsOf(first), [7, 6, 5]);
  await api.enqueue(id);
  const second = await list(`?limit=3&cursor=${first.body.nextCursor}`);
  assert.deepEqual(seqsOf(second), [4, 3, 2]);
  assert.deepEqual(seqsOf(await list(`?limit=3&cursor=${second.body.nextCursor}`)), [1]);
  assert.deepEqual(seqsOf(await list('?status=running')), [5, 4, 3, 2, 1]);
  assert.deepEqual(seqsOf(await list('?status=failed')), []);
  for (const query of [
    '?limit=0',
    '?limit=201',
    '?limit=1.5',
    '?limit=',
    '?limit=1&limit=2',
    '?status=done',
    '?cursor=!',
    '?page=2',
  ]) {
    assertProblem(await list(query), 400, 'invalid-request');
  }
});

test('a type that no worker of the pool knows is refused with 422 once workers have published, but not for external workers', async () => {
  const id = await api.workspace();
  assert.equal((await api.enqueue(id, { workflowType: 'anything' })).status, 202);
  const separate = await startApiUnderTest();
  try {
    await publishWorkflowTypes(separate.database.db, ['httpRequest']);
    const pooled = await separate.workspace();
    const external = await separate.workspace({ tier: 'pro', workers: 'external' });
    const refused = await separate.enqueue(pooled, { workflowType: 'demo' });
    assertProblem(refused, 422, 'workflow-type-unknown');
    assert.deepEqual(refused.body.knownWorkflowTypes, ['httpRequest']);
    assert.equal((await separate.enqueue(pooled, { workflowType: 'httpRequest' })).status, 202);
    assert.equal((await separate.enqueue(external, { workflowType: 'demo' })).status, 202);
  } finally {
    await separate.stop();
  }
});

test('a catch-all workflow knows every type', async () => {
  const separate = await startApiUnderTest();
  try {
    await publishWorkflowTypes(separate.database.db, ['httpRequest', '*']);
    assert.equal((await separate.enqueue(await separate.workspace(), { workflowType: 'demo' })).status, 202);
  } finally {
    await separate.stop();
  }
});

test('a result that is no JSON, stored by an earlier version, is left out of answers and said to be', async () => {
  for (const stored of ['1,"status":"failed"', 'NaN', '', '{not json']) {
    const id = await api.workspace();
    const path = pathOf(await api.enqueue(id, { workflowType: 'demo' }));
    const { admitted } = await reconcile(id);
    const { executionId } = admitted[0]!;
    await reconcile(id, { known: [executionId], closed: [completedReport(executionId, stored)] });
    const { body, text } = await get(path);
    assert.equal(body.status, 'completed', text);
    assert.deepEqual(body.resultOmitted, { reason: 'not-json', bytes: stored.length });
    assert.ok(!('result' in body), text);
  }
});
