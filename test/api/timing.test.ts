import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ApiUnderTest, startApiUnderTest } from './api-under-test.ts';

let api: ApiUnderTest;
before(async () => (api = await startApiUnderTest()));
after(() => api.stop());

const HOUR_MS = 3_600_000;
const inHours = (hours: number) => new Date(Date.now() + hours * HOUR_MS).toISOString();
const demo = (more: object = {}) => ({ workflowType: 'demo', input: 1, ...more });

const POLICY = {
  initialInterval: 0.5,
  backoffCoefficient: 1.5,
  maximumInterval: 30,
  maximumAttempts: 4,
  nonRetryableErrorTypes: ['CardDeclined', 'é"\\'],
};

test('when and how an execution runs, and its labels, are answered and read as they were sent', async () => {
  const id = await api.workspace();
  const said = {
    startAfter: inHours(1),
    startBefore: inHours(2),
    executionTimeout: 600,
    retryPolicy: POLICY,
    labels: { customer: 'é "x" \\', 'report/kind': '', '0.a_b-c': 'x'.repeat(255) },
  };
  const answer = await api.enqueue(id, demo(said));
  assert.equal(answer.status, 202, answer.text);
  const { status, seq, position, createdAt, ...rest } = answer.body;
  assert.deepEqual([status, seq, position, typeof createdAt], ['scheduled', null, undefined, 'string']);
  for (const [name, value] of Object.entries(said)) assert.deepEqual(rest[name], value, name);
  const path = String(answer.headers['location']);
  assert.deepEqual((await api.call({ path })).body, answer.body);
  const { body } = await api.call({ path: `/v1/workspaces/${id}` });
  assert.deepEqual([body.pending, body.scheduled], [0, 1]);
  const list = await api.call({ path: `/v1/workspaces/${id}/executions?status=scheduled` });
  assert.deepEqual(
    list.body.items.map((item: { id: string; labels: object }) => [item.id, item.labels]),
    [[answer.body.id, said.labels]],
  );
});

test('an execution that says nothing of it has none of it', async () => {
  const { body } = await api.enqueue(await api.workspace(), demo({ labels: {} }));
  const { startAfter, startBefore, executionTimeout, retryPolicy, labels } = body;
  assert.deepEqual(
    { startAfter, startBefore, executionTimeout, retryPolicy, labels },
    { startAfter: null, startBefore: null, executionTimeout: null, retryPolicy: null, labels: {} },
  );
});

test('a time is taken with any offset and any number of digits, and is answered in UTC to the millisecond', async () => {
  const id = await api.workspace();
  const year = new Date().getUTCFullYear();
  const startBefore = `${year + 1}-01-01T00:30:00.123456+01:00`;
  const { status, body } = await api.enqueue(id, demo({ startBefore }));
  assert.equal(status, 202);
  assert.equal(body.startBefore, `${year}-12-31T23:30:00.123Z`);
});

test('no gate is woken for an execution that is scheduled, and one is for what is due', async () => {
  const id = await api.workspace();
  api.takeWakes();
  const later = await api.enqueue(id, demo({ startAfter: inHours(1) }));
  assert.deepEqual(api.takeWakes(), []);
  await api.enqueue(id, demo({ startAfter: inHours(-1) }));
  assert.deepEqual(api.takeWakes(), [`wake ${id}`]);
  const cancelled = await api.call({ method: 'POST', path: `${String(later.headers['location'])}/cancel` });
  assert.deepEqual([cancelled.status, cancelled.body.status, cancelled.body.seq], [200, 'cancelled', null]);
});

const REFUSED: readonly (readonly [what: string, body: object, path: string, message: RegExp])[] = [
  ['a startAfter without a zone', { startAfter: '2026-12-24T18:00:00' }, '/startAfter', /date-time/],
  ['a startAfter that is a number', { startAfter: 1_700_000_000 }, '/startAfter', /string/],
  ['a leap second', { startAfter: '2026-12-31T23:59:60Z' }, '/startAfter', /is no time/],
  ['a startAfter in 367 days', { startAfter: inHours(367 * 24) }, '/startAfter', /more than 366 days ahead/],
  ['a startBefore in 367 days', { startBefore: inHours(367 * 24) }, '/startBefore', /more than 366 days/],
  ['a startBefore that has passed', { startBefore: inHours(-1) }, '/startBefore', /has passed: it is 2/],
  [
    'a startBefore that is not after startAfter',
    { startAfter: inHours(2), startBefore: inHours(1) },
    '/startBefore',
    /later than startAfter/,
  ],
  [
    'a caller that will not wait for what is to wait',
    { startAfter: inHours(1), ifBusy: 'reject' },
    '/ifBusy',
    /only without a startAfter/,
  ],
  ['no time at all', { executionTimeout: 0 }, '/executionTimeout', /1/],
  ['half a second', { executionTimeout: 0.5 }, '/executionTimeout', /integer/],
  ['more than the tier allows', { executionTimeout: 86_401 }, '/executionTimeout', /at most 86400/],
  ['a pause of nothing', { retryPolicy: { initialInterval: 0 } }, '/retryPolicy/initialInterval', /0\.001/],
  [
    'pauses that shrink',
    { retryPolicy: { backoffCoefficient: 0.9 } },
    '/retryPolicy/backoffCoefficient',
    /1/,
  ],
  [
    'a longest pause below the first',
    { retryPolicy: { initialInterval: 5, maximumInterval: 4 } },
    '/retryPolicy/maximumInterval',
    /not be less than initialInterval/,
  ],
  [
    'a longest pause below the first that is left out',
    { retryPolicy: { maximumInterval: 0.5 } },
    '/retryPolicy/maximumInterval',
    /not be less than initialInterval/,
  ],
  ['no attempt', { retryPolicy: { maximumAttempts: 0 } }, '/retryPolicy/maximumAttempts', /1/],
  ['half an attempt', { retryPolicy: { maximumAttempts: 1.5 } }, '/retryPolicy/maximumAttempts', /integer/],
  [
    'a failure type that is no text',
    { retryPolicy: { nonRetryableErrorTypes: [1] } },
    '/retryPolicy/nonRetryableErrorTypes/0',
    /string/,
  ],
  ['an unknown member of a policy', { retryPolicy: { maxAttempts: 1 } }, '/retryPolicy/maxAttempts', /known/],
  ['a label that is a number', { labels: { a: 1 } }, '/labels/a', /string/],
  ['a label with a line break', { labels: { a: 'b\nc' } }, '/labels/a', /pattern|match/],
  ['a label of 256 characters', { labels: { a: 'x'.repeat(256) } }, '/labels/a', /255/],
  ['a name with a space', { labels: { 'a b': '' } }, '/labels', /./],
  ['a name of 64 characters', { labels: { ['x'.repeat(64)]: '' } }, '/labels', /./],
  [
    '17 labels',
    { labels: Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`l${n}`, ''])) },
    '/labels',
    /16/,
  ],
];

for (const [what, body, path, message] of REFUSED) {
  test(`${what} is refused by its name, and nothing is stored`, async () => {
    const id = await api.workspace();
    const { status, body: problem, text } = await api.enqueue(id, demo(body));
    assert.deepEqual([status, problem.type], [400, 'urn:sluice:problem:invalid-request'], text);
    const found = problem.errors.find((error: { path: string }) => error.path === path);
    assert.ok(found, text);
    assert.equal(found.in, 'body');
    assert.match(found.message, message);
    const { body: page } = await api.call({ path: `/v1/workspaces/${id}/executions` });
    assert.deepEqual(page.items, []);
  });
}

test('a repeat of a key must say the same of times, retries and labels', async () => {
  const id = await api.workspace();
  const startBefore = inHours(1);
  const said = {
    startBefore,
    retryPolicy: { maximumAttempts: 2, initialInterval: 1 },
    labels: { a: '1', b: '2' },
  };
  const ask = (more: object) => api.enqueue(id, demo(more), { 'idempotency-key': 'k' });
  const first = await ask(said);
  const same = {
    labels: { b: '2', a: '1' },
    retryPolicy: { initialInterval: 1, maximumAttempts: 2 },
    startBefore,
  };
  assert.deepEqual([(await ask(same)).status, (await ask(same)).body.id], [200, first.body.id]);
  assert.equal((await ask({ ...said, labels: { a: '1' } })).status, 422);
  assert.equal((await ask({ ...said, startBefore: inHours(2) })).status, 422);
});
