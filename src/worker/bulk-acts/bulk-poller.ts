import { type Repeating, repeatEvery } from '../../async/repeat.ts';
import { leavePart, takePart } from '../../db/bulk-acts/take-part.ts';
import { logRepeated } from '../../process/repeated-failures.ts';
import type { Log } from '../../process/log.ts';
import { carryOn, type CarryOnDeps } from './carry-on.ts';

/** An act begins this much after it was accepted at most. With nothing to do a look reads one index that is empty. */
const POLL_INTERVAL_MS = 1_000;

/** Of one process: admission must not wait for them. */
const PARTS_AT_ONCE = 2;

/** After an error, such as a workspace whose row is held. */
const RETRY_MS = 2_000;

/**
 * Carries on what is left of bulk acts, part by part, the one that has waited for longest first: so a large act, or one whose workspace is held, keeps no
 * other waiting. A process that dies leaves a part to others at the end of its lease.
 */
export function startBulkPoller(deps: CarryOnDeps): Repeating {
  let stopping = false;
  const isStopping = () => stopping;
  const work = async () => {
    while (!stopping && (await carryOnNext(deps, isStopping)));
  };
  const repeating = repeatEvery(
    POLL_INTERVAL_MS,
    async () => void (await Promise.all(Array.from({ length: PARTS_AT_ONCE }, work))),
    (error) => warn(deps.log, error),
  );
  return {
    stop() {
      stopping = true;
      return repeating.stop();
    },
  };
}

/** Returns false when no part has its turn. */
async function carryOnNext(deps: CarryOnDeps, isStopping: () => boolean): Promise<boolean> {
  const { db } = deps.database;
  const part = await takePart(db);
  if (part === null) return false;
  try {
    await carryOn(deps, part, isStopping);
  } catch (error) {
    warn(deps.log, error, { bulkActId: part.actId, workspaceId: part.workspaceId });
    await leavePart(db, part, { afterMs: RETRY_MS });
  }
  return true;
}

function warn(log: Log, error: unknown, fields: { bulkActId?: string; workspaceId?: string } = {}): void {
  logRepeated(
    log,
    'warn',
    { ...fields, error },
    'a bulk act could not be carried on; it is tried again by itself, and goes on where it was',
  );
}
