import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ApiUnderTest, startApiUnderTest } from '../api/api-under-test.ts';
import { sluice } from '../support/processes/sluice-command.ts';

let api: ApiUnderTest;
before(async () => (api = await startApiUnderTest({ AUTH: 'keys' })));
after(() => api.stop());

const keys = (...args: string[]) => sluice(['keys', ...args], { DATABASE_URL: api.databaseUrl });

async function created(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await keys('create', ...args);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^slc_\w+\n$/, 'the key stands alone on standard output');
  assert.ok(!stderr.includes(stdout.trim()));
  return stdout.trim();
}

const status = async (key: string, path: string, method: 'GET' | 'PUT' = 'GET', body?: unknown) =>
  (await api.call({ method, path, body, headers: { authorization: `Bearer ${key}` } })).status;

const idOf = (key: string) => key.split('_')[1]!;

test('the first admin key comes from the command, which can be run again: each one may do everything', async () => {
  const [first, second] = [await created('--admin'), await created('--admin', '--name', 'again')];
  assert.notEqual(first, second);
  for (const [index, key] of [first, second].entries())
    assert.equal(await status(key, '/v1/workspaces/acme', 'PUT', { tier: 'pro' }), index === 0 ? 201 : 200);
});

test('a key of a workspace may read, enqueue and cancel there unless told otherwise, and ends when it was said to', async () => {
  const expires = new Date(Date.now() + 3_600_000).toISOString();
  const key = await created('--name', 'web', '--workspace', 'acme', '--expires', expires);
  assert.equal(await status(key, '/v1/workspaces/acme'), 200);
  assert.equal(await status(key, '/v1/workspaces'), 403);
  const reader = await created('--name', 'reader', '--workspace', '*', '--right', 'read');
  assert.equal(await status(reader, '/v1/workspaces'), 200);
  const { stdout } = await keys('list');
  assert.match(stdout, new RegExp(`^${idOf(key)}  acme  enqueue,read,cancel  web  expires ${expires}`, 'm'));
  assert.ok(!stdout.includes(key.split('_')[2]!), 'no secret');
});

test('a rotated key holds beside its successor for the grace, and a revoked one no longer', async () => {
  const old = await created('--name', 'to rotate', '--workspace', '*', '--right', 'read');
  const rotated = await keys('rotate', idOf(old));
  assert.equal(rotated.code, 0, rotated.stderr);
  assert.match(rotated.stderr, /holds for 24 h more/);
  const successor = rotated.stdout.trim();
  for (const key of [old, successor]) assert.equal(await status(key, '/v1/workspaces'), 200);
  const { rows } = await api.database.pool.query(
    `select replaced_by, expires_at between now() + interval '23 hours' and now() + interval '24 hours' as expires from api_keys where id = $1`,
    [idOf(old)],
  );
  assert.deepEqual(rows, [{ replaced_by: idOf(successor), expires: true }]);
  assert.equal((await keys('rotate', idOf(old))).code, 1, 'once');
  assert.equal((await keys('rotate', idOf(successor), '--grace', '0')).code, 0);
  const never = await created('--name', 'to revoke', '--workspace', '*', '--right', 'read');
  assert.equal((await keys('revoke', idOf(never))).code, 0);
  assert.equal(await status(never, '/v1/workspaces'), 401);
});

test('what cannot be is refused by name, and nothing is made', async () => {
  const count = async () => (await api.database.pool.query('select count(*) from api_keys')).rows[0].count;
  const before = await count();
  const refused: [string[], RegExp, 1 | 2][] = [
    [[], /There is no `sluice keys `/, 2],
    [['creat'], /There is no `sluice keys creat`/, 2],
    [['create'], /Give either --admin or --workspace/, 2],
    [['create', '--admin', '--workspace', 'acme'], /Give either --admin or --workspace/, 2],
    [['create', '--workspace', 'acme'], /--name NAME is missing/, 2],
    [['create', '--name', 'x', '--workspace', 'nowhere'], /WorkspaceNotFoundError/, 1],
    [['create', '--name', 'x', '--workspace', 'acme', '--right', 'own'], /--right own is none of/, 2],
    [['create', '--name', 'x', '--workspace', 'acme', '--right', 'admin'], /cannot have --right admin/, 2],
    [['create', '--admin', '--expires', '2020-01-01T00:00:00Z'], /is not a time to come/, 2],
    [['revoke', 'abcdefghijkl'], /There is no key abcdefghijkl/, 1],
    [['rotate', 'abcdefghijkl'], /There is no key abcdefghijkl/, 1],
  ];
  for (const [args, says, ends] of refused) {
    const { code, stdout, stderr } = await keys(...args);
    assert.equal(code, ends, args.join(' '));
    assert.match(stderr, says);
    assert.equal(stdout, '');
  }
  assert.equal(await count(), before);
});

test('a key for ADMIN_KEY_FILE needs no database', async () => {
  const { code, stdout } = await keys('generate');
  assert.equal(code, 0);
  assert.match(stdout, /^slc_\w+\n$/);
});
