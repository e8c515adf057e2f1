import type { Database } from './database.ts';
import { READ_ONLY_STATE } from './unavailable.ts';

/** Thrown when Postgres answers and takes no writes. */
export class DatabaseReadOnlyError extends Error {
  override readonly name = 'DatabaseReadOnlyError';
  /** As if a write had been tried. */
  readonly code = READ_ONLY_STATE;
}

/**
 * Asks for what every write needs, without a write: a session of the pool that is not read-only.
 *
 * @throws DatabaseReadOnlyError, or what the pool throws when Postgres does not answer.
 */
export async function requireWritable({ pool }: Pick<Database, 'pool'>): Promise<void> {
  const { rows } = await pool.query<{ standby: boolean; read_only: boolean }>(
    `select pg_is_in_recovery() as standby, current_setting('transaction_read_only') = 'on' as read_only`,
  );
  const { standby, read_only: readOnly } = rows[0]!;
  if (standby) throw new DatabaseReadOnlyError('Postgres takes no writes: it is a standby');
  if (readOnly) throw new DatabaseReadOnlyError('Postgres takes no writes: its sessions are read-only');
}
