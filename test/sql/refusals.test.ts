import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { configSchema } from '../../src/config/config.ts';
import { KNOWN_FOR_MINUTES } from '../../src/enqueue/known-workflow-types.ts';
import { AHEAD_MAX_DAYS } from '../../src/enqueue/start-times.ts';
import { REPOSITORY } from '../support/processes/started.ts';
import { type Callers, openCallers } from './callers.ts';

let callers: Callers;
let client: pg.Client;

before(async () => {
  callers = await openCallers();
  client = await (await callers.role('shop', [['*'], ['*', 'put_workspace']])).connect();
});
after(() => callers.close());

interface Refusal {
  readonly code: string;
  readonly says: RegExp;
  /** Done before, and undone after. */
  readonly given?: readonly [string, string];
}

const DELETING = [
  `update sluice.workspaces set deleting_since = now() where id = 'acme'`,
  `update sluice.workspaces set deleting_since = null where id = 'acme'`,
] as const;

const REFUSALS: readonly (readonly [call: string, Refusal])[] = [
  [`enqueue(null, 'x')`, { code: '22023', says: /workspace is not the id/ }],
  [`enqueue('a.b', 'x')`, { code: '22023', says: /workspace is not the id/ }],
  [`enqueue(repeat('a', 65), 'x')`, { code: '22023', says: /workspace is not the id/ }],
  [`enqueue('acme', null)`, { code: '22023', says: /workflow_type/ }],
  [`enqueue('acme', repeat('x', 201))`, { code: '22023', says: /workflow_type/ }],
  [`enqueue('acme', 'x', null::text, '')`, { code: '22023', says: /idempotency_key/ }],
  [`enqueue('acme', 'x', null::text, 'é')`, { code: '22023', says: /idempotency_key/ }],
  [`enqueue('acme', 'x', reference => '')`, { code: '22023', says: /reference/ }],
  [`enqueue('acme', 'x', labels => '[]')`, { code: '22023', says: /labels is not a JSON object/ }],
  [`enqueue('acme', 'x', labels => '{"-":"b"}')`, { code: '22023', says: /the label "-"/ }],
  [`enqueue('acme', 'x', start_after => 'infinity')`, { code: '22023', says: /start_after is no time/ }],
  [
    `enqueue('acme', 'x', start_after => now() + interval '367 days')`,
    { code: '22023', says: /start_after is more than 366 days ahead/ },
  ],
  [
    `enqueue('acme', 'x', start_before => now() + interval '367 days')`,
    { code: '22023', says: /start_before is more than 366 days ahead/ },
  ],
  [`enqueue('acme', 'x', start_before => now())`, { code: '22023', says: /start_before has passed/ }],
  [
    `enqueue('acme', 'x', start_after => now() + interval '2 hours', start_before => now() + interval '2 hours')`,
    { code: '22023', says: /start_before is not later than start_after/ },
  ],
  [
    `enqueue('acme', 'x', execution_timeout => 0)`,
    { code: '22023', says: /execution_timeout is less than 1/ },
  ],
  [
    `enqueue('acme', 'x', execution_timeout => 86401)`,
    { code: '22023', says: /execution_timeout is more than 86400/ },
  ],
  [
    `enqueue('acme', 'x', retry_policy => '[]')`,
    { code: '22023', says: /retry_policy is not a JSON object/ },
  ],
  [
    `enqueue('acme', 'x', retry_policy => '{"maximumAttempts":0}')`,
    { code: '22023', says: /retry_policy.maximumAttempts is not a number from 1/ },
  ],
  [
    `enqueue('acme', 'x', retry_policy => '{"attempts":1}')`,
    { code: '22023', says: /the member "attempts", which is not known/ },
  ],
  [
    `enqueue('acme', 'x', retry_policy => '{"maximumInterval":0.5}')`,
    { code: '22023', says: /maximumInterval is less than initialInterval/ },
  ],
  [`enqueue('acme', 'x', E'"\\\\ud83d"')`, { code: '22023', says: /half of a surrogate pair/ }],
  [`enqueue('acme', 'x', repeat('[', 64) || repeat(']', 64))`, { code: '22023', says: /deeper than 63/ }],
  [`enqueue('acme', 'x', repeat('[', 200000))`, { code: '22023', says: /deeper than 63/ }],
  [
    `enqueue('acme', 'unheardOf')`,
    {
      code: '22023',
      says: /do not know the workflow type "unheardOf"/,
      given: [
        `truncate sluice.workflow_types; insert into sluice.workflow_types values ('x', now()), ('unheardOf', now() - interval '11 minutes')`,
        `truncate sluice.workflow_types; insert into sluice.workflow_types values ('*', now())`,
      ],
    },
  ],
  [`enqueue('acme', 'x', '')`, { code: '22P02', says: /input is not JSON/ }],
  [`enqueue('acme', 'x', '{"order":')`, { code: '22P02', says: /input is not JSON/ }],
  [
    `enqueue('acme', 'x', to_jsonb(repeat('x', 262143)))`,
    { code: '54000', says: /input has 262145 bytes; at most 262144/ },
  ],
  [
    `enqueue('acme', 'x', to_jsonb(repeat('x', 524287)))`,
    { code: '54000', says: /no installation takes more than 524288/ },
  ],
  [
    `enqueue('acme', 'x', '[1,2]')`,
    {
      code: '54000',
      says: /input has 5 bytes; at most 4/,
      given: [
        'update sluice.deployment set max_input_bytes = 4',
        'update sluice.deployment set max_input_bytes = null',
      ],
    },
  ],
  [
    `enqueue('acme', 'x')`,
    {
      code: '53400',
      says: /10000 executions of the workspace acme wait in the queue, and its tier allows 10000/,
      given: [
        `update sluice.workspaces set pending = 9000, scheduled = 1000 where id = 'acme'`,
        `update sluice.workspaces set pending = 0, scheduled = 0 where id = 'acme'`,
      ],
    },
  ],
  [
    `enqueue('acme', 'x', '[1,2]')`,
    {
      code: '53400',
      says: /have 268435452 bytes, this one has 5, and its tier allows 268435456/,
      given: [
        `update sluice.workspaces set pending_bytes = 268435450, scheduled_bytes = 2 where id = 'acme'`,
        `update sluice.workspaces set pending_bytes = 0, scheduled_bytes = 0 where id = 'acme'`,
      ],
    },
  ],
  [`enqueue('acme', 'x')`, { code: '55000', says: /acme is being deleted/, given: DELETING }],
  [`put_workspace('acme', 'pro')`, { code: '55000', says: /acme is being deleted/, given: DELETING }],
  [`put_workspace(null, 'pro')`, { code: '22023', says: /id is not the id/ }],
  [`put_workspace('a b', 'pro')`, { code: '22023', says: /id is not the id/ }],
  [`put_workspace('acme', 'gold')`, { code: '22023', says: /there is no tier gold/ }],
  [`put_workspace('acme', null)`, { code: '22023', says: /there is no tier/ }],
  [
    `enqueue('nowhere', 'x')`,
    { code: '42501', says: /may not enqueue in the workspace nowhere, or there is none/ },
  ],
];

for (const [call, { code, says, given }] of REFUSALS)
  test(`${call.slice(0, 80)}${given ? ` after ${given[0].slice(0, 60)}` : ''} is refused with ${code}, a sentence and what to do`, async () => {
    if (given) await callers.asOwner(given[0]);
    try {
      await client.query(`select sluice.${call}`);
      assert.fail('it was not refused');
    } catch (error) {
      assert.ok(error instanceof pg.DatabaseError, String(error));
      assert.equal(error.code, code);
      assert.match(error.message, says);
      assert.match(error.hint ?? '', /^[A-Z].*[.\w)*]$/);
    } finally {
      if (given) await callers.asOwner(given[1]);
    }
    assert.deepEqual(await callers.inbox(), []);
  });

test('the page lists each SQLSTATE that the functions raise, and no other', () => {
  const page = readFileSync(join(REPOSITORY, 'docs/transactional-enqueue.md'), 'utf8');
  const listed = [...page.matchAll(/^\| `(\w{5})` \|/gm)].map((match) => match[1]!);
  assert.deepEqual(listed.toSorted(), [...new Set(REFUSALS.map(([, { code }]) => code))].toSorted());
});

test('the figures in SQL that no request shows are those of the code', () => {
  const migration = readFileSync(join(REPOSITORY, 'drizzle/0011_enqueue.sql'), 'utf8');
  const { maximum, default: unless } = configSchema.properties.MAX_INPUT_BYTES as {
    maximum?: number;
    default?: number;
  };
  assert.ok(migration.includes(`octet_length(kept_input) > ${maximum} then`), 'MAX_INPUT_BYTES at most');
  assert.ok(migration.includes(`coalesce(d.max_input_bytes, ${unless})`), 'MAX_INPUT_BYTES by default');
  assert.ok(migration.includes(`interval '${AHEAD_MAX_DAYS} days'`), 'days ahead');
  assert.ok(
    migration.includes(`- interval '${KNOWN_FOR_MINUTES} minutes'`),
    'minutes for which a type is known',
  );
});
