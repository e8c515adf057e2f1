import type pg from 'pg';
import type { Database } from '../connection/database.ts';
import { repeatEvery } from '../../async/repeat.ts';

const LOOK_EVERY_MS = 5_000;

/** A statement that was told to end has so long to do it; then its connection is closed. */
const CANCEL_MAX_MS = 3_000;

/** A session that another one waits for. */
export interface Blocker {
  readonly pid: number;
  readonly application: string;
  /** How long its transaction has been open. */
  readonly openSeconds: number;
}

export interface WhileBlocked {
  /** For looking at the session from outside, and for ending what it does. */
  readonly database: Pick<Database, 'pool'>;
  readonly signal: AbortSignal;
  /** Called every few seconds with the sessions that it waits for at that moment; none when it does not wait. */
  onBlocked(blockers: readonly Blocker[]): void;
}

/**
 * Runs the statements of a session that may wait for others for long: tells whom it waits for, and ends it when the signal aborts.
 *
 * @throws the signal's reason once it has aborted
 */
export async function whileBlocked<T>(
  client: pg.Client,
  { database, signal, onBlocked }: WhileBlocked,
  work: () => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const { pid } = rows[0]!;
  const look = async () => {
    onBlocked(await blockersOf(database, pid));
  };
  const looking = repeatEvery(LOOK_EVERY_MS, look, () => {});
  let closing: NodeJS.Timeout | undefined;
  const cancel = () => {
    closing = setTimeout(() => void client.end(), CANCEL_MAX_MS);
    database.pool.query('select pg_cancel_backend($1)', [pid]).catch(() => {});
  };
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', cancel);
    clearTimeout(closing);
    await looking.stop();
  }
}

async function blockersOf(database: Pick<Database, 'pool'>, pid: number): Promise<Blocker[]> {
  const { rows } = await database.pool.query<Blocker>(
    `select pid, application_name as application,
       coalesce(extract(epoch from clock_timestamp() - xact_start), 0)::int as "openSeconds"
     from pg_stat_activity where pid = any (pg_blocking_pids($1))`,
    [pid],
  );
  return rows;
}
