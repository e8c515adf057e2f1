import { numberedText } from '../statement.ts';
import { hasMethod, type Library, rowsOf } from './library.ts';

/** What Drizzle gives to the function in `db.transaction(...)`, with any of its drivers for Postgres. */
export interface DrizzleTransaction {
  execute(query: never): PromiseLike<unknown>;
  /** A database has none. */
  rollback(): never;
}

/** Drizzle's SQLWrapper, as far as its dialect asks: the SQL that says its own text and parameters. */
interface SqlWrapper {
  getSQL(): { toQuery(): { readonly sql: string; readonly params: readonly unknown[] } };
}

interface Database {
  execute(query: SqlWrapper): Promise<unknown>;
}

export const drizzle: Library = {
  knows: (tx) => hasMethod(tx, 'execute') && hasMethod(tx, '$with'),
  problemOf: (tx) =>
    hasMethod(tx, 'rollback')
      ? null
      : "This is Drizzle's database: give the transaction that db.transaction(async (tx) => ...) gives you.",
  async ask(tx, statement) {
    const query = { sql: numberedText(statement), params: [...statement.values] };
    return rowsOf(await (tx as Database).execute({ getSQL: () => ({ toQuery: () => query }) }));
  },
};
