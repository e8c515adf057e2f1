import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ClientBase } from 'pg';
import { DatabaseUnusableError } from '../connection/database-unusable.ts';

/** Seen from dist/src/db/upgrade, where this file runs. */
export const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../../../drizzle', import.meta.url));

interface JournalEntry {
  /** drizzle writes it beside each migration that it has applied. */
  readonly when: number;
}

/** The schema that this code is for: the number of its migrations. A database has it once all of them are applied, their batches too. */
export function schemaVersion(): number {
  return journal().length;
}

/** How many of this code's migrations a database has yet to apply. */
export async function missingMigrations(client: ClientBase): Promise<number> {
  const newest = await newestApplied(client);
  return journal().filter(({ when }) => when > newest).length;
}

/** @throws DatabaseUnusableError when a newer version of Sluice has begun to migrate this database, or has done it. */
export async function refuseNewerSchema(client: ClientBase, url: string): Promise<void> {
  const ours = Math.max(...journal().map(({ when }) => when));
  if ((await newestApplied(client)) > ours || (await recordedVersion(client)) > schemaVersion())
    throw new DatabaseUnusableError(url, MIGRATED_BY_NEWER);
}

export const MIGRATED_BY_NEWER = 'it was migrated by a newer version of Sluice; start that version';

/** All migrations are applied, and all batches are done. */
export async function recordSchemaVersion(client: ClientBase): Promise<void> {
  await client.query('update deployment set schema_version = $1 where schema_version <> $1', [
    schemaVersion(),
  ]);
}

/** What drizzle writes beside the first of this code's migrations. */
export function firstMigrationWhen(): number {
  return journal()[0]!.when;
}

function journal(): readonly JournalEntry[] {
  const text = readFileSync(join(MIGRATIONS_FOLDER, 'meta', '_journal.json'), 'utf8');
  return (JSON.parse(text) as { entries: JournalEntry[] }).entries;
}

/** Zero where a release wrote the schema that recorded none. */
async function recordedVersion(client: ClientBase): Promise<number> {
  if (!(await isThere(client, 'deployment'))) return 0;
  const { rows } = await client.query<{ version: number | null }>(
    `select (to_jsonb(d) ->> 'schema_version')::integer as version from deployment d`,
  );
  return rows[0]?.version ?? 0;
}

async function newestApplied(client: ClientBase): Promise<number> {
  if (!(await isThere(client, '__drizzle_migrations'))) return 0;
  const { rows } = await client.query<{ newest: string | null }>(
    'select max(created_at) as newest from __drizzle_migrations',
  );
  return Number(rows[0]!.newest ?? 0);
}

async function isThere(client: ClientBase, table: string): Promise<boolean> {
  const { rows } = await client.query<{ isThere: boolean }>(
    `select to_regclass($1) is not null as "isThere"`,
    [table],
  );
  return rows[0]!.isThere;
}
