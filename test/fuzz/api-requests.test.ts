import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { reconcileWorkspace } from '../../src/db/reconcile/reconcile-workspace.ts';
import { DEFAULT_TIER_CONFIGS, TIERS } from '../../src/domain/tier.ts';
import { type Answer, type ApiUnderTest, type Call, startApiUnderTest } from '../api/api-under-test.ts';
import { completedReport, requestOf, setTier } from '../support/rows.ts';
import { json, objectText, trimmed } from './json-texts.ts';
import {
  type FuzzCall,
  type Operation,
  canBeInvalid,
  invalidCalls,
  operationsOf,
  validCalls,
} from './requests.ts';
import { fuzzRuns } from './runs.ts';

/** Some fifty operations at some tens of milliseconds a request. */
const RUNS_PER_OPERATION = 20;
/** Of those that ask Temporal, which is down here: each waits for it for a second or two. */
const RUNS_ASKING_TEMPORAL = 4;
const ASKING_TEMPORAL = ['deleteWorkspace', 'explainExecution'];
/** It takes a key and nothing larger. */
const TAKES_LITTLE = 'beginSession';
/** What Temporal refuses, in one local activity's result as in any other payload. */
const TEMPORAL_PAYLOAD_MAX_BYTES = 2 * 1024 * 1024;

let api: ApiUnderTest;
let operations: Operation[];
const existing = {
  tier: ['pro', 'enterprise'],
  workspaceId: ['acme', 'big', '-', 'A'.repeat(64)],
  executionId: [] as string[],
};
/** All that was answered with 202: id -> what was sent. */
const accepted = new Map<string, { workspaceId: string; input: string | null; workflowType: string }>();

before(async () => {
  api = await startApiUnderTest();
  // Streams end when their reader does.
  operations = operationsOf((await api.call({ path: '/openapi.json' })).body).filter(
    ({ id }) => !id.startsWith('stream'),
  );
  for (const id of [...existing.workspaceId, ...DOOMED]) {
    const answer = await api.call({
      method: 'PUT',
      path: `/v1/workspaces/${id}`,
      body: { tier: 'enterprise' },
    });
    assert.equal(answer.status, 201);
    if (DOOMED.includes(id)) continue;
    existing.executionId.push(
      (await enqueued({ path: `/v1/workspaces/${id}/executions` }, '{"a":1}')).body.id,
    );
  }
});
after(() => api.stop());

async function enqueued(call: Pick<Call, 'path' | 'headers'>, input: string | null): Promise<Answer> {
  const body = objectText([
    ['"workflowType"', '"demo"'],
    ...(input === null ? [] : [['"input"', input] as const]),
  ]);
  const answer = await api.call({ method: 'POST', ...call, body });
  assert.equal(answer.status, 202, answer.text);
  noteAccepted(answer, 'demo', input);
  return answer;
}

function noteAccepted(answer: Answer, workflowType: string, input: string | null): void {
  const { id, workspaceId } = answer.body;
  accepted.set(id, { workspaceId, workflowType, input: input === null ? null : trimmed(input) });
}

interface Sent {
  readonly input?: unknown;
  readonly workflowType: string;
}

/** Of one execution of a batch. */
interface Outcome {
  readonly outcome: string;
  readonly execution?: { readonly id: string };
}

/** For what was sent as a part of something: its text is in the database, and is to say what was sent. */
async function noteStored(id: string, sent: Sent): Promise<void> {
  const { rows } = await api.database.pool.query<{
    workspace_id: string;
    workflow_type: string;
    input: string | null;
  }>('select workspace_id, workflow_type, input from all_executions where id = $1', [id]);
  const { workspace_id: workspaceId, workflow_type: workflowType, input } = rows[0]!;
  const stored = { workflowType, ...(input !== null && { input: JSON.parse(input) as unknown }) };
  assert.deepEqual(stored, {
    workflowType: sent.workflowType,
    ...('input' in sent && { input: sent.input }),
  });
  accepted.set(id, { workspaceId, workflowType, input });
}

function assertProblem(answer: Answer, ...statuses: number[]): void {
  assert.ok(answer.status >= 400 && answer.status < 500, `${answer.status}: ${answer.text.slice(0, 500)}`);
  if (statuses.length > 0) assert.ok(statuses.includes(answer.status), `${answer.status}: ${answer.text}`);
  assert.match(String(answer.headers['content-type']), /^application\/problem\+json/);
  const { type, title, status } = answer.body;
  assert.match(type, /^urn:sluice:problem:[a-z-]+$/);
  assert.equal(status, answer.status);
  assert.ok(title);
}

/** Changes with any row that is added, changed or removed. */
async function fingerprint(): Promise<string> {
  const { rows } = await api.database.pool.query<{ all: string }>(`
    select concat(
      (select md5(string_agg(w::text, '|' order by id)) from workspaces w),
      (select md5(string_agg(e::text, '|' order by id)) from all_executions e),
      (select md5(string_agg(c::text, '|' order by id)) from limit_changes c),
      (select md5(string_agg(b::text, '|' order by id)) from bulk_acts b),
      (select md5(string_agg(t::text, '|' order by name)) from tiers t)) as all`);
  return rows[0]!.all;
}

async function assertRefused(call: Call, ...statuses: number[]): Promise<void> {
  const earlier = await fingerprint();
  assertProblem(await api.call(call), ...statuses);
  assert.equal(await fingerprint(), earlier, 'something was written');
}

test('every operation takes whatever its schema allows, and keeps it exactly', async () => {
  for (const operation of operations) {
    await fc.assert(
      fc.asyncProperty(harmlessCalls(operation), async (call) => {
        const answer = await api.call(call);
        if (isBeyondSchemas(answer)) return;
        if (answer.status >= 400) return assertProblem(answer, 404, 409, 410, 422);
        await assertKept(call, answer);
      }),
      canBeInvalid(operation) ? fuzzRuns(runsOf(operation)) : { numRuns: 1 },
    );
  }
});

const runsOf = ({ id }: Operation) =>
  ASKING_TEMPORAL.includes(id) ? RUNS_ASKING_TEMPORAL : RUNS_PER_OPERATION;

/** Workspaces that may go: the other operations need the others. */
const DOOMED = ['doomed', 'doomed-too'];

function harmlessCalls(operation: Operation): fc.Arbitrary<FuzzCall> {
  if (operation.id !== 'deleteWorkspace') return validCalls(operation, existing);
  return validCalls(operation, { ...existing, workspaceId: DOOMED }).filter(
    ({ path }) => !existing.workspaceId.includes(path.slice('/v1/workspaces/'.length).split('?', 1)[0]!),
  );
}

/** What no schema can say: how members agree with each other, with the clock and with the workspace's tier. */
const BEYOND_SCHEMAS =
  /^(\/executions\/\d+|\/filter)?\/(startAfter|startBefore|executionTimeout|retryPolicy\/maximumInterval|ifBusy|label|createdAfter|createdBefore|closedAfter|closedBefore|expiresAt|rights|until)$/;

function isBeyondSchemas({ status, body }: Answer): boolean {
  const errors = (status === 400 && (body.errors as { path: string }[] | undefined)) || [];
  return errors.length > 0 && errors.every(({ path }) => BEYOND_SCHEMAS.test(path));
}

async function assertKept({ operation, members, path }: FuzzCall, answer: Answer): Promise<void> {
  switch (operation.id) {
    case 'enqueueExecution': {
      const input = members['input'] ?? null;
      const workflowType = JSON.parse(members['workflowType']!) as string;
      if (answer.status === 202) noteAccepted(answer, workflowType, input);
      const read = await api.call({ path: String(answer.headers['location']) });
      assert.equal(read.body.workflowType, workflowType);
      if (input === null) assert.equal('input' in read.body, false);
      else assert.ok(read.text.endsWith(`"input":${trimmed(input)}}`), read.text);
      return;
    }
    case 'enqueueBatch': {
      const sent = JSON.parse(members['executions']!) as Sent[];
      for (const [index, { outcome, execution }] of (answer.body.outcomes as Outcome[]).entries())
        if (outcome === 'placed') await noteStored(execution!.id, sent[index]!);
      return;
    }
    case 'rerunExecution': {
      if (answer.status !== 202) return;
      const { input, workflowType } = accepted.get(answer.body.rerunOf)!;
      await noteStored(answer.body.id, {
        workflowType,
        ...(input !== null && { input: JSON.parse(input) as unknown }),
      });
      return;
    }
    case 'actOnMatching':
    case 'actOnMatchingOfAll': {
      if (answer.status !== 202) return;
      const { act, filter } = answer.body;
      assert.equal(act, JSON.parse(members['act']!));
      const asked = JSON.parse(members['filter']!) as Record<string, unknown>;
      for (const name of ['status', 'workflowType', 'reference', 'outcome'])
        assert.equal(filter[name], asked[name] ?? null);
      assert.deepEqual((await api.call({ path: String(answer.headers['location']) })).body, answer.body);
      return;
    }
    case 'putWorkspace':
    case 'patchWorkspace': {
      const read = await api.call({ path });
      assertHas(read, members);
      return;
    }
    case 'pauseWorkspace': {
      const { reason } = members;
      assert.equal(answer.body.paused.reason, JSON.parse(reason!));
      // Or what the others ask for would be refused where it may not wait.
      await api.call({ method: 'DELETE', path });
      return;
    }
    case 'putTier': {
      const read = await api.call({ path });
      assertHas(read, members);
      // The other operations count on long queues.
      for (const tier of TIERS) await setTier(api.database.pool, tier, DEFAULT_TIER_CONFIGS[tier]);
      return;
    }
    default:
      return;
  }
}

/** But for the reason, which goes into the record of changes. */
function assertHas(read: Answer, members: FuzzCall['members']): void {
  for (const [name, text] of Object.entries(members))
    if (name !== 'reason') assert.equal(read.body[name], JSON.parse(text));
}

test('every operation refuses whatever its schema does not allow with a problem, and writes nothing', async () => {
  for (const operation of operations.filter(canBeInvalid)) {
    await fc.assert(
      fc.asyncProperty(invalidCalls(operation, existing), (call) =>
        assertRefused(call, 400, ...(operation.id === TAKES_LITTLE ? [413] : [])),
      ),
      fuzzRuns(RUNS_PER_OPERATION),
    );
  }
});

test('a body whose text was damaged is refused, or it is still JSON that its schema allows', async () => {
  const calls = fc.oneof(
    ...operations.filter(({ body }) => body !== null).map((operation) => validCalls(operation, existing)),
  );
  const damages = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    removed: fc.integer({ min: 0, max: 3 }),
    bytes: fc.oneof(
      fc.uint8Array({ maxLength: 4 }),
      fc.constantFrom(
        // A lone surrogate as UTF-8 would have it, an overlong slash, a byte order mark, NUL.
        Uint8Array.of(0xed, 0xa0, 0x80),
        Uint8Array.of(0xc0, 0xaf),
        Uint8Array.of(0xef, 0xbb, 0xbf),
        Uint8Array.of(0),
      ),
      fc
        .constantFrom('"\\ud800"', '\\udc00\\ud800', '\\u0000', '}', '{', '"', '//', ',', 'NaN', "'")
        .map((text) => Buffer.from(text)),
    ),
  });
  await fc.assert(
    fc.asyncProperty(calls, damages, async (call, { at, removed, bytes }) => {
      const body = Buffer.from(String(call.body));
      const cut = Math.floor(at * body.length);
      const damaged = Buffer.concat([body.subarray(0, cut), bytes, body.subarray(cut + removed)]);
      const earlier = await fingerprint();
      const answer = await api.call({ ...call, body: damaged });
      if (answer.status >= 400) {
        assertProblem(answer);
        assert.equal(await fingerprint(), earlier, 'something was written');
      } else if (answer.status === 202 && call.operation.id.startsWith('enqueue')) {
        const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(damaged);
        const sent = JSON.parse(text) as { executions?: Sent[] } & Sent;
        const executions = sent.executions ?? [sent];
        const outcomes = sent.executions
          ? answer.body.outcomes
          : [{ outcome: 'placed', execution: answer.body }];
        for (const [index, { outcome, execution }] of (outcomes as Outcome[]).entries())
          if (outcome === 'placed') await noteStored(execution!.id, executions[index]!);
      }
    }),
    fuzzRuns(RUNS_PER_OPERATION * 3),
  );
});

test('a body of another type, or of none, is refused with 415 and writes nothing', async () => {
  const body = '{"workflowType":"demo"}';
  const types = [
    '',
    'text/plain',
    'application/jsonx',
    'application/json-patch+json',
    'application/x-www-form-urlencoded',
  ];
  const charsets = ['utf-16', 'latin1', 'utf-7', '"utf-16"', 'utf-8x'].map(
    (charset) => `application/json; charset=${charset}`,
  );
  for (const type of [
    ...types,
    ...charsets,
    '__proto__',
    'constructor',
    ';;;',
    'a/b/c',
    '/',
    'multipart/form-data',
  ]) {
    for (const path of [
      '/v1/workspaces/acme/executions',
      `/v1/workspaces/acme/executions/${existing.executionId[0]}/cancel`,
    ]) {
      await assertRefused({ method: 'POST', path, body, headers: { 'content-type': type } }, 415);
    }
    await assertRefused(
      {
        method: 'PUT',
        path: '/v1/workspaces/acme',
        body: '{"tier":"pro"}',
        headers: { 'content-type': type },
      },
      415,
    );
  }
});

const bomb = (depth: number, open: string, close: string) => `${open.repeat(depth)}1${close.repeat(depth)}`;
const body = (input: string) => `{"workflowType":"demo","input":${input}}`;

const BOMBS: readonly [claim: string, body: string | Buffer, ...statuses: number[]][] = [
  ['lists nested 130,000 deep', bomb(130_000, '[', ']'), 400],
  ['lists nested 130,000 deep in the input', body(bomb(120_000, '[', ']')), 400],
  ['objects nested 40,000 deep', bomb(40_000, '{"a":', '}'), 400],
  ['130,000 opening brackets', '['.repeat(130_000), 400],
  ['a text that never ends', `{"workflowType":"${'a'.repeat(200_000)}`, 400],
  ['a workflow type of 200,000 characters', `{"workflowType":"${'a'.repeat(200_000)}"}`, 400],
  [
    'a workflow type of one letter with 100,000 accents',
    `{"workflowType":"e${'\u0301'.repeat(100_000)}"}`,
    400,
  ],
  ['a workflow type of joined families', `{"workflowType":"${'👨‍👩‍👧‍👦\u200d'.repeat(8_000)}"}`, 400],
  ['20,000 unknown members', objectText(Array.from({ length: 20_000 }, (_, i) => [`"m${i}"`, '1'])), 400],
  [
    '10,000 members of one name',
    objectText(Array.from({ length: 10_000 }, () => ['"workflowType"', '"a"'])),
    400,
  ],
  ['a member name of 200,000 characters', objectText([[`"${'n'.repeat(200_000)}"`, '1']]), 400],
  ['a number of 200,000 digits for a workflow type', `{"workflowType":${'9'.repeat(200_000)}}`, 400],
  ['250,000 backslashes', `{"workflowType":"${'\\'.repeat(250_000)}"}`, 400],
  ['only white space', ' '.repeat(200_000), 400],
  ['200,000 bytes that are not UTF-8', Buffer.alloc(200_000, 0xff), 400],
  ['200,000 NUL bytes', Buffer.alloc(200_000), 400],
  ['an input just over the limit', body(`"${'a'.repeat(262_144)}"`), 413],
  ['20 MB', Buffer.alloc(20_000_000, 0x20), 413],
];
for (const [claim, bytes, ...statuses] of BOMBS) {
  test(`${claim}: refused within a second, with nothing written and a small answer`, async () => {
    const startedAt = performance.now();
    const answer = await api.call({ method: 'POST', path: '/v1/workspaces/acme/executions', body: bytes });
    assert.ok(performance.now() - startedAt < 1_000, `it took ${performance.now() - startedAt} ms`);
    assertProblem(answer, ...statuses);
    assert.ok(
      answer.text.length < 16_384 || claim.includes('member name'),
      `${answer.text.length} characters`,
    );
  });
}

const GIANTS: readonly [claim: string, input: string][] = [
  [
    'a list of 100,000 numbers',
    `[${Array.from({ length: 100_000 }, () => '-0')
      .join(',')
      .slice(0, 262_000)
      .replace(/,-?$/, '')}]`,
  ],
  ['a text of as many bytes as are taken', `"${'a'.repeat(262_142)}"`],
  ['a text of nothing but escaped quotes', `"${'\\"'.repeat(131_071)}"`],
  ['lists nested as deep as is taken', bomb(63, '[', ']')],
  ['a number of 262,144 digits', '7'.repeat(262_144)],
  [
    'an object with 10,000 members of one name',
    objectText(Array.from({ length: 10_000 }, () => ['"__proto__"', '{"a":1}'])),
  ],
];
for (const [claim, input] of GIANTS) {
  test(`the input that is ${claim} is taken and kept exactly`, async () => {
    const answer = await enqueued({ path: '/v1/workspaces/big/executions' }, input);
    const read = await api.call({ path: String(answer.headers['location']) });
    assert.ok(read.text.endsWith(`"input":${input}}`));
  });
}

test('a key is what tells repeats apart, whatever the key is made of', async () => {
  const keys = fc.string({
    unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
    minLength: 1,
    maxLength: 255,
  });
  await fc.assert(
    fc.asyncProperty(keys, json, json, async (key, input, other) => {
      const call = { path: '/v1/workspaces/-/executions', headers: { 'idempotency-key': key } };
      const post = (text: string) => api.call({ method: 'POST', ...call, body: body(text) });
      const first = await post(input);
      // Two cases may have the same key.
      if (first.status === 422) return;
      if (first.status === 202) noteAccepted(first, 'demo', input);
      const again = await post(` ${input}\n`);
      assert.deepEqual([again.status, again.body.id], [200, first.body.id]);
      if (trimmed(other) !== trimmed(input)) assertProblem(await post(other), 422);
    }),
    fuzzRuns(RUNS_PER_OPERATION),
  );
});

// Last: it drains what the others have stored.
test('every accepted row is claimed, in order, in answers that Temporal takes, and is what was sent', async () => {
  const { rows } = await api.database.pool.query<{
    id: string;
    workspace_id: string;
    workflow_type: string;
    input: string | null;
    status: string;
    deleted: boolean;
  }>(
    'select id, workspace_id, workflow_type, input, status, payloads_deleted_at is not null as deleted from all_executions',
  );
  const deleted = new Set(rows.filter((row) => row.deleted).map((row) => row.id));
  assert.deepEqual(
    Object.fromEntries(
      rows.map((row) => [
        row.id,
        { workspaceId: row.workspace_id, workflowType: row.workflow_type, input: row.input },
      ]),
    ),
    Object.fromEntries(
      [...accepted].map(([id, sent]) => [id, deleted.has(id) ? { ...sent, input: null } : sent]),
    ),
  );
  assert.ok(rows.length > RUNS_PER_OPERATION);
  const waiting = rows.filter((row) => row.status === 'pending').map((row) => row.id);
  const claimed = [];
  for (const workspaceId of new Set(rows.map((row) => row.workspace_id))) {
    // A body that was damaged may still have paused it.
    await api.call({ method: 'DELETE', path: `/v1/workspaces/${workspaceId}/pause` });
    claimed.push(...(await drained(workspaceId)));
  }
  assert.deepEqual(claimed.sort(), waiting.sort());
});

/** Claims and completes all that a workspace has in the queue, as its gate would. */
async function drained(workspaceId: string): Promise<string[]> {
  const claimed: { id: string; seq: number }[] = [];
  const options = { gateRunId: 'run', verifyAfterSeconds: 3_600 };
  for (let open: string[] = []; ;) {
    const request = requestOf(workspaceId, { closed: open.map((id) => completedReport(id)) });
    const answer = await reconcileWorkspace(api.database, request, options);
    assert.ok(Buffer.byteLength(JSON.stringify(answer)) < TEMPORAL_PAYLOAD_MAX_BYTES);
    claimed.push(...answer.admitted.map(({ executionId, seq }) => ({ id: executionId, seq })));
    open = answer.admitted.map((row) => row.executionId);
    if (open.length === 0 && answer.pending === 0) break;
  }
  assert.deepEqual(
    claimed.map(({ seq }) => seq),
    claimed.map(({ seq }) => seq).sort((a, b) => a - b),
  );
  return claimed.map(({ id }) => id);
}
