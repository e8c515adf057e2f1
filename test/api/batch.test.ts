import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { reconcileWorkspace } from '../../src/db/reconcile/reconcile-workspace.ts';
import { publishWorkflowTypes } from '../../src/enqueue/known-workflow-types.ts';
import { endRows, requestOf } from '../support/rows.ts';
import { type Answer, type ApiUnderTest, startApiUnderTest } from './api-under-test.ts';

let api: ApiUnderTest;
before(async () => {
  api = await startApiUnderTest({
    TIER_PRO_MAX_PENDING: '1500',
    TIER_ENTERPRISE_MAX_PENDING: '12',
    TIER_ENTERPRISE_MAX_PENDING_BYTES: String(2 ** 20),
    MAX_WAITING_BYTES: String(2 ** 20),
  });
  await publishWorkflowTypes(api.database.db, ['demo']);
});
after(() => api.stop());

const send = (workspaceId: string, body: unknown, headers = {}) =>
  api.call({ method: 'POST', path: `/v1/workspaces/${workspaceId}/executions/batch`, body, headers });

const batch = (workspaceId: string, executions: readonly object[], more = {}) =>
  send(workspaceId, { executions, ...more });

const demo = (more: object = {}) => ({ workflowType: 'demo', ...more });
const many = (count: number, of: (nth: number) => object = () => demo()) =>
  Array.from({ length: count }, (_, nth) => of(nth));

interface Outcome {
  outcome: string;
  execution: { id: string; seq: number; status: string; reference: string | null } | null;
  problem: { type: string; detail: string } | null;
}
const outcomesOf = ({ body }: Answer) => body.outcomes as Outcome[];
const shown = (answer: Answer) =>
  outcomesOf(answer).map(({ outcome, execution, problem }) =>
    problem === null ? `${outcome} ${execution!.seq}` : problem.type.replace('urn:sluice:problem:', ''),
  );

async function stored(workspaceId: string) {
  const { rows } = await api.database.pool.query<{
    lastSeq: number;
    pending: number;
    bytes: number;
    events: number;
    rows: number;
    inputs: number;
  }>(
    `select w.last_seq::integer as "lastSeq", w.pending, w.pending_bytes::integer as bytes,
       (select count(*)::integer from events e where e.workspace_id = w.id and e.number <= w.last_event and e.kind = 'accepted') as events,
       (select count(*)::integer from executions e where e.workspace_id = w.id) as rows,
       (select count(*)::integer from payloads p join executions e on e.id = p.execution_id where e.workspace_id = w.id) as inputs
     from workspaces w where w.id = $1`,
    [workspaceId],
  );
  return rows[0]!;
}

test('a thousand executions get a thousand consecutive numbers, rows, inputs and events in one transaction, and one wake', async () => {
  const id = await api.workspace();
  await api.enqueue(id);
  api.takeWakes();
  const answer = await batch(
    id,
    many(1_000, (nth) => demo({ input: nth, reference: `r ${nth}` })),
  );
  assert.equal(answer.status, 202, answer.text.slice(0, 1_000));
  const { placed, repeated, refused } = answer.body;
  assert.deepEqual({ placed, repeated, refused }, { placed: 1_000, repeated: 0, refused: 0 });
  assert.deepEqual(
    outcomesOf(answer).map(({ execution }) => [execution!.seq, execution!.reference]),
    many(1_000).map((_, nth) => [nth + 2, `r ${nth}`]),
  );
  assert.deepEqual(api.takeWakes(), [`wake ${id}`]);
  const bytes = many(1_000).reduce((sum, _, nth) => sum + String(nth).length, 0);
  assert.deepEqual(await stored(id), {
    lastSeq: 1_001,
    pending: 1_001,
    bytes,
    events: 1_001,
    rows: 1_001,
    inputs: 1_000,
  });
  const { rows } = await api.database.pool.query(
    `select distinct xmin::text from executions where workspace_id = $1 and seq > 1`,
    [id],
  );
  assert.equal(rows.length, 1, 'one transaction');
  assert.deepEqual(
    await orderOfEvents(id),
    many(1_001).map((_, nth) => nth + 1),
  );
});

async function orderOfEvents(workspaceId: string): Promise<number[]> {
  const { rows } = await api.database.pool.query<{ seq: string }>(
    'select seq from events where workspace_id = $1 order by number',
    [workspaceId],
  );
  return rows.map(({ seq }) => Number(seq));
}

const ODD_INPUTS = [
  '1.0',
  '12345678901234567890',
  '-0',
  '1E+2',
  'null',
  '""',
  '"\\u0000 \\u00e9 \\uD83D\\uDE00 é 😀 \\" , ] }"',
  '{"b":1,"a":2,"b":3}',
  '{"__proto__":{"polluted":true}}',
  '[ 1 ,\t2\n]',
  '{"input":{"input":[]}}',
];

test('each input is kept character for character, as that of a single request is', async () => {
  const id = await api.workspace();
  const items = ODD_INPUTS.map((input) => `{ "input" : ${input} , "workflowType":"demo"}`);
  const answer = await send(id, ` {"executions": [\n${items.join(' ,\n')} , {"workflowType":"demo"} ] } `);
  assert.equal(answer.status, 202, answer.text);
  const { rows } = await api.database.pool.query(
    'select input from all_executions where workspace_id = $1 order by seq',
    [id],
  );
  assert.deepEqual(
    rows.map(({ input }) => input),
    [...ODD_INPUTS, null],
  );
});

test('an input may be nested as deeply in a batch as in a request of its own, and no deeper', async () => {
  const id = await api.workspace();
  for (const [depth, single, inBatch] of [
    [63, 202, 202],
    [64, 400, 400],
  ] as const) {
    const input = `${'['.repeat(depth)}${']'.repeat(depth)}`;
    const item = `{"workflowType":"demo","input":${input}}`;
    assert.equal((await api.enqueue(id, item)).status, single);
    assert.equal((await send(id, `{"executions":[${item}]}`)).status, inBatch);
  }
});

test('a key that comes twice in a batch is answered as by two requests, one after the other', async () => {
  const id = await api.workspace();
  await api.enqueue(id, demo({ input: 0 }), { 'idempotency-key': 'old' });
  const answer = await batch(id, [
    demo({ idempotencyKey: 'new', input: 1 }),
    demo({ idempotencyKey: 'new', input: 1 }),
    demo({ idempotencyKey: 'new', input: 2 }),
    demo({ idempotencyKey: 'old', input: 0 }),
    demo({ idempotencyKey: 'old', input: 1 }),
    demo({ input: 1 }),
  ]);
  assert.equal(answer.status, 202, answer.text);
  assert.deepEqual(shown(answer), [
    'placed 2',
    'repeated 2',
    'idempotency-key-reused',
    'repeated 1',
    'idempotency-key-reused',
    'placed 3',
  ]);
  const single = await api.enqueue(id, demo({ input: 1 }), { 'idempotency-key': 'new' });
  assert.deepEqual([single.status, single.body.seq], [200, 2]);
});

test('a repeated batch is answered with its first executions, also when they run or have ended, in one read', async () => {
  const id = await api.workspace();
  const items = many(300, (nth) => demo({ idempotencyKey: `k ${nth}`, input: nth }));
  const first = await batch(id, items);
  const reconciled = await reconcileWorkspace(api.database, requestOf(id), {
    gateRunId: 'run',
    verifyAfterSeconds: 3_600,
  });
  await endRows(
    api.database.pool,
    reconciled.admitted.slice(0, 2).map(({ executionId }) => executionId),
  );
  api.takeWakes();
  const { queries, result: again } = await countingQueries(() => batch(id, items));
  assert.ok(queries <= 3, `workflow types, executions and stalls: ${queries}`);
  assert.equal(again.status, 200, again.text.slice(0, 1_000));
  assert.deepEqual(
    outcomesOf(again).map(({ execution }) => execution!.id),
    outcomesOf(first).map(({ execution }) => execution!.id),
  );
  assert.deepEqual(
    outcomesOf(again)
      .slice(0, 6)
      .map(({ execution }) => execution!.status),
    ['completed', 'completed', 'running', 'running', 'running', 'pending'],
  );
  assert.equal(again.body.repeated, 300);
  assert.equal(api.takeWakes().length, 1);
});

async function countingQueries<Result>(work: () => Promise<Result>) {
  const { pool } = api.database;
  let queries = 0;
  const query = pool.query.bind(pool) as (...args: unknown[]) => unknown;
  pool.query = ((...args: unknown[]) => {
    queries += 1;
    return query(...args);
  }) as typeof pool.query;
  try {
    return { result: await work(), queries };
  } finally {
    pool.query = query as typeof pool.query;
  }
}

test('what fits into the queue is stored and the rest is refused, each by its own size', async () => {
  const id = await api.workspace({ tier: 'enterprise' });
  const answer = await batch(id, many(14));
  assert.deepEqual(shown(answer), [
    ...many(12).map((_, nth) => `placed ${nth + 1}`),
    'queue-full',
    'queue-full',
  ]);
  const heavy = await api.workspace({ tier: 'enterprise' });
  const input = (length: number) => demo({ input: 'x'.repeat(length) });
  await api.enqueue(heavy, input(250_000));
  const partly = await batch(heavy, [
    input(250_000),
    input(250_000),
    input(250_000),
    input(100_000),
    input(40_000),
  ]);
  assert.deepEqual(shown(partly), ['placed 2', 'placed 3', 'placed 4', 'queue-bytes-full', 'placed 5']);
  assert.equal((await stored(heavy)).bytes, 4 * 250_002 + 40_002);
});

test('of an atomic batch with one item that is refused nothing is stored, and each bad item is named', async () => {
  const id = await api.workspace();
  await api.enqueue(id, demo(), { 'idempotency-key': 'k' });
  const before = await stored(id);
  api.takeWakes();
  const items = [
    demo(),
    demo({ idempotencyKey: 'new' }),
    { workflowType: 'unknown' },
    demo({ idempotencyKey: 'k', input: 1 }),
    demo({ idempotencyKey: 'new' }),
  ];
  const answer = await batch(id, items, { atomic: true });
  assert.equal(answer.status, 409, answer.text);
  assert.equal(answer.body.type, 'urn:sluice:problem:batch-refused');
  const refused = answer.body.refused as { path: string; problem: { type: string; status: number } }[];
  assert.deepEqual(
    refused.map(({ path, problem: { type, status } }) => [path, type, status]),
    [
      ['/executions/2', 'urn:sluice:problem:workflow-type-unknown', 422],
      ['/executions/3', 'urn:sluice:problem:idempotency-key-reused', 422],
    ],
  );
  assert.equal(answer.headers['retry-after'], undefined);
  assert.deepEqual(await stored(id), before);
  assert.deepEqual(api.takeWakes(), []);
  const after = await batch(id, [items[1]!, items[4]!], { atomic: true });
  assert.deepEqual(shown(after), ['placed 2', 'repeated 2']);
});

test('an atomic batch that does not fit into the queue may be sent again later, and says when', async () => {
  const id = await api.workspace({ tier: 'enterprise' });
  await batch(id, many(5));
  const answer = await batch(id, many(10), { atomic: true });
  assert.deepEqual(
    [answer.status, answer.headers['retry-after'], answer.body.refused.length],
    [409, '10', 3],
  );
  assert.equal((await stored(id)).rows, 5);
  assert.equal((await batch(id, many(7), { atomic: true })).body.placed, 7);
});

test('an item that does not match the schema is named by its index, and nothing of the batch is stored', async () => {
  const id = await api.workspace();
  const answer = await batch(id, [
    demo(),
    { workflowType: '' },
    demo({ idempotencyKey: '' }),
    demo({ more: 1 }),
    demo({ reference: 'a\nb' }),
  ]);
  assert.equal(answer.status, 400);
  const paths = new Set((answer.body.errors as { path: string }[]).map(({ path }) => path));
  assert.deepEqual([...paths].sort(), [
    '/executions/1/workflowType',
    '/executions/2/idempotencyKey',
    '/executions/3/more',
    '/executions/4/reference',
  ]);
  assert.equal((await stored(id)).rows, 0);
});

test('an item that has a member twice is refused as a single request is, and named', async () => {
  const id = await api.workspace();
  const item = '{"workflowType":"demo","input":1,"input":2}';
  assert.equal((await api.enqueue(id, item)).body.reason, 'duplicate-member');
  const answer = await send(id, `{"executions":[{"workflowType":"demo"},${item}]}`);
  assert.deepEqual([answer.status, answer.body.reason], [400, 'duplicate-member']);
  assert.match(answer.body.detail, /\/executions\/1 .*"input" twice/);
  assert.equal((await stored(id)).rows, 0);
});

for (const [what, body] of [
  ['no item', { executions: [] }],
  ['1,001 items', { executions: many(1_001) }],
  ['no list', {}],
  ['more than it knows', { executions: [demo()], more: true }],
] as const) {
  test(`a batch with ${what} is refused`, async () => {
    assert.equal((await send(await api.workspace(), body)).status, 400);
  });
}

test('a batch for a workspace that does not exist, and one with an input that is too large', async () => {
  const missing = await batch('nowhere', many(3));
  assert.deepEqual([missing.status, missing.body.type], [404, 'urn:sluice:problem:workspace-not-found']);
  const id = await api.workspace();
  const large = await batch(id, [demo({ input: 'x'.repeat(262_144) }), demo()]);
  assert.deepEqual(shown(large), ['payload-too-large', 'placed 1']);
});

test('of a batch that would rather not wait as many are stored as there are slots', async () => {
  const id = await api.workspace();
  const rather = many(7, () => demo({ ifBusy: 'reject' }));
  assert.deepEqual(shown(await batch(id, [demo(), ...rather, demo()])), [
    'placed 1',
    'placed 2',
    'placed 3',
    'placed 4',
    'placed 5',
    ...many(3, () => ({})).map(() => 'no-free-slot'),
    'placed 6',
  ]);
  const whole = await batch(id, rather, { atomic: true });
  assert.deepEqual([whole.status, whole.body.refused.length], [409, 7]);
});

test('batches larger than the memory for waiting inputs are refused before they are read, and room comes back with each answer', async () => {
  const id = await api.workspace();
  const fits = { executions: [demo({ input: 'x'.repeat(200_000) })] };
  for (let nth = 0; nth < 8; nth++) assert.equal((await send(id, fits)).status, 202);
  const tooLarge = await batch(
    id,
    many(5, () => demo({ input: 'x'.repeat(250_000) })),
  );
  assert.equal(tooLarge.status, 413);
  // White space is in memory too, and is no input.
  const wide = `{"executions":[{"workflowType":"demo"}]${' '.repeat(300_000)}}`;
  const atOnce = await Promise.all(many(8).map(() => send(id, wide)));
  const statuses = atOnce.map(({ status }) => status);
  assert.ok(statuses.includes(202) && statuses.includes(503), String(statuses));
  for (const { status, body, headers } of atOnce) {
    if (status === 503)
      assert.deepEqual([body.type, headers['retry-after']], ['urn:sluice:problem:workspace-busy', '1']);
  }
  assert.equal((await send(id, fits)).status, 202);
});

test('a batch may schedule some of its items: the others have consecutive numbers, and bad times are named by their index', async () => {
  const id = await api.workspace();
  const later = new Date(Date.now() + 3_600_000).toISOString();
  const answer = await batch(id, [demo(), demo({ startAfter: later }), demo()]);
  assert.equal(answer.status, 202, answer.text);
  assert.deepEqual(
    outcomesOf(answer).map(({ execution }) => [execution!.status, execution!.seq]),
    [
      ['pending', 1],
      ['scheduled', null],
      ['pending', 2],
    ],
  );
  const bad = await batch(id, [
    demo(),
    demo({ startAfter: later, startBefore: new Date(Date.now() + 60_000).toISOString() }),
  ]);
  assert.equal(bad.status, 400, bad.text);
  assert.match(bad.body.errors[0].path, /^\/executions\/1\/start/);
  const past = await batch(id, [demo({ startBefore: new Date(0).toISOString() }), demo()]);
  assert.deepEqual(shown(past), ['invalid-request', 'placed 3']);
});
