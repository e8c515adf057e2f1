import { onServer } from '../../src/db/server/on-server.ts';

/** A copy of a database as it was at one moment, beside it on the same server. */
export interface Backup {
  /** Puts the copy in the database's place: all that was committed since is gone, and so is every connection. */
  restore(): Promise<void>;
}

/** Backs a database up. Its users are cut off for the moment that it takes. */
export async function backUp(databaseUrl: string): Promise<Backup> {
  const server = new URL(databaseUrl);
  const name = server.pathname.slice(1);
  const copy = `${name}_backup`;
  server.pathname = '/postgres';
  const run = (...statements: readonly string[]) =>
    onServer(server.toString(), async (client) => {
      for (const statement of statements) await client.query(statement);
    });
  const cutOff = [
    `alter database ${name} allow_connections false`,
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
  ];
  await run(
    ...cutOff,
    `create database ${copy} template ${name}`,
    `alter database ${name} allow_connections true`,
  );
  return {
    restore: () =>
      run(...cutOff, `drop database ${name} with (force)`, `alter database ${copy} rename to ${name}`),
  };
}
