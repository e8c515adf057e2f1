import { findFreedWorkspaces } from '../../../db/tiers/find-freed-workspaces.ts';
import type { Tier } from '../../../domain/tier.ts';
import type { RouteDeps } from '../../server/api.ts';

/** Half of the wakes that a process has under way at once: the other half is for requests that come meanwhile. */
const FREED_AT_ONCE = 20;

/**
 * Wakes the gates of all workspaces that a raised tier frees, some at a time. Never rejects: a wake that fails is dropped and the next is sent.
 * The sweep finds the workspaces that this misses, as it finds any other that waits.
 */
export async function wakeFreed(
  { database, waker, log }: Pick<RouteDeps, 'database' | 'waker' | 'log'>,
  tier: Tier,
): Promise<void> {
  try {
    const underWay: Promise<void>[] = [];
    for await (const workspaceId of findFreedWorkspaces(database.db, tier)) {
      waker.wake(workspaceId, 'resize');
      underWay.push(waker.sent(workspaceId));
      if (underWay.length === FREED_AT_ONCE) await Promise.all(underWay.splice(0));
    }
    await Promise.all(underWay);
  } catch (err) {
    log.warn(
      { tier, err },
      'not all workspaces that a raised tier frees could be found; the sweep wakes the others',
    );
  }
}
