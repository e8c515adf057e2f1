import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startApi } from '../../../src/api/server/start-api.ts';
import { readConfig } from '../../../src/config/config.ts';
import { type Database, openDatabase } from '../../../src/db/connection/database.ts';
import { createLog } from '../../../src/process/log.ts';
import type { Running } from '../../../src/process/run-process.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { insertTestKey, type TestKey } from '../../support/keys.ts';
import { testTemporal } from '../../support/temporal.ts';

let testDatabase: TestDatabase;
let database: Database;
let api: Running & { readonly url: string };
let key: TestKey;
const lines: string[] = [];
before(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase({ url: testDatabase.url, poolSize: 1, applicationName: 'test', onError: () => {} });
  key = await insertTestKey(database);
  const log = createLog({
    level: 'trace',
    process: 'test',
    destination: { write: (line: string) => void lines.push(line) },
  });
  const config = readConfig({ PORT: '0', DATABASE_URL: testDatabase.url, SHUTDOWN_GRACE_SECONDS: '1' });
  api = await startApi(config, log, testTemporal(import.meta.url));
});
after(async () => {
  await api.stop();
  await database.close();
  await testDatabase.drop();
});

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: string;
}

async function call(path: string, init: RequestInit = {}, headers = {}): Promise<Answer> {
  const given = Object.entries({ ...key.headers, ...headers }).filter(([, value]) => value !== '');
  const answer = await fetch(`${api.url}${path}`, { ...init, headers: Object.fromEntries(given) });
  const all = JSON.stringify([...answer.headers]);
  return { status: answer.status, text: await answer.text(), headers: all };
}

const json = { 'content-type': 'application/json' };
const post = (path: string, body: object) => call(path, { method: 'POST', body: JSON.stringify(body) }, json);

test('no key and no token gets into the log or another answer, wherever a caller has put it', async () => {
  const [, , secret] = key.text.split('_');
  await call('/v1/workspaces/acme', { method: 'PUT', body: '{"tier":"pro"}' }, json);
  const enqueued = await post('/v1/workspaces/acme/executions', { workflowType: 'demo' });
  const { id } = JSON.parse(enqueued.text) as { id: string };
  const path = `/v1/workspaces/acme/executions/${id}`;
  const { token } = JSON.parse((await post(`${path}/tokens`, {})).text) as { token: string };
  const mac = token.split('_')[4]!;

  const answers = [
    await call(`${path}?token=${token}`, {}, { authorization: '' }),
    await call(`${path}?%74oken=${token}`, {}, { authorization: '' }),
    await call(`${path}?t%6Fken=%73lr${token.slice(3)}`, {}, { authorization: '' }),
    await call(`${path}/events?token=${token}x`, {}, { authorization: '' }),
    await call('/v1/tiers', {}, { authorization: `Bearer ${key.text}x` }),
    await call('/v1/tiers', {}, { authorization: `Basic ${key.text}` }),
    await call('/v1/keys'),
    await call('/v1/keys', { method: 'POST', body: `{"name":"${key.text}"` }, json),
  ];
  assert.deepEqual(
    answers.slice(0, 3).map(({ status }) => status),
    [200, 200, 200],
  );
  const named = [
    await call(`/v1/${key.text}`),
    await call(`/v1/keys/${key.text}`, { method: 'DELETE' }),
    await call(`/v1/tiers?cursor=${key.text}`),
    await call(`${path}?wait=${key.text}`),
  ];
  const made = await post('/v1/keys', { name: 'made', workspaceId: 'acme', rights: ['read'] });
  const madeSecret = (JSON.parse(made.text) as { key: string }).key.split('_')[2]!;
  await database.pool.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()',
  );
  await call('/v1/tiers');

  assert.ok(lines.filter((line) => line.includes('"answered"')).length >= answers.length + named.length);
  assert.ok(lines.some((line) => line.includes('token=[redacted]')));
  const logged = lines.join('');
  for (const [what, text] of Object.entries({ secret, mac, madeSecret }))
    assert.ok(
      !logged.includes(text!),
      `the log has the ${what}: ${lines.find((line) => line.includes(text!))}`,
    );
  for (const { text, headers } of answers)
    for (const one of [secret!, mac]) assert.ok(!text.includes(one) && !headers.includes(one), text);
});
