import { numberedText } from '../statement.ts';
import { hasMethod, type Library, rowsOf } from './library.ts';

/** What postgres.js gives to the function in `sql.begin(...)` or `sql.savepoint(...)`. */
export interface PostgresJsTransaction {
  unsafe(text: string, values: never): PromiseLike<readonly unknown[]>;
  savepoint(work: never): PromiseLike<unknown>;
}

interface Sql {
  /** Its name says that the text is taken as it is. The values are bound. */
  unsafe(text: string, values: readonly unknown[]): Promise<unknown>;
}

export const postgresJs: Library = {
  knows: (tx) => hasMethod(tx, 'unsafe'),
  problemOf: (tx) =>
    hasMethod(tx, 'savepoint')
      ? null
      : 'This sql of postgres.js is no transaction: give the one that sql.begin(async (sql) => ...) gives you.',
  ask: async (tx, statement) =>
    rowsOf(await (tx as Sql).unsafe(numberedText(statement), [...statement.values])),
};
