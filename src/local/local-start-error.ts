/** Thrown when something that runs on this machine can not be started. The message says what to do. */
export class LocalStartError extends Error {
  override readonly name = 'LocalStartError';
}
