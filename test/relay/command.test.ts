import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createEmptyDatabase, type TestDatabase } from '../support/database.ts';
import { sluice } from '../support/processes/sluice-command.ts';
import { createOutbox } from './outbox.ts';

let database: TestDatabase;
before(async () => {
  database = await createEmptyDatabase();
});
after(() => database.drop());

const WRONG: { args: string[]; settings?: Record<string, string>; code: number; says: RegExp }[] = [
  { args: [], code: 2, says: /^UsageError: --outbox-url is missing, and OUTBOX_URL is not set/ },
  {
    args: ['--outbox-url', 'mysql://a/b'],
    code: 2,
    says: /^UsageError: --outbox-url, or OUTBOX_URL, is no postgres/,
  },
  {
    args: ['--outbox-url', 'postgres://relay:hidden@127.0.0.1:1/shop'],
    code: 2,
    says: /^UsageError: --outbox-url has a password in it\. It belongs into OUTBOX_URL/,
  },
  { args: ['--outbox-url', 'postgres://relay@127.0.0.1:1/shop', '--url', 'sluice'], code: 2, says: /--url/ },
  {
    args: ['--outbox-url', 'postgres://relay@127.0.0.1:1/shop', '--key-file', 'no/such/file'],
    code: 2,
    says: /^UsageError: The key file cannot be read/,
  },
  {
    args: ['--outbox-url', 'postgres://relay@127.0.0.1:1/shop', '--keep', 'ever'],
    code: 2,
    says: /--keep ever is no whole/,
  },
  {
    args: [],
    settings: { OUTBOX_URL: 'hidden' },
    code: 1,
    says: /^ConfigError: [^]*OUTBOX_URL is not a URL of that form/,
  },
  {
    args: [],
    settings: { OUTBOX_URL: 'postgres://relay:hidden@127.0.0.1:1/shop' },
    code: 1,
    says: /^OutboxUnusableError: The outbox at OUTBOX_URL, or --outbox-url, cannot be used: connect ECONNREFUSED/,
  },
];

for (const { args, settings, code, says } of WRONG)
  test(`\`sluice relay ${args.join(' ')}\` with ${JSON.stringify(settings ?? {})} ends with ${code}, and shows no password`, async () => {
    const ended = await sluice(['relay', ...args], settings);
    assert.equal(ended.code, code, ended.stderr);
    assert.match(ended.stderr, says);
    assert.doesNotMatch(ended.stderr, /hidden/);
  });

test('a database without an outbox is refused with the file to apply, one without rights with the page that lists them', async () => {
  const none = await sluice(['relay'], { OUTBOX_URL: database.url });
  assert.equal(none.code, 1);
  assert.match(
    none.stderr,
    /^OutboxUnusableError: [^\n]*\n {2}Apply deploy\/outbox\/outbox\.sql to that database by psql/,
  );

  const outbox = await createOutbox();
  const { pathname } = new URL(outbox.url);
  const role = `sluice_test_relay_${pathname.slice(-12)}`;
  try {
    await outbox.pool.query(`create role ${role} login password 'hidden'`);
    const url = new URL(outbox.url);
    url.username = role;
    url.password = 'hidden';
    const ended = await sluice(['relay'], { OUTBOX_URL: url.href });
    assert.equal(ended.code, 1);
    assert.match(ended.stderr, /permission denied[^\n]*\n {2}Give the role of the relay the rights/);
  } finally {
    await outbox.pool.query(`drop role ${role}`);
    await outbox.close();
  }
});
