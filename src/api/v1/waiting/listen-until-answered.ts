import type { FastifyReply } from 'fastify';
import type { RouteDeps } from '../../server/api.ts';

/**
 * Lets the gate of a workspace know that a request waits for what happens there, until its answer is sent or its client is gone. Resolves
 * when that is committed, and after a second at the latest: read the state, or write, after that.
 */
export async function listenUntilAnswered(
  workspaceId: string,
  { raw: response }: FastifyReply,
  { listeners }: Pick<RouteDeps, 'listeners'>,
): Promise<void> {
  if (listeners === null || response.destroyed) return;
  const { announced, stop } = listeners.listening(workspaceId);
  response.once('close', stop);
  await announced;
}
