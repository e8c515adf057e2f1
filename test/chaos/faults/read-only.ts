import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

/** A server that is down at the moment in which the failover ends is asked again. */
const ASK_AGAIN_MS = 200;
const CONNECT_TIMEOUT_MS = 2_000;

/** The end of a failover must come, or nothing could be written for the rest of the run. */
const END_DEADLINE_MS = 60_000;

export interface ReadOnlyFailover {
  /** Ends all sessions; sessions that begin in the next `ms` can only read, for as long as they live. */
  begin(ms: number): Promise<void>;
  /** Ends the failover now, if there is one. Sessions that began in it are left alone. */
  end(): Promise<void>;
}

/** A failover as users of a database see it: as Postgres' own setting for new sessions, made by its administrator. */
export function createReadOnlyFailover(databaseUrl: string): ReadOnlyFailover {
  const database = decodeURIComponent(new URL(databaseUrl).pathname.slice(1));
  const name = pg.escapeIdentifier(database);
  let timer: NodeJS.Timeout | undefined;
  let ending: Promise<void> = Promise.resolve();
  let on = false;

  /** From a database beside it, whose sessions can write. */
  const asAdministrator = async (...statements: string[]) => {
    const url = new URL(databaseUrl);
    url.pathname = '/postgres';
    const client = new pg.Client({
      connectionString: url.toString(),
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: CONNECT_TIMEOUT_MS,
    });
    client.on('error', () => {});
    try {
      await client.connect();
      for (const statement of statements) await client.query(statement);
    } finally {
      await client.end().catch(() => {});
    }
  };

  const end = async () => {
    clearTimeout(timer);
    if (!on) return;
    const deadline = performance.now() + END_DEADLINE_MS;
    for (;;) {
      try {
        await asAdministrator(`alter database ${name} reset default_transaction_read_only`);
        on = false;
        return;
      } catch (error) {
        if (performance.now() > deadline) throw error;
      }
      await delay(ASK_AGAIN_MS);
    }
  };

  return {
    async begin(ms) {
      // Also when its answer is lost: it may have been done.
      on = true;
      clearTimeout(timer);
      timer = setTimeout(() => {
        ending = end();
        ending.catch(() => {});
      }, ms);
      await asAdministrator(
        `alter database ${name} set default_transaction_read_only = on`,
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = ${pg.escapeLiteral(database)}`,
      );
    },
    async end() {
      await ending;
      await end();
    },
  };
}
