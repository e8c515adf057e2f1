import { setTimeout as delay } from 'node:timers/promises';
import type { ClientBase } from 'pg';
import { DatabaseUnusableError } from '../connection/database-unusable.ts';
import { isLockTimeout } from '../connection/unavailable.ts';

/** Below what a request waits for a lock, so that callers notice a migration at most as a slow answer. */
const LOCK_TIMEOUT_MS = 2_000;
const LOCK_PAUSE_MS = 1_000;
const LOCK_PATIENCE_MS = 60_000;

/**
 * A statement that waits for a table keeps everybody who comes after it waiting too. So it gives up after two seconds, lets those pass, and
 * comes again, for a minute. `work` leaves nothing behind when it fails.
 *
 * @throws DatabaseUnusableError when the minute is over.
 */
export async function letOthersPass<T>(
  client: ClientBase,
  url: string,
  log: (line: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  await client.query(`set lock_timeout = '${LOCK_TIMEOUT_MS}ms'`);
  const end = performance.now() + LOCK_PATIENCE_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isLockTimeout(error)) throw error;
      if (performance.now() > end)
        throw new DatabaseUnusableError(
          url,
          `a table was held by another session for ${LOCK_PATIENCE_MS / 1000} s, so the migration stopped; ` +
            'pg_stat_activity shows its open transaction: let it end, then try again',
          { cause: error },
        );
      log('a table is held by another session; the migration lets others pass and tries again');
      await delay(LOCK_PAUSE_MS);
    }
  }
}
