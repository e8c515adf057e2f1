import type { Transaction } from '../../../packages/client/src/sql/index.ts';

/** A library for Postgres, as a caller uses it. */
export interface Library {
  readonly name: string;
  open(databaseUrl: string): Opened;
}

export interface Opened {
  /** Commits when the work resolves, and rolls back when it rejects. */
  transaction<T>(work: (tx: CallerTransaction) => Promise<T>): Promise<T>;
  /** What a caller has beside it and may give by mistake. */
  readonly noTransactions: readonly object[];
  close(): Promise<void>;
}

export interface CallerTransaction {
  readonly tx: Transaction;
  /** Writes a row of the caller's own. */
  insertOrder(title: string): Promise<unknown>;
  /** Rolls back what the work did, and no more, when it rejects. */
  savepoint<T>(work: (inner: CallerTransaction) => Promise<T>): Promise<T>;
}
