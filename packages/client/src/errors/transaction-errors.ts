import { SluiceError } from './sluice-error.ts';

/** Thrown when what was given as a transaction is a pool, a database, or a connection on which none has begun. Nothing was sent. */
export class NotInTransactionError extends SluiceError {
  override readonly name = 'NotInTransactionError';
}

/** Thrown when the transaction's database has no such function: it is not Sluice's, or Sluice's migrations have not all run there. */
export class NoSluiceInDatabaseError extends SluiceError {
  override readonly name = 'NoSluiceInDatabaseError';
}
