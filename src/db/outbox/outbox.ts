import type pg from 'pg';
import { OperatorError } from '../../process/operator-error.ts';
import { SessionPool } from '../connection/session-pool.ts';

/** A database with the tables of deploy/outbox/outbox.sql. It is the caller's own, and none of Sluice's. */
export interface Outbox {
  readonly pool: pg.Pool;
  close(): Promise<void>;
}

/** Statements are short, and no connection is held while Sluice is asked. */
const POOL_SIZE = 5;

const CONNECT_TIMEOUT_MS = 3_000;
const ANSWER_TIMEOUT_MS = 10_000;

/**
 * Opens a pool; connects at the first query. No statement needs anything of its session, and none is sent at its start, so that a pooler
 * may stand between.
 */
export function openOutbox(url: string, onError: (error: Error) => void): Outbox {
  const pool = new SessionPool({
    connectionString: url,
    max: POOL_SIZE,
    application_name: 'sluice-relay',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: ANSWER_TIMEOUT_MS,
    keepAlive: true,
  });
  pool.on('error', onError);
  return { pool, close: () => pool.end() };
}

/** Thrown when the outbox cannot be used while a relay starts. */
export class OutboxUnusableError extends OperatorError {
  override readonly name = 'OutboxUnusableError';

  constructor(cause: Error) {
    super(
      `The outbox at OUTBOX_URL, or --outbox-url, cannot be used: ${cause.message}${HINTS[codeOf(cause)] ?? ''}`,
      { cause },
    );
  }
}

const APPLY = '\n  Apply deploy/outbox/outbox.sql to that database by psql: docs/relay.md.';

/** By SQLSTATE: the schema, a table or a column is not there; a right is missing. */
const HINTS: Readonly<Record<string, string>> = {
  '3F000': APPLY,
  '42P01': APPLY,
  '42703': APPLY,
  '42501': '\n  Give the role of the relay the rights that docs/relay.md lists.',
};

/**
 * Reads from both tables.
 *
 * @throws OutboxUnusableError
 */
export async function checkOutbox({ pool }: Outbox): Promise<void> {
  try {
    await pool.query(
      'select sent_at, execution_id, refused_at, reason, detail from sluice_outbox.requests limit 0',
    );
    await pool.query('select workspace, relay, until from sluice_outbox.leases limit 0');
  } catch (error) {
    throw new OutboxUnusableError(innermost(error as Error));
  }
}

function codeOf(error: Error): string {
  return String((error as { code?: unknown }).code);
}

/** Several addresses of one host name fail together. */
function innermost(error: Error): Error {
  return error instanceof AggregateError && error.errors.length > 0 ? (error.errors[0] as Error) : error;
}
