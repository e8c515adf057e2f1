import type { Config } from '../config/config.ts';
import { type Database, openDatabase } from '../db/connection/database.ts';
import type { Log } from '../process/log.ts';
import { logRepeated } from '../process/repeated-failures.ts';

/** Both below the 5 s of the local activity around it, so that Postgres gives up before the gate does. */
const RECONCILE_STATEMENT_TIMEOUT_MS = 3_000;
const RECONCILE_LOCK_TIMEOUT_MS = 2_000;

/** The pool for everything but reconcile. */
export function openWorkerDatabase(config: Config, log: Log): Database {
  return openDatabase({
    url: config.DATABASE_URL,
    poolSize: config.DATABASE_POOL_SIZE,
    applicationName: 'sluice-worker',
    onError: (error) =>
      logRepeated(log, 'warn', { error }, 'an idle connection to Postgres broke and is replaced'),
  });
}

/** Reconcile's own pool: nothing else can use up its connections. */
export function openReconcileDatabase(config: Config, log: Log): Database {
  return openDatabase({
    url: config.DATABASE_URL,
    poolSize: config.RECONCILE_POOL_SIZE,
    applicationName: 'sluice-reconcile',
    statementTimeoutMs: RECONCILE_STATEMENT_TIMEOUT_MS,
    lockTimeoutMs: RECONCILE_LOCK_TIMEOUT_MS,
    onError: (error) =>
      logRepeated(
        log,
        'warn',
        { error },
        'an idle connection of reconcile to Postgres broke and is replaced',
      ),
  });
}
