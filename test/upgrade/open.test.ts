import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { checkDatabase } from '../../src/db/connection/check-database.ts';
import { openDatabase } from '../../src/db/connection/database.ts';
import { migrateDatabase } from '../../src/db/migrate-database.ts';
import { DEFAULT_TIER_CONFIGS } from '../../src/domain/tier.ts';
import type { TestDatabase } from '../support/database.ts';
import { BEFORE_KEYS, createKeptDatabase, onKeptDatabase } from './kept-database.ts';

const databases: TestDatabase[] = [];
after(async () => {
  for (const database of databases) await database.drop();
});

const TABLES = [
  'ended_executions',
  'events',
  'executions',
  'limit_changes',
  'payloads',
  'tier_changes',
  'tiers',
  'workspaces',
];

/** Each row as text, without what has been added since: it is null, or one of these. */
async function rowsOf(url: string): Promise<Record<string, string[]>> {
  return await onKeptDatabase(url, async (client) => {
    const all: Record<string, string[]> = {};
    for (const table of TABLES) {
      const { rows } = await client.query<{ row: string }>(
        `select jsonb_strip_nulls(to_jsonb(t) - array['scheduled', 'scheduled_bytes', 'reserved_through_seq', 'recall_number', 'is_recalling', 'recall_wanted'])::text as row from ${table} t order by 1`,
      );
      all[table] = rows.map(({ row }) => row);
    }
    return all;
  });
}

test('a database of the release that knew no keys keeps every row as it was, and serves this release', async () => {
  const kept = await createKeptDatabase(BEFORE_KEYS);
  databases.push(kept);
  const before = await rowsOf(kept.url);
  for (const table of TABLES) assert.ok(before[table]!.length > 0, `${table} has rows`);
  await migrateDatabase(kept.url, DEFAULT_TIER_CONFIGS, () => {});
  assert.deepEqual(await rowsOf(kept.url), before);

  const database = openDatabase({
    url: kept.url,
    poolSize: 1,
    applicationName: 'sluice-test',
    onError: () => {},
  });
  await checkDatabase(database, kept.url);
  const { rows } = await database.pool.query('select count(*)::integer as rows from api_keys');
  assert.deepEqual(rows, [{ rows: 0 }]);
  const { rows: counted } = await database.pool.query(
    'select distinct scheduled, scheduled_bytes as bytes from workspaces',
  );
  assert.deepEqual(counted, [{ scheduled: 0, bytes: '0' }]);
  await database.close();
});
