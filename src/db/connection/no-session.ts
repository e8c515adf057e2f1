/**
 * Thrown when there is no session with Postgres, and pg says so without a code: none was to be had in time, or the one that was lent
 * ended or fell silent. The message is pg's.
 */
export class NoSessionError extends Error {
  override readonly name = 'NoSessionError';

  constructor(cause: Error) {
    super(cause.message, { cause });
  }
}
