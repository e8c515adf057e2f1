import { limitConcurrency } from '../../async/limit-concurrency.ts';
import type { Database } from '../../db/connection/database.ts';
import { findAll } from '../../db/inbox/find-waiting.ts';
import type { Sequencer } from './sequencer.ts';

/** Below what the sweep has for it all. */
const MAX_MS = 5_000;
const WORKSPACES_AT_ONCE = 4;

/**
 * Gives all that waits in the inbox its places, for some seconds at most. For where no API process is that does it by itself.
 *
 * @throws AggregateError of what failed, when all others are done
 */
export async function sequenceAll(database: Database, sequencer: Sequencer): Promise<void> {
  const end = performance.now() + MAX_MS;
  const inTurn = limitConcurrency(WORKSPACES_AT_ONCE);
  const sequenced = (await findAll(database)).map(({ workspaceId }) =>
    inTurn(async () => {
      let left = null;
      do {
        if (performance.now() > end) return;
        left = await sequencer.sequence(workspaceId, {
          maxSteps: 1,
          ...(left !== null && { fromId: left.fromId }),
        });
      } while (left !== null);
    }),
  );
  const errors = (await Promise.allSettled(sequenced)).flatMap((one) =>
    one.status === 'rejected' ? [one.reason as Error] : [],
  );
  if (errors.length > 0) throw new AggregateError(errors, errors[0]!.message);
}
