import { condition, patched } from '@temporalio/workflow';
import type { GateState } from '../state/gate-state.ts';

/** While Postgres does not answer, a gate waits on timers, from one second to half a minute. */
const WAIT_MIN_SECONDS = 1;
const WAIT_MAX_SECONDS = 30;

/**
 * Waits after a failed reconcile: 1 s for the first of several in a row, then 2, 4, ... up to 30 s. A wake ends the wait, though not its
 * first second, because the API and the sweep have just reached Postgres when they send one; so there is one try a second at most, whatever
 * is signalled. `mustEnd` ends it at once.
 */
export async function waitToRetry(
  state: Pick<GateState, 'wakesHeard'>,
  failuresBefore: number,
  mustEnd: () => boolean,
): Promise<void> {
  const heardBefore = state.wakesHeard;
  const begunMs = Date.now();
  const ms = Math.min(WAIT_MAX_SECONDS, WAIT_MIN_SECONDS * 2 ** failuresBefore) * 1000;
  // Runs that have waited by older code take no notice of wakes.
  if (ms === WAIT_MIN_SECONDS * 1000 || !patched('a-wake-ends-a-wait-for-postgres')) {
    await condition(mustEnd, ms);
    return;
  }
  await condition(() => mustEnd() || state.wakesHeard !== heardBefore, ms);
  const soonestMs = begunMs + WAIT_MIN_SECONDS * 1000 - Date.now();
  if (soonestMs > 0) await condition(mustEnd, soonestMs);
}
