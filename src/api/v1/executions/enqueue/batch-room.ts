import type { onRequestHookHandler } from 'fastify';
import { WorkspaceBusyError } from '../../../../domain/refusals.ts';

/**
 * Lets in batches of so many bytes together, from their headers to their answers: their bodies are in memory before a single rule can look at
 * them. One that does not say how long it is counts as the largest.
 *
 * It answers with WorkspaceBusyError: nothing of the batch was written.
 */
export function createBatchRoom(maxBytes: number, largestBytes: number): onRequestHookHandler {
  let takenBytes = 0;
  return (request, reply, done) => {
    const bytes = Math.min(Number(request.headers['content-length'] ?? largestBytes), largestBytes);
    if (takenBytes + bytes > maxBytes) {
      done(new WorkspaceBusyError((request.params as { workspaceId: string }).workspaceId));
      return;
    }
    takenBytes += bytes;
    // Also when the client is gone before its answer.
    reply.raw.once('close', () => (takenBytes -= bytes));
    done();
  };
}
