import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { OutboxRequest } from '../../src/db/outbox/read-requests.ts';
import { batchBody } from '../../src/relay/send/batch-body.ts';
import { type Answer, judgeAnswer } from '../../src/relay/send/judge-answer.ts';
import { sendInOrder } from '../../src/relay/send/send-in-order.ts';

/** How a Sluice takes one request: its queue has room, or not for now; it is poison; or it cannot even be read, and spoils its batch. */
type Kind = 'fine' | 'no room' | 'poison' | 'unreadable' | 'too large for a proxy';

function requestsOf(kinds: readonly Kind[]): OutboxRequest[] {
  return kinds.map((kind, n) => ({
    id: `id-${n}`,
    workspace: 'acme',
    workflowType: kind,
    input: null,
    idempotencyKey: null,
    attributes: null,
  }));
}

function answer(status: number, body: unknown, retryAfterSeconds: number | null = null): Answer {
  return { status, retryAfterSeconds, text: typeof body === 'string' ? body : JSON.stringify(body) };
}

const problem = (name: string, status: number, facts: object = {}) => ({
  type: `urn:sluice:problem:${name}`,
  title: name,
  status,
  detail: `${name} it is`,
  ...facts,
});

/** Answers as Sluice and a proxy before it do, and knows the order in which it has stored. */
function createSluice() {
  const stored: string[] = [];
  let posts = 0;
  return {
    stored,
    posts: () => posts,
    async post(requests: readonly OutboxRequest[]) {
      posts += 1;
      const kinds = requests.map(({ workflowType }) => workflowType as Kind);
      return judgeAnswer(answerTo(requests, kinds), requests.length);
    },
  };
  function answerTo(requests: readonly OutboxRequest[], kinds: readonly Kind[]): Answer {
    if (kinds.includes('too large for a proxy')) return answer(413, '<html>Request Entity Too Large</html>');
    if (kinds.includes('unreadable')) return answer(400, problem('malformed-json', 400));
    const refused = kinds.flatMap((kind, n) => {
      if (kind === 'fine') return [];
      const of = kind === 'poison' ? problem('workflow-type-unknown', 422) : problem('queue-bytes-full', 429);
      return [{ path: `/executions/${n}`, problem: of }];
    });
    if (refused.length > 0) return answer(409, problem('batch-refused', 409, { refused }), 10);
    stored.push(...requests.map(({ id }) => id));
    const outcomes = requests.map(({ id }) => ({ outcome: 'placed', execution: { id }, problem: null }));
    return answer(202, { placed: requests.length, repeated: 0, refused: 0, outcomes });
  }
}

test('a request is sent when all before it are accepted or refused for good, and not before', async () => {
  const kind = fc.constantFrom<Kind>(
    'fine',
    'fine',
    'no room',
    'poison',
    'unreadable',
    'too large for a proxy',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(kind, { minLength: 1, maxLength: 40 }), async (kinds) => {
      const requests = requestsOf(kinds);
      const sluice = createSluice();
      const { sent, refused, notNow } = await sendInOrder(requests, sluice.post);
      const stops = kinds.findIndex((one) => one === 'no room' || one === 'too large for a proxy');
      const decided = stops < 0 ? kinds : kinds.slice(0, stops);
      const idsOf = (wanted: (one: Kind) => boolean) =>
        decided.flatMap((one, n) => (wanted(one) ? [`id-${n}`] : []));
      assert.deepEqual(
        sluice.stored,
        idsOf((one) => one === 'fine'),
      );
      assert.deepEqual(
        sent.map(({ id }) => id),
        sluice.stored,
      );
      assert.deepEqual(refused.map(({ id }) => id).sort(), idsOf((one) => one !== 'fine').sort());
      assert.equal(notNow === null, stops < 0);
      assert.ok(sluice.posts() <= 4 * kinds.length + 2);
    }),
  );
});

test('one request that nobody can read among 200 costs some twenty tries, and no other request', async () => {
  const kinds = Array.from({ length: 200 }, (_, n): Kind => (n === 77 ? 'unreadable' : 'fine'));
  const sluice = createSluice();
  const { sent, refused } = await sendInOrder(requestsOf(kinds), sluice.post);
  assert.equal(sent.length, 199);
  assert.deepEqual(
    refused.map(({ id, reason }) => [id, reason]),
    [['id-77', 'malformed-json']],
  );
  assert.ok(sluice.posts() <= 20, `${sluice.posts()} tries`);
});

const NOT_OF_SLUICE: { what: string; answered: Answer }[] = [
  { what: 'a proxy without a server', answered: answer(502, 'Bad Gateway') },
  { what: 'another server that has no such path', answered: answer(404, '{"error":"not found"}') },
  { what: 'a page to sign in', answered: answer(302, '') },
  { what: 'a page that says that all is well', answered: answer(200, '<html></html>') },
  { what: 'a Sluice of another version', answered: answer(404, problem('route-not-found', 404)) },
  { what: 'a key that does not hold', answered: answer(401, problem('unauthenticated', 401)) },
  { what: 'a host that Sluice does not know', answered: answer(421, problem('misdirected-request', 421)) },
  { what: 'too many requests of the key', answered: answer(429, problem('too-many-requests', 429), 1) },
  { what: 'a database that is away', answered: answer(503, problem('database-unavailable', 503), 5) },
];

for (const { what, answered } of NOT_OF_SLUICE)
  test(`${what} is to blame for no request, and all workspaces wait`, () => {
    const verdict = judgeAnswer(answered, 1);
    assert.equal(verdict.kind, 'not-now');
    assert.equal(verdict.kind === 'not-now' && verdict.notNow.scope, 'sluice');
  });

for (const [name, status] of [
  ['forbidden', 403],
  ['workspace-busy', 503],
  ['internal-error', 500],
] as const)
  test(`${name} holds one workspace back, and no other`, () => {
    const verdict = judgeAnswer(answer(status, problem(name, status), 1), 3);
    assert.equal(verdict.kind === 'not-now' && verdict.notNow.scope, 'workspace');
  });

test('an answer that lacks the outcome of a request is no acceptance', () => {
  const outcomes = [{ outcome: 'placed', execution: { id: 'one' }, problem: null }];
  assert.equal(judgeAnswer(answer(202, { outcomes }), 2).kind, 'not-now');
});

test('a body has each input as it was written, and no attribute stands for a member of ours', () => {
  const [request] = requestsOf(['fine']);
  const input = '{"b": 1.0, "a":12345678901234567890}';
  const body = batchBody([
    { ...request!, input, attributes: { reference: 'r', workflowType: 'other', idempotencyKey: 'other' } },
    { ...request!, id: 'id-1', idempotencyKey: 'order 1' },
  ]);
  assert.ok(body.includes(`"input":${input}}`), body);
  const { executions, atomic } = JSON.parse(body) as {
    executions: Record<string, unknown>[];
    atomic: boolean;
  };
  assert.equal(atomic, true);
  assert.deepEqual(
    executions.map(({ workflowType, idempotencyKey, reference }) => [
      workflowType,
      idempotencyKey,
      reference,
    ]),
    [
      ['fine', 'id-0', 'r'],
      ['fine', 'order 1', undefined],
    ],
  );
});
