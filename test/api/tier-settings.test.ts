import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startApi } from '../../src/api/server/start-api.ts';
import { ConfigError, readConfig } from '../../src/config/config.ts';
import { DatabaseUnusableError } from '../../src/db/connection/database-unusable.ts';
import { onServer } from '../../src/db/server/on-server.ts';
import { freePort } from '../../src/local/processes/ports.ts';
import { createLog } from '../../src/process/log.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { setTier } from '../support/rows.ts';

let testDatabase: TestDatabase;
before(async () => (testDatabase = await createTestDatabase()));
after(() => testDatabase.drop());

/** Starts and stops an API, and returns what it warned of meanwhile. */
async function warningsAtStart(settings: Record<string, string>): Promise<string[]> {
  const config = readConfig({ DATABASE_URL: testDatabase.url, PORT: '0', AUTH: 'none', ...settings });
  const log = createLog({ level: 'silent', process: 'test' });
  const warnings: string[] = [];
  log.warn = (...words: unknown[]) => void warnings.push(String(words.at(-1)));
  const api = await startApi(config, log, {
    address: `127.0.0.1:${await freePort()}`,
    isAddressSet: true,
    namespace: 'default',
    access: {},
  });
  await api.stop();
  return warnings;
}

test('a tier setting that differs from the row is named once at the start, with what changes the row', async () => {
  const warnings = await warningsAtStart({
    TIER_PRO_CONCURRENT_LIMIT: '7',
    TIER_PRO_MAX_PENDING: '10000',
    TIER_ENTERPRISE_MAX_DURATION_SECONDS: '60',
  });
  assert.equal(warnings.length, 1);
  const [warning] = warnings;
  assert.match(warning!, /TIER_PRO_CONCURRENT_LIMIT=7 \(in force: 5\)/);
  assert.match(warning!, /TIER_ENTERPRISE_MAX_DURATION_SECONDS=60 \(in force: 604800\)/);
  assert.match(warning!, /PUT \/v1\/tiers\/pro or PUT \/v1\/tiers\/enterprise/);
  assert.doesNotMatch(warning!, /MAX_PENDING/);
});

test('a tier that was changed is not held against settings that are not set, nor against those that say the same', async () => {
  await onServer(testDatabase.url, (client) => setTier(client, 'pro', { limit: 9 }));
  assert.deepEqual(await warningsAtStart({}), []);
  assert.deepEqual(await warningsAtStart({ TIER_PRO_CONCURRENT_LIMIT: '9' }), []);
});

test('tiers that keep all that has ended are named at the start, in one line with the commands that give them a retention', async () => {
  const setRetention = (retentionDays: 0 | 30, payloadRetentionDays: 0 | 30) =>
    onServer(testDatabase.url, async (client) => {
      for (const tier of ['pro', 'enterprise'] as const)
        await setTier(client, tier, { retentionDays, payloadRetentionDays });
    });
  await setRetention(0, 0);
  const warnings = await warningsAtStart({});
  assert.equal(warnings.length, 1);
  assert.match(warnings[0]!, /^nothing is deleted of the tier pro, enterprise, because it has no retention/);
  await setRetention(0, 30);
  assert.deepEqual(await warningsAtStart({}), []);
  await setRetention(30, 30);
  assert.deepEqual(await warningsAtStart({}), []);
});

test('a retention setting takes the classes there are, and payloads for no longer than executions', () => {
  const { pro } = readConfig({ TIER_PRO_RETENTION_DAYS: '0', TIER_PRO_PAYLOAD_RETENTION_DAYS: '365' }).tiers;
  assert.deepEqual([pro.retentionDays, pro.payloadRetentionDays], [0, 365]);
  for (const [settings, problem] of [
    [{ TIER_PRO_RETENTION_DAYS: '31' }, /TIER_PRO_RETENTION_DAYS is "31"; allowed: 0, 7, 30, 90, 365\./],
    [
      { TIER_PRO_RETENTION_DAYS: '7' },
      /TIER_PRO_PAYLOAD_RETENTION_DAYS is 30 and TIER_PRO_RETENTION_DAYS is 7:/,
    ],
    [
      { TIER_PRO_PAYLOAD_RETENTION_DAYS: '0' },
      /TIER_PRO_PAYLOAD_RETENTION_DAYS is 0 and .* Set .* to 30 or less/,
    ],
  ] as const)
    assert.throws(
      () => readConfig(settings),
      (error) => error instanceof ConfigError && error.problems.length === 1 && problem.test(error.message),
    );
});

test('a database without the row of a tier is refused, with what makes it', async () => {
  const other = await createTestDatabase();
  try {
    await onServer(other.url, async (client) => {
      await assert.rejects(client.query(`delete from tiers where name = 'pro'`), { code: '23503' });
      await client.query('delete from tier_changes');
      await client.query(`delete from tiers where name = 'pro'`);
    });
    await assert.rejects(
      warningsAtStart({ DATABASE_URL: other.url }),
      (error) =>
        error instanceof DatabaseUnusableError && /tier pro; run `npx sluice migrate`/.test(error.message),
    );
  } finally {
    await other.drop();
  }
});
