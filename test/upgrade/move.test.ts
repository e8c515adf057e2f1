import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Client } from 'pg';
import { checkDatabase } from '../../src/db/connection/check-database.ts';
import { openDatabase } from '../../src/db/connection/database.ts';
import { DatabaseUnusableError } from '../../src/db/connection/database-unusable.ts';
import { migrateDatabase } from '../../src/db/migrate-database.ts';
import { schemaVersion } from '../../src/db/upgrade/schema-version.ts';
import { DEFAULT_TIER_CONFIGS } from '../../src/domain/tier.ts';
import { contentDigest } from '../../src/enqueue/content-digest.ts';
import type { TestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { BEFORE_THE_LEDGER, createKeptDatabase, onKeptDatabase } from './kept-database.ts';

/** More than two batches and less than three. */
const MANY = 12_000;

const databases: TestDatabase[] = [];
after(async () => {
  for (const database of databases) await database.drop();
});

async function keptDatabase(rows: 'with its rows' | 'empty'): Promise<string> {
  const database = await createKeptDatabase(BEFORE_THE_LEDGER, rows);
  databases.push(database);
  return database.url;
}

const migrated = (url: string, log: (line: string) => void = () => {}) =>
  migrateDatabase(url, DEFAULT_TIER_CONFIGS, log);

/** Column by column as text, in the order of ids. */
type Rows = Record<string, string | null>[];

async function rowsOf(client: Client, query: string): Promise<Rows> {
  const { rows } = await client.query<{ row: Record<string, string | null> }>(
    `select (select jsonb_object_agg(key, value) from jsonb_each_text(to_jsonb(r))) as row from (${query}) r order by r.id`,
  );
  return rows.map(({ row }) => row);
}

/** As the release before wrote them; call it before the migration. */
const legacyRows = (url: string) =>
  onKeptDatabase(url, (client) => rowsOf(client, 'select * from executions'));

/** The same columns, as they are found now. A column per table, so that a row in two of them would be there twice. */
const movedRows = (url: string) =>
  onKeptDatabase(url, (client) =>
    rowsOf(
      client,
      `select id, workspace_id, seq, status, workflow_type, input, idempotency_key, created_at, admitted_at, started_at, closed_at, run_id,
         cancel_requested_at, cancel_delivered_at, terminate_requested_at, terminate_delivered_at, result, result_omitted_reason,
         result_omitted_bytes, failure_type, failure_message
       from all_executions`,
    ),
  );

async function count(url: string, table: string): Promise<number> {
  const { rows } = await onKeptDatabase(url, (client) =>
    client.query<{ count: number }>(`select count(*)::integer as count from ${table}`),
  );
  return rows[0]!.count;
}

test('every row of a kept database is found again as it was: live and ended apart, payloads to the byte', async () => {
  const url = await keptDatabase('with its rows');
  const before = await legacyRows(url);
  const statuses = new Set(before.map(({ status }) => status));
  assert.equal(statuses.size, 7, 'the kept database has every status');
  const said: string[] = [];
  await migrated(url, (line) => said.push(line));
  assert.deepEqual(await movedRows(url), before);

  const isLive = ({ status }: Rows[number]) => status === 'pending' || status === 'running';
  assert.equal(await count(url, 'executions'), before.filter(isLive).length);
  assert.equal(await count(url, 'ended_executions'), before.filter((row) => !isLive(row)).length);
  const payloads = before.flatMap(({ input, result }) => [input, result]).filter((text) => text !== null);
  assert.equal(await count(url, 'payloads'), payloads.length);
  assert.equal(await count(url, 'payloads where retention_days <> 0'), 0, 'an upgrade drops nothing');
  assert.equal(await count(url, 'ended_executions where retention_days <> 0'), 0);
  assert.ok(
    said.includes(`moving ${before.length} of ${before.length} executions to the tables of this version`),
  );
  assert.match(said.at(-1)!, new RegExp(`^moved all executions: ${before.length} in `));

  await migrated(url, (line) => assert.fail(`nothing is left to do, yet: ${line}`));
});

test('moved rows say how large their payloads are, and know a faithful repeat of their key', async () => {
  const url = await keptDatabase('with its rows');
  const before = new Map((await legacyRows(url)).map((row) => [row['id'], row]));
  await migrated(url);
  const { rows } = await onKeptDatabase(url, (client) =>
    client.query<{
      id: string;
      inputBytes: number | null;
      resultBytes: number | null;
      digest: string | null;
    }>(
      `select id, input_bytes as "inputBytes", null::integer as "resultBytes", encode(content_digest, 'hex') as digest from executions
       union all
       select id, input_bytes, result_bytes, encode(content_digest, 'hex') from ended_executions`,
    ),
  );
  const bytesOf = (text: string | null) => (text === null ? null : Buffer.byteLength(text));
  for (const { id, inputBytes, resultBytes, digest } of rows) {
    const { input, result, workflow_type: workflowType, idempotency_key: key } = before.get(id)!;
    assert.deepEqual([inputBytes, resultBytes], [bytesOf(input!), bytesOf(result!)]);
    const content = { workflowType: workflowType!, input: input!, attributes: null };
    const expected = key === null ? null : contentDigest(content);
    assert.equal(digest, expected);
  }
  assert.ok(rows.some(({ digest, inputBytes }) => digest !== null && inputBytes === null));
  assert.ok(rows.some(({ digest, inputBytes }) => digest !== null && inputBytes !== null));
});

/** Rows of three workspaces, each of the size of a batch: every hundredth runs, and holds its workspace's row when it is moved. */
async function insertMany(url: string): Promise<void> {
  await onKeptDatabase(url, async (client) => {
    await client.query(
      `insert into workspaces (id, tier, limit_in_force) select 'w' || n, 'pro', 5 from generate_series(0, 2) n`,
    );
    await client.query(
      `insert into executions (id, workspace_id, seq, status, workflow_type, input, result, admitted_at, closed_at)
       select ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'w' || (n / 5000), n,
         (case when n % 100 = 0 then 'running' else 'completed' end)::execution_status, 'any', 'input ' || n,
         case when n % 100 <> 0 and n % 3 = 0 then 'result ' || n end, now(), case when n % 100 <> 0 then now() end
       from generate_series(0, $1::integer - 1) n`,
      [MANY],
    );
  });
}

const MIGRATOR = `application_name = 'sluice-migrate' and datname = current_database()`;

/** Migrates until it waits for what `hold` has taken, and ends its connection there, as a kill does. */
async function killedWhileItWaits(url: string, hold: string): Promise<void> {
  await onKeptDatabase(url, async (holder) => {
    await holder.query('begin');
    await holder.query(hold);
    const killed = assert.rejects(migrated(url));
    await onKeptDatabase(url, (client) =>
      eventually(async () => {
        const { rowCount } = await client.query(
          `select pg_terminate_backend(pid) from pg_stat_activity where ${MIGRATOR} and wait_event_type = 'Lock'`,
        );
        assert.equal(rowCount, 1);
      }),
    );
    await killed;
    await holder.query('rollback');
  });
}

/** By which those who make partitions take turns: after the migrations, before the first batch. */
const BEFORE_THE_MOVE = 'select pg_advisory_lock(5105830115)';

test('a move that is killed at any point goes on from there, and loses and doubles nothing; no process starts meanwhile', async () => {
  const url = await keptDatabase('empty');
  await insertMany(url);
  const before = await legacyRows(url);
  const refused = async (message: RegExp) => {
    const database = openDatabase({ url, poolSize: 1, applicationName: 'test', onError: () => {} });
    await assert.rejects(checkDatabase(database, url), message);
    await database.close();
  };
  const moved = async () => {
    const { rows } = await onKeptDatabase(url, (client) =>
      client.query<{ moved: number }>('select moved::integer from legacy_executions_progress'),
    );
    return rows[0]!.moved;
  };
  const row = (id: string) => `select 1 from workspaces where id = '${id}' for update`;

  await killedWhileItWaits(url, 'lock table executions');
  await refused(/are those of another version; run `npx sluice migrate`/);
  await killedWhileItWaits(url, BEFORE_THE_MOVE);
  for (const [workspace, expected] of [
    ['w0', 0],
    ['w1', 5_000],
    ['w2', 10_000],
  ] as const) {
    await killedWhileItWaits(url, row(workspace));
    assert.equal(await moved(), expected);
    await refused(/has begun and not ended; run `npx sluice migrate`/);
  }
  await killedWhileItWaits(url, 'select 1 from legacy_executions limit 1');
  assert.equal(await moved(), MANY);
  await killedWhileItWaits(url, 'select 1 from deployment for update');
  await refused(/has begun and not ended/);
  await migrated(url);
  assert.deepEqual(await movedRows(url), before);
});

test('of two processes that migrate at once one waits, and then finds nothing to do', async () => {
  const url = await keptDatabase('empty');
  await insertMany(url);
  const before = await legacyRows(url);
  const said: string[][] = [[], []];
  await Promise.all(said.map((lines) => migrated(url, (line) => lines.push(line))));
  assert.deepEqual(await movedRows(url), before);
  const waited = said.find((lines) => lines[0]?.startsWith('waiting for another process'));
  assert.equal(waited?.length, 1);
});

test('a bound of the database on the length of statements, which is made for requests, does not end a migration', async () => {
  const url = await keptDatabase('empty');
  await insertMany(url);
  const name = new URL(url).pathname.slice(1);
  await onKeptDatabase(url, (client) =>
    client.query(`alter database ${name} set statement_timeout = '50ms'`),
  );
  try {
    await migrated(url);
  } finally {
    await onKeptDatabase(url, async (client) => {
      await client.query('set statement_timeout = 0');
      await client.query(`alter database ${name} reset statement_timeout`);
    });
  }
  assert.equal(await count(url, 'executions'), MANY / 100);
});

test('a batch is bounded by bytes too', async () => {
  const url = await keptDatabase('empty');
  await onKeptDatabase(url, async (client) => {
    await client.query(
      `insert into workspaces (id, tier, limit_in_force) values ('w0', 'pro', 5), ('w1', 'pro', 5)`,
    );
    await client.query(
      `insert into executions (id, workspace_id, seq, status, workflow_type, input, admitted_at)
       select ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'w' || (n / 40), n, 'running', 'any',
         repeat('x', 1000000), now()
       from generate_series(0, 79) n`,
    );
  });
  await killedWhileItWaits(url, BEFORE_THE_MOVE);
  await killedWhileItWaits(url, `select 1 from workspaces where id = 'w1' for update`);
  assert.equal(await count(url, 'executions'), 33, 'the largest number that is below 32 MiB');
  await migrated(url);
  assert.equal(await count(url, 'payloads'), 80);
});

test('a row that comes to the old table behind the move is not dropped with it', async () => {
  const url = await keptDatabase('empty');
  await insertMany(url);
  await killedWhileItWaits(url, BEFORE_THE_MOVE);
  await killedWhileItWaits(url, `select 1 from workspaces where id = 'w2' for update`);
  await onKeptDatabase(url, (client) =>
    client.query(
      `insert into legacy_executions (id, workspace_id, seq, workflow_type) values ('01800000-0000-7000-8000-000000000000', 'w0', 99999, 'late')`,
    ),
  );
  await assert.rejects(migrated(url), /^Error: 1 rows came to legacy_executions/);
  assert.equal(await count(url, 'legacy_executions'), MANY + 1);
});

test('a database of a newer version is refused by each process, and left alone by a migration', async () => {
  const url = await keptDatabase('empty');
  await migrated(url);
  const refused = (error: unknown) =>
    error instanceof DatabaseUnusableError &&
    /migrated by a newer version of Sluice; start that version/.test(error.message);
  const database = openDatabase({ url, poolSize: 1, applicationName: 'test', onError: () => {} });
  try {
    await checkDatabase(database, url);
    await database.pool.query('update deployment set schema_version = $1', [schemaVersion() + 1]);
    await assert.rejects(checkDatabase(database, url), refused);
    await assert.rejects(migrated(url), refused);
    const { rows } = await database.pool.query('select schema_version from deployment');
    assert.deepEqual(rows, [{ schema_version: schemaVersion() + 1 }]);

    // Its batches run on, so that it has recorded no version yet.
    await database.pool.query('update deployment set schema_version = 0');
    await database.pool.query(
      `insert into __drizzle_migrations (hash, created_at) select 'newer', max(created_at) + 1 from __drizzle_migrations`,
    );
    await assert.rejects(migrated(url), refused);
  } finally {
    await database.close();
  }
});
