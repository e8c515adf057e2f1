import { hasMethod, type Library, rowsOf } from './library.ts';

/** What Knex gives to the function in `knex.transaction(...)`, or what `await knex.transaction()` gives. */
export interface KnexTransaction {
  raw(text: string, values: never): PromiseLike<unknown>;
  /** Knex itself has none. */
  isCompleted(): boolean;
}

interface Database {
  readonly isTransaction?: boolean;
  raw(text: string, values: readonly unknown[]): Promise<unknown>;
}

export const knex: Library = {
  knows: (tx) => hasMethod(tx, 'raw') && hasMethod(tx, 'transaction'),
  problemOf: (tx) =>
    (tx as Database).isTransaction === true
      ? null
      : 'This is Knex itself: give the transaction that knex.transaction(async (trx) => ...) gives you.',
  ask: async (tx, { parts, values }) => rowsOf(await (tx as Database).raw(parts.join('?'), values)),
};
