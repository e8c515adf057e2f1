import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import pg from 'pg';
import { Compile } from 'typebox/compile';
import { readJsonText } from '../../src/api/json/json-text.ts';
import { attributesOf } from '../../src/api/v1/executions/attributes.ts';
import { EnqueueBody, EnqueueHeaders } from '../../src/api/v1/executions/enqueue/enqueue.schemas.ts';
import { contentDigest } from '../../src/enqueue/content-digest.ts';
import { attributesText, type RequestAttributes } from '../../src/enqueue/request-attributes.ts';
import { type Callers, openCallers } from './callers.ts';

let callers: Callers;
let client: pg.Client;

before(async () => {
  callers = await openCallers();
  client = await (await callers.role('shop', [['*']])).connect();
});
after(() => callers.close());

/** What a caller says, by either way. */
interface Said {
  readonly workflowType: string;
  readonly input?: string;
  readonly key?: string;
  readonly reference?: string;
  readonly labels?: unknown;
  readonly startAfter?: string;
  readonly startBefore?: string;
  readonly executionTimeout?: number;
  /** JSON text, because numbers can be written in ways. */
  readonly retryPolicy?: string;
}

const MEMBERS = [
  'input',
  'key',
  'reference',
  'labels',
  'startAfter',
  'startBefore',
  'executionTimeout',
  'retryPolicy',
] as const;

const body = Compile(EnqueueBody);
const headers = Compile(EnqueueHeaders);

/** What the API would make of it; null when it refuses it by form. */
function byHttp({ input, key, retryPolicy, ...said }: Said) {
  try {
    const members = Object.entries(said).map(
      ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`,
    );
    if (input !== undefined) members.push(`"input":${input}`);
    if (retryPolicy !== undefined) members.push(`"retryPolicy":${retryPolicy}`);
    const text = readJsonText(Buffer.from(`{${members.join(',')}}`));
    const value = text.value;
    if (!body.Check(value) || !headers.Check(key === undefined ? {} : { 'idempotency-key': key }))
      return null;
    const { workflowType } = value;
    return { workflowType, input: text.memberText('input'), attributes: attributesOf(value) };
  } catch {
    return null;
  }
}

/** What the function writes, with the digest that it would compare; null when it refuses it. */
async function bySql(said: Said) {
  await client.query('begin');
  try {
    await client.query(
      `select sluice.enqueue('acme', $1, $2::text, idempotency_key => $3, reference => $4, labels => $5, start_after => $6, start_before => $7,
         execution_timeout => $8, retry_policy => $9)`,
      [
        said.workflowType,
        said.input,
        said.key,
        said.reference,
        said.labels === undefined ? undefined : JSON.stringify(said.labels),
        said.startAfter,
        said.startBefore,
        said.executionTimeout,
        said.retryPolicy,
      ],
    );
  } catch (error) {
    assert.match((error as pg.DatabaseError).code!, /^22(023|P02)$/, (error as Error).message);
    await client.query('rollback');
    return null;
  }
  await client.query('commit');
  const { rows } = await callers.database.pool.query<{
    workflowType: string;
    input: string | null;
    attributes: RequestAttributes | null;
    text: string | null;
  }>(`with gone as (delete from inbox returning *)
    select workflow_type as "workflowType", input, attributes, attributes_text(attributes) as text from gone`);
  return rows[0]!;
}

const future = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

const character = fc.oneof(
  { weight: 8, arbitrary: fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 1 }) },
  fc.constantFrom(
    'é',
    '€',
    '\u{1f600}',
    '\u007f',
    '\u0085',
    '\u009f',
    '\u00a0',
    '\u2028',
    '\t',
    '"',
    '\\',
    '/',
    '\u0001',
  ),
);
const textOf = (lengths: readonly number[]) =>
  fc
    .tuple(
      fc.constantFrom(...lengths),
      fc.array(character, { maxLength: 4 }),
      fc.constantFrom('a', '\u{1f600}'),
    )
    .map(([length, some, fill]) =>
      [...some, ...Array<string>(length).fill(fill)].slice(0, Math.max(length, 0)).join(''),
    );
const name = fc.oneof(
  { weight: 6, arbitrary: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}$/) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 99 }).map(String) },
  fc.constantFrom(
    '4294967294',
    '4294967295',
    '4294967296',
    '007',
    '0',
    'a'.repeat(63),
    'a'.repeat(64),
    '.a',
    'ä',
    '',
  ),
);
const labels = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.dictionary(
      name,
      fc.oneof(
        { weight: 5, arbitrary: fc.string({ unit: character, maxLength: 6 }) },
        textOf([254, 255, 256]),
      ),
      { maxKeys: 5, noNullPrototype: true },
    ),
  },
  fc.constantFrom(
    ...[15, 16, 17].map((size) =>
      Object.fromEntries(Array.from({ length: size }, (_, index) => [`l${index}`, 'v'])),
    ),
  ),
  fc.constantFrom<unknown>([], 'text', 1, { a: 1 }, { a: null }),
);
const number = fc.oneof(
  fc.constantFrom(
    '1',
    '1.0',
    '1e0',
    '2',
    '0.5',
    '0.001',
    '0.0009',
    '1000',
    '1000.5',
    '31536000',
    '31536000.5',
    '31536001',
    '0',
    '-1',
    '2147483647',
    '2147483648',
    '5.0',
    '5.5',
    '1e400',
    '1e-400',
    '"1"',
    'null',
    '0.30000000000000004',
    '1.10',
    '123456789.123456789',
  ),
  fc.double({ min: 0.001, max: 1000, noNaN: true }).map(String),
);
const policyMember = fc.oneof(
  fc.tuple(
    fc.constantFrom('initialInterval', 'backoffCoefficient', 'maximumInterval', 'maximumAttempts'),
    number,
  ),
  fc.tuple(
    fc.constant('nonRetryableErrorTypes'),
    fc.oneof(
      fc
        .array(fc.string({ unit: character, minLength: 1, maxLength: 5 }), { maxLength: 4 })
        .map((types) => JSON.stringify(types)),
      fc.constantFrom(
        '[]',
        '[""]',
        '[1]',
        '"Error"',
        JSON.stringify(Array(32).fill('E')),
        JSON.stringify(Array(33).fill('E')),
        JSON.stringify(['E'.repeat(255)]),
        JSON.stringify(['E'.repeat(256)]),
      ),
    ),
  ),
  fc.tuple(fc.constant('unheardOf'), fc.constant('1')),
);
const retryPolicy = fc.oneof(
  {
    weight: 9,
    arbitrary: fc
      .uniqueArray(policyMember, { selector: ([member]) => member, maxLength: 4 })
      .map((members) => `{${members.map(([member, value]) => `"${member}":${value}`).join(', ')}}`),
  },
  fc.constantFrom('[]', '1', 'null'),
);
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const input = fc.oneof(
  { weight: 5, arbitrary: fc.json() },
  { weight: 2, arbitrary: fc.json().map((text) => ` \t${JSON.stringify(JSON.parse(text), null, 1)}\r\n`) },
  fc.constantFrom(
    '"\\ud83d"',
    '"\\ude00"',
    '"\\ud83d\\ude00"',
    '"\\\\ud83d"',
    '"\\ud83d\\\\\\ude00"',
    '"\\uD83D\\uDE00\\uD83D"',
    '"\\ud83d\\ud83d\\ude00\\ude00"',
    '"\\u0000"',
    '"\\ud83dx\\ude00"',
    nested(63),
    nested(64),
    `{"a":${nested(62)}}`,
    `{"a":${nested(63)}}`,
    `[${'[],'.repeat(70)}[]]`,
    `["${'['.repeat(90)}\\"${'{'.repeat(90)}"]`,
    `[${'"\\\\",'.repeat(70)}${nested(62)}]`,
    '',
    ' ',
    '{',
    '[1,]',
    '01',
    '1.',
    '-0',
    '1e5',
    'nul',
    '{"a":1,"a":2}',
    '{a:1}',
    "'a'",
    '"a\nb"',
    '\ufeff1',
    '1 2',
    '"\\x"',
    '\u00a01',
  ),
);
const anything: fc.Arbitrary<Said> = fc.record(
  {
    workflowType: fc.oneof(
      { weight: 9, arbitrary: fc.constant('fulfilOrder') },
      textOf([0, 1, 199, 200, 201]),
    ),
    input,
    key: textOf([0, 1, 254, 255, 256]),
    reference: textOf([0, 1, 255, 256, 257]),
    labels,
    startAfter: fc.constantFrom(
      future(-3600),
      future(3600),
      future(7200.0009),
      '2001-01-01T00:00:00.1234Z',
      '1969-12-31T23:59:59.999+05:45',
    ),
    startBefore: fc.constantFrom(future(3600), future(7200), future(7201)),
    executionTimeout: fc.constantFrom(-1, 0, 1, 86_400),
    retryPolicy,
  },
  { requiredKeys: ['workflowType'] },
);

/** Some members of it, so that one that is refused does not hide the others. */
const said = fc
  .tuple(anything, fc.subarray([...MEMBERS], { minLength: 1, maxLength: 4 }))
  .map(([{ workflowType, ...rest }, members]): Said => ({
    workflowType,
    ...Object.fromEntries(
      Object.entries(rest).filter(([member]) => (members as readonly string[]).includes(member)),
    ),
  }));

test('the function takes and refuses by form what HTTP does, and keeps the same of it, with the same digest', async () => {
  const runs = { accepted: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(said, async (one) => {
      const http = byHttp(one);
      const sql = await bySql(one);
      assert.equal(
        sql === null,
        http === null,
        `HTTP ${http === null ? 'refuses' : 'takes'} what SQL ${sql === null ? 'refuses' : 'takes'}`,
      );
      if (http === null || sql === null) {
        runs.refused++;
        return;
      }
      runs.accepted++;
      const { text, ...kept } = sql;
      assert.deepEqual(kept, http);
      assert.equal(text, http.attributes && attributesText(http.attributes));
    }),
    { numRuns: 1_500 },
  );
  assert.ok(runs.accepted > 100 && runs.refused > 100, JSON.stringify(runs));
});

const wellFormed = said.filter((one) => byHttp(one) !== null);

test('a repeat by SQL of what HTTP has accepted is known by its digest, with attributes and without', async () => {
  const { pool } = callers.database;
  await fc.assert(
    fc.asyncProperty(wellFormed, fc.uuid({ version: 7 }), async (one, id) => {
      const request = byHttp(one)!;
      await pool.query(
        `insert into executions (id, workspace_id, seq, workflow_type, idempotency_key, content_digest) values ($1, 'acme', 1, $2, 'a key', decode($3, 'hex'))`,
        [id, request.workflowType, contentDigest(request)],
      );
      const { rows } = await client.query<{ id: string }>(
        `select sluice.enqueue('acme', $1, $2::text, idempotency_key => 'a key', reference => $3, labels => $4, start_after => $5, start_before => $6,
           execution_timeout => $7, retry_policy => $8) as id`,
        [
          one.workflowType,
          one.input,
          one.reference,
          one.labels === undefined ? undefined : JSON.stringify(one.labels),
          one.startAfter,
          one.startBefore,
          one.executionTimeout,
          one.retryPolicy,
        ],
      );
      await pool.query('with gone as (delete from executions) delete from inbox');
      assert.equal(rows[0]!.id, id);
    }),
    { numRuns: 500 },
  );
});
