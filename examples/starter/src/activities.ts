import { createHash } from 'node:crypto';
import { ApplicationFailure, log } from '@temporalio/activity';

/** Gives the same account however often it is called: Temporal may call an activity more than once. */
export async function createAccount(email: string): Promise<string> {
  // The type is a promise of the caller's: nothing has checked the input.
  if (typeof email !== 'string' || !email.includes('@'))
    throw ApplicationFailure.nonRetryable(`${email} is no e-mail address`, 'InvalidEmail');
  return createHash('sha256').update(email.toLowerCase()).digest('hex').slice(0, 12);
}

/** Call your provider here. Gives the time of the message. */
export async function sendWelcome(email: string, name: string): Promise<string> {
  log.info('welcome sent', { email, name });
  return new Date().toISOString();
}
