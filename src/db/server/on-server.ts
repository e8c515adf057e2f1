import pg from 'pg';
import { inOwnSchema } from '../connection/own-schema.ts';

export interface ServerOptions {
  /** How long the server may take to accept the connection. Defaults to no bound but the network's. */
  readonly connectTimeoutMs?: number;
}

/** Runs `work` on a connection of its own, which is closed whatever happens. Rejects when there is no connection, or as `work` does. */
export async function onServer<T>(
  url: string,
  work: (client: pg.Client) => Promise<T>,
  { connectTimeoutMs }: ServerOptions = {},
): Promise<T> {
  const client = new pg.Client({ ...inOwnSchema(url), connectionTimeoutMillis: connectTimeoutMs });
  // Without a listener a connection that breaks between two statements would end the process. The next statement then fails.
  client.on('error', () => {});
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}
