import type { Client } from 'pg';
import { onServer } from '../../src/db/server/on-server.ts';
import { makeSchemaOf } from './kept-database.ts';

/**
 * Makes a database what it would be had the release with that last migration filled it, so that a test can upgrade what runs in Temporal. The
 * columns that the release did not know are lost. Nobody may be connected.
 */
export async function turnBack(url: string, migration: number): Promise<void> {
  await onServer(url, async (client) => {
    const kept = new Map<string, string>();
    for (const table of TABLES) kept.set(table, await rowsOf(client, table));
    await client.query(
      'drop schema sluice cascade; drop schema if exists drizzle cascade; create schema if not exists public',
    );
    await makeSchemaOf(client, migration);
    for (const [table, rows] of kept)
      await insert(client, table === 'all_executions' ? 'executions' : table, rows);
  });
}

/** In an order in which foreign keys find what they need. */
const TABLES = [
  'deployment',
  'tiers',
  'tier_changes',
  'workspaces',
  'limit_changes',
  'workflow_types',
  'all_executions',
];

const NUMBERED = ['tier_changes', 'limit_changes'];

/** As text, because a number of JavaScript does not hold every bigint. */
async function rowsOf(client: Client, table: string): Promise<string> {
  const { rows } = await client.query<{ rows: string }>(
    `select coalesce(jsonb_agg(to_jsonb(t)), '[]')::text as rows from ${table} t`,
  );
  return rows[0]!.rows;
}

async function insert(client: Client, table: string, rows: string): Promise<void> {
  const { rows: columns } = await client.query<{ list: string }>(
    `select string_agg(quote_ident(attname), ', ') as list
     from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
    [table],
  );
  const { list } = columns[0]!;
  await client.query(
    `insert into ${table} (${list}) select ${list} from jsonb_populate_recordset(null::${table}, $1::jsonb)`,
    [rows],
  );
  if (NUMBERED.includes(table))
    await client.query(
      `select setval(pg_get_serial_sequence($1, 'id'), coalesce(max(id), 0) + 1) from ${table}`,
      [table],
    );
}
