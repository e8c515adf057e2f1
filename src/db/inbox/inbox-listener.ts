import pg from 'pg';
import { type Repeating, repeatEvery } from '../../async/repeat.ts';
import type { Database } from '../connection/database.ts';

/** What `sluice.enqueue` notifies, with an empty payload: any role can listen. */
const CHANNEL = 'sluice_inbox';

/** How soon it is seen that the option was changed, and a connection that broke is made anew; the poll goes on meanwhile. */
const CHECK_INTERVAL_MS = 5_000;

export interface InboxListenerDeps {
  readonly database: Database;
  /** How to connect: a session of its own, which no pooler may lend to others. */
  readonly connection: pg.ClientConfig;
  /** Called for each transaction that has committed into the inbox, or for several together. */
  onCommit(): void;
  onError(error: unknown): void;
}

/** Listens to commits into the inbox, while the option is on. */
export function listenToInbox({ database, connection, onCommit, onError }: InboxListenerDeps): Repeating {
  let session: pg.Client | null = null;
  const end = async () => {
    const ended = session;
    session = null;
    await ended?.end().catch(() => {});
  };
  const begin = async () => {
    const client = new pg.Client({ ...connection, keepAlive: true });
    client.on('error', (error) => {
      if (session === client) session = null;
      onError(error);
    });
    client.on('notification', onCommit);
    try {
      await client.connect();
      await client.query(`listen ${CHANNEL}`);
    } catch (error) {
      await client.end().catch(() => {});
      throw error;
    }
    session = client;
    // What was committed before it listened.
    onCommit();
  };
  const check = async () => {
    const { rows } = await database.pool.query<{ isOn: boolean }>(
      'select inbox_notify as "isOn" from deployment',
    );
    if (rows[0]?.isOn !== true) await end();
    else if (session === null) await begin();
  };
  const repeating = repeatEvery(CHECK_INTERVAL_MS, check, onError);
  return {
    async stop() {
      await repeating.stop();
      await end();
    },
  };
}
