import { type Failure, FailureType } from './outcome.ts';

/** The failure of an execution that was terminated before its workflow had started. */
export function terminatedWaiting(was: 'scheduled' | 'pending'): Failure {
  return { type: FailureType.terminated, message: `Terminated on request while it was ${was}.` };
}
