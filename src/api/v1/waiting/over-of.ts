import type { FastifyReply } from 'fastify';
import type { Principal } from '../../../domain/keys/rights.ts';
import type { RouteDeps } from '../../server/api.ts';

/** The reason of a signal that is aborted because its caller may not know any more. */
export class KeyEndedError extends Error {
  override readonly name = 'KeyEndedError';

  constructor() {
    super('The key that asked to wait was revoked, or has expired.');
  }
}

/** Begins a wait. Aborted when waiting makes no more sense, and by KeyEndedError when the key that asked for it is revoked or has expired. */
export function overOf(
  { principal }: { readonly principal: Principal },
  reply: FastifyReply,
  { waits, keys }: Pick<RouteDeps, 'waits' | 'keys'>,
): AbortSignal {
  const over = waits.over(reply);
  if (over.aborted) return over;
  const either = new AbortController();
  const keyEnded = keys.watch(principal, over);
  over.addEventListener('abort', () => either.abort(), { once: true });
  keyEnded.addEventListener('abort', () => either.abort(new KeyEndedError()), { once: true });
  return either.signal;
}
