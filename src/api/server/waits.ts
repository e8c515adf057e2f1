import type { FastifyReply } from 'fastify';

/** Requests whose answers wait for something to happen. */
export interface Waits {
  /**
   * Aborted when waiting makes no more sense: the client is gone, the answer is sent, or the server begins to close. A route that waits
   * answers then at once with what it has. Aborted already when the server is closing.
   *
   * From this call on the route's own deadline holds, and no more the ordinary one. Not `request.signal`: it ignores that the server closes, and ends for a request with a body as soon as that is read.
   */
  over(reply: FastifyReply): AbortSignal;
  /** How many wait, streams included. */
  readonly count: number;
  /** Whether the request has waited: the time to its answer says nothing about us then. */
  hasWaited(reply: FastifyReply): boolean;
}

interface EndableWaits extends Waits {
  /** Ends all waits, and each that begins later. */
  end(): void;
}

/** @param liftDeadline spares a request the deadline of those that do not wait */
export function createWaits(liftDeadline: (reply: FastifyReply) => void): EndableWaits {
  const waiting = new Set<AbortController>();
  const waited = new WeakSet<FastifyReply>();
  let ended = false;
  return {
    get count() {
      return waiting.size;
    },
    hasWaited: (reply) => waited.has(reply),
    over(reply) {
      const { raw: response } = reply;
      const wait = new AbortController();
      waited.add(reply);
      liftDeadline(reply);
      if (ended || response.destroyed) {
        wait.abort();
      } else {
        waiting.add(wait);
        response.once('close', () => {
          waiting.delete(wait);
          wait.abort();
        });
      }
      return wait.signal;
    },
    end() {
      ended = true;
      for (const wait of waiting) wait.abort();
    },
  };
}
