import type { FastifyReply } from 'fastify';

/** Requests whose answers wait for something to happen. */
export interface Waits {
  /**
   * Aborted when waiting makes no more sense: the client is gone, the answer is sent, or the server begins to close. A route that waits
   * answers then at once with what it has. Aborted already when the server is closing.
   *
   * Not `request.signal`: it ignores that the server closes, and ends for a request with a body as soon as that is read.
   */
  over(reply: FastifyReply): AbortSignal;
}

interface EndableWaits extends Waits {
  /** Ends all waits, and each that begins later. */
  end(): void;
}

export function createWaits(): EndableWaits {
  const waiting = new Set<AbortController>();
  let ended = false;
  return {
    over({ raw: response }) {
      const wait = new AbortController();
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
