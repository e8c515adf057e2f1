import { OperatorError } from '../process/operator-error.ts';

/** Thrown when something that runs on this machine cannot be started. The message says what to do. */
export class LocalStartError extends OperatorError {
  override readonly name = 'LocalStartError';
}
