import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { migrateDatabase } from '../../src/db/migrate-database.ts';
import { DEFAULT_TIER_CONFIGS } from '../../src/domain/tier.ts';
import { startLocalPostgres, type LocalPostgres } from '../../src/local/postgres/local-postgres.ts';
import { freePort } from '../../src/local/processes/ports.ts';
import { eventually, eventuallyEqual } from '../support/eventually.ts';
import { enqueueBySql, grantAll } from '../support/sql-callers.ts';
import { type World, startWorld } from '../support/world.ts';

/** The longest wait of a gate for Postgres after some seconds, and a busy machine. */
const HEALED_WITHIN_MS = 60_000;

const dataDir = mkdtempSync(join(tmpdir(), 'sluice-inbox-'));
let postgres: LocalPostgres;
let world: World;
let port: number;
const start = () => startLocalPostgres({ dataDir, port, onSpawn: () => {}, progress: () => {} });
before(async () => {
  port = await freePort();
  postgres = await start();
  await migrateDatabase(postgres.url, DEFAULT_TIER_CONFIGS, () => {});
  world = await startWorld(import.meta.url, { SWEEP_INTERVAL_SECONDS: '2' }, { databaseUrl: postgres.url });
  await grantAll(world.config.DATABASE_URL);
});
after(async () => {
  await world?.stop();
  await postgres?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: postgres.url });
  client.on('error', () => {});
  await client.connect();
  return client;
}

test('a Postgres that is killed keeps every committed row of the inbox and none of an open transaction; all are sequenced once', async () => {
  const workspace = await world.workspace({ tier: 'pro' });
  // Nobody sequences until Postgres is back.
  await world.stopApi();
  await world.stopWorker();
  const committed: string[] = [];
  const client = await connect();
  const open = await connect();
  await open.query('begin');
  const lost = await enqueueBySql(open, { workspaceId: workspace, workflowType: 'nothing' });
  for (let i = 0; i < 4; i++)
    committed.push(await enqueueBySql(client, { workspaceId: workspace, workflowType: 'nothing' }));
  process.kill(postgres.identity.pid, 'SIGKILL');
  await postgres.ended;
  await assert.rejects(open.query('commit'));
  postgres = await start();
  await world.startWorker();
  await eventuallyEqual(() => world.seqs(workspace, 'completed'), [1, 2, 3, 4], HEALED_WITHIN_MS);
  const { rows } = await eventually(() =>
    world.database.pool.query<{ id: string }>(
      'select id from all_executions where workspace_id = $1 order by seq',
      [workspace],
    ),
  );
  assert.deepEqual(
    rows.map(({ id }) => id),
    committed,
  );
  const { rows: left } = await world.database.pool.query('select from inbox');
  assert.deepEqual([left.length, rows.some(({ id }) => id === lost)], [0, false]);
});
