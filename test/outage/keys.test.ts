import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Database, openDatabase } from '../../src/db/connection/database.ts';
import { revokeKey } from '../../src/db/keys/revoke-key.ts';
import { TRUSTED_MS } from '../../src/keys/key-ring.ts';
import { newKey } from '../../src/keys/key-text.ts';
import { freePort } from '../../src/local/processes/ports.ts';
import type { Service } from '../../src/local/processes/service.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { insertTestKey } from '../support/keys.ts';
import { startProcess } from '../support/processes/start-process.ts';
import { REPOSITORY } from '../support/processes/started.ts';
import { TcpProxy } from '../support/proxy.ts';

/** For a request that was under way, on a busy machine. */
const SLACK_MS = 1_000;

const folder = mkdtempSync(join(tmpdir(), 'sluice-keys-'));
const fileKey = newKey().text;
const services: Service[] = [];
const urls: string[] = [];
let testDatabase: TestDatabase;
let database: Database;
let proxy: TcpProxy;

before(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase({
    url: testDatabase.url,
    poolSize: 2,
    applicationName: 'test',
    onError: () => {},
  });
  proxy = new TcpProxy(new URL(testDatabase.url));
  const url = (await proxy.url()).toString();
  writeFileSync(join(folder, 'admin.key'), `${fileKey}\n`);
  for (const name of ['one', 'two']) {
    const port = await freePort();
    services.push(
      await startProcess({
        name,
        kind: 'api',
        folder: REPOSITORY,
        port,
        settings: {
          DATABASE_URL: url,
          ADMIN_KEY_FILE: join(folder, 'admin.key'),
          TEMPORAL_ADDRESS: `127.0.0.1:${await freePort()}`,
          SHUTDOWN_GRACE_SECONDS: '1',
        },
        logFile: join(folder, `${name}.log`),
        onSpawn: () => {},
      }),
    );
    urls.push(`http://127.0.0.1:${port}`);
  }
});
after(async () => {
  for (const service of services) await service.stop();
  proxy.close();
  await database.close();
  await testDatabase.drop();
  rmSync(folder, { recursive: true });
});

/** Needs a right, and nothing of Postgres. */
const statusOf = async (url: string, key: string) => {
  const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${key}` } });
  await answer.text();
  return answer.status;
};

/** How long it lets somebody in from now on, in milliseconds; asks all the time. */
async function letsInFor(url: string, key: string, answersThen: number): Promise<number> {
  const begun = performance.now();
  for (;;) {
    const status = await statusOf(url, key);
    const tookMs = performance.now() - begun;
    if (status === answersThen) return tookMs;
    assert.equal(status, 200);
    assert.ok(tookMs < TRUSTED_MS + 10 * SLACK_MS, 'it still lets somebody in');
  }
}

test('a revocation takes effect within 3 s in every process, in one that is asked all the time and in one that was asked before', async (t) => {
  const [busy, quiet] = [await insertTestKey(database), await insertTestKey(database)];
  for (const url of urls) for (const key of [busy, quiet]) assert.equal(await statusOf(url, key.text), 200);
  for (const { id } of [busy, quiet]) await revokeKey(database, id);
  const took = await Promise.all(urls.map((url) => letsInFor(url, busy.text, 401)));
  t.diagnostic(`in use: ${took.map((ms) => ms.toFixed(0)).join(' and ')} ms`);
  for (const tookMs of took) assert.ok(tookMs < TRUSTED_MS + SLACK_MS, `${tookMs} ms`);
  const later = await Promise.all(urls.map((url) => letsInFor(url, quiet.text, 401)));
  for (const tookMs of later) assert.ok(tookMs < TRUSTED_MS + SLACK_MS, `${tookMs} ms`);
});

test('while Postgres is away no key is trusted for longer than 3 s: 503 and never 401, and the key of the file still holds', async (t) => {
  const [known, unknown] = [await insertTestKey(database), newKey().text];
  const [url] = urls as [string];
  assert.equal(await statusOf(url, known.text), 200);
  proxy.cut();
  try {
    const tookMs = await letsInFor(url, known.text, 503);
    t.diagnostic(`in use: ${tookMs.toFixed(0)} ms`);
    assert.ok(tookMs < TRUSTED_MS + SLACK_MS, `${tookMs} ms`);
    assert.equal(await statusOf(url, unknown), 503);
    assert.equal(await statusOf(url, fileKey), 200);
    await revokeKey(database, known.id);
  } finally {
    proxy.mend();
  }
  await eventually(async () => assert.equal(await statusOf(url, known.text), 401));
  assert.equal(await statusOf(url, unknown), 401);
});
