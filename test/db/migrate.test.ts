import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { migrateDatabase } from '../../src/db/migrate-database.ts';
import { onServer } from '../../src/db/server/on-server.ts';
import { DEFAULT_TIER_CONFIGS } from '../../src/domain/tier.ts';
import { eventually } from '../support/eventually.ts';

const name = `sluice_test_${randomBytes(6).toString('hex')}`;
const serverUrl = process.env['SLUICE_TEST_POSTGRES_URL']!;
const url = Object.assign(new URL(serverUrl), { pathname: `/${name}` }).toString();

const server = new pg.Client({ connectionString: serverUrl });
before(async () => {
  await server.connect();
  await server.query(`create database ${name}`);
});
after(async () => {
  await server.query(`drop database ${name} with (force)`);
  await server.end();
});

test('a migration that meets a held table gives up after two seconds, says so, and goes on when it is free', async () => {
  const other = new pg.Client({ connectionString: url });
  await other.connect();
  await other.query('create schema sluice');
  await other.query('begin');
  // Of the name that a migration makes a table by, so that it waits for this transaction.
  await other.query('create table sluice.workspaces (held boolean)');
  const said: string[] = [];
  const migrated = migrateDatabase(url, DEFAULT_TIER_CONFIGS, (line) => said.push(line));
  await eventually(() =>
    assert.ok(said.some((line) => line.startsWith('a table is held by another session'))),
  );
  await other.query('rollback');
  await other.end();
  await migrated;
  assert.ok(said.some((line) => line.startsWith('the tier pro begins with 5 executions at once')));
  await migrateDatabase(url, DEFAULT_TIER_CONFIGS, (line) =>
    assert.fail(`nothing is left to do, yet: ${line}`),
  );
});

test('the rows of tiers begin with what the configuration gives, and stay what they are whatever it gives later', async () => {
  const of = (limit: number) => ({
    ...DEFAULT_TIER_CONFIGS,
    pro: { ...DEFAULT_TIER_CONFIGS.pro, limit, maxDurationSeconds: limit, retentionDays: 90 } as const,
  });
  await onServer(url, async (client) => {
    await client.query('delete from tier_changes');
    await client.query(`delete from tiers where name = 'pro'`);
  });
  for (const [configured, said] of [
    [7, 1],
    [8, 0],
  ] as const) {
    const lines: string[] = [];
    const rows = await migrateDatabase(url, of(configured), (line) => lines.push(line));
    assert.equal(lines.length, said);
    assert.deepEqual(
      rows.map((row) => [row.name, row.limit, row.maxDurationSeconds, row.retentionDays]),
      [
        ['pro', 7, 7, 90],
        ['enterprise', 10, 604_800, 30],
      ],
    );
  }
  const { rows } = await onServer(url, (client) =>
    client.query('select source, tier, "limit" from tier_changes'),
  );
  assert.deepEqual(rows, [{ source: 'configuration', tier: 'pro', limit: 7 }]);
});

test('a tier without a row that has workspaces begins without a retention: an upgraded database deletes nothing by itself', async () => {
  await onServer(url, async (client) => {
    await client.query('delete from tier_changes');
    await client.query('delete from tiers');
    await client.query(`insert into workspaces (id, tier, limit_in_force) values ('old', 'pro', 5)`);
  });
  const lines: string[] = [];
  const rows = await migrateDatabase(url, DEFAULT_TIER_CONFIGS, (line) => lines.push(line));
  assert.deepEqual(
    rows.map((row) => [row.name, row.retentionDays, row.payloadRetentionDays]),
    [
      ['pro', 0, 0],
      ['enterprise', 30, 30],
    ],
  );
  assert.match(lines[0]!, /tier pro .*ended is kept for ever, its input and result for ever/);
  assert.match(lines[1]!, /tier enterprise .*ended is kept for 30 days, its input and result for 30 days/);
  const { rows: recorded } = await onServer(url, (client) =>
    client.query('select tier, retention_days, payload_retention_days from tier_changes order by id'),
  );
  assert.deepEqual(recorded, [
    { tier: 'pro', retention_days: 0, payload_retention_days: 0 },
    { tier: 'enterprise', retention_days: 30, payload_retention_days: 30 },
  ]);
});
