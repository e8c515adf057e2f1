/** Thrown when something that runs on this machine cannot be started. The message says what to do. */
export class LocalStartError extends Error {
  override readonly name = 'LocalStartError';
}
