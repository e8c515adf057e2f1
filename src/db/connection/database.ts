import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import * as schema from '../schema.ts';
import { inOwnSchema } from './own-schema.ts';
import { SessionPool } from './session-pool.ts';

export type Db = NodePgDatabase<typeof schema>;

/** What a write takes first: it may run inside somebody's transaction and uses nothing else. */
export type Tx = Parameters<Parameters<Db['transaction']>[0]>[0];

export interface Database {
  readonly db: Db;
  readonly pool: pg.Pool;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly url: string;
  readonly poolSize: number;
  readonly applicationName: string;
  /** Longest run of one statement. Defaults to 5 s: a caller has given up by then. */
  readonly statementTimeoutMs?: number;
  /** Longest wait for a row lock. Defaults to 2 s, below the statement's own bound, so that the error names the lock. */
  readonly lockTimeoutMs?: number;
  /** Longest wait for a connection, a free one of the pool or a new one. Defaults to 3 s. */
  readonly connectTimeoutMs?: number;
  /** Called with an idle connection's error, which would otherwise end the process. */
  readonly onError: (error: Error) => void;
}

/** Opens a pool; connects at the first query. An idle connection that breaks is reported and replaced. */
export function openDatabase(options: DatabaseOptions): Database {
  const { statementTimeoutMs = 5_000 } = options;
  const pool = new SessionPool({
    ...inOwnSchema(options.url),
    max: options.poolSize,
    application_name: options.applicationName,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 3_000,
    statement_timeout: statementTimeoutMs,
    // A server that hangs enforces no time-out of its own: a connection that is this late is thrown away.
    query_timeout: statementTimeoutMs + 5_000,
    lock_timeout: options.lockTimeoutMs ?? 2_000,
    // A client that dies between BEGIN and COMMIT must not hold a workspace's lock for ever.
    idle_in_transaction_session_timeout: 10_000,
    keepAlive: true,
    // Statements that are asked for together are sent together: see pipelined-transaction.ts.
    pipeline: true,
  });
  pool.on('error', options.onError);
  return { db: drizzle(pool, { schema }), pool, close: () => pool.end() };
}
