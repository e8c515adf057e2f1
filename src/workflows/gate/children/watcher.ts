import {
  ActivityCancellationType,
  CancellationScope,
  condition,
  isCancellation,
  log,
  proxyActivities,
} from '@temporalio/workflow';
import type { GateActivities, WatchAnswer, WatchRequest } from '../contract.ts';
import type { GateState } from '../state/gate-state.ts';

/** A turn ends by itself after 30 s; this is for a worker that neither answers nor heartbeats nor dies. */
const TURN_TIMEOUT_SECONDS = 60;

/** How soon the watch moves to another worker after its own died. It heartbeats every 2 s. */
const HEARTBEAT_TIMEOUT_SECONDS = 8;

/** Start answers are collected before a turn is given up, so that the next sees them all; a slow one does not hold up the rest. */
const COLLECT_STARTS_SECONDS = 10;

const { watchExecutions } = proxyActivities<Pick<GateActivities, 'watchExecutions'>>({
  startToCloseTimeout: TURN_TIMEOUT_SECONDS * 1000,
  heartbeatTimeout: HEARTBEAT_TIMEOUT_SECONDS * 1000,
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '10s' },
  summary: 'watch executions that an earlier run of this gate started',
});

/**
 * Watches adopted executions, in turns, for as long as the gate runs: at most one watcher at a time. A turn is given up for another one
 * over the whole set when the set grows, or the new ones would stay unseen; and when it is overdue, as one that was paused before it
 * began is: Temporal gives that no time-out. There is no timer for it: the sweep wakes a gate that has work often enough.
 */
export async function watchAdopted(state: GateState): Promise<never> {
  for (;;) {
    await condition(() => state.watched.length > 0);
    const { deployment, workspaceId, watched } = state;
    const answer = await watchOneTurn(state, { deployment, workspaceId, executions: watched });
    if (answer === null) continue;
    state.watchAnswered();
    if (answer.notFound) state.watchedNotFound(watched, answer.notFound);
    for (const started of answer.started) state.watchedStarted(started);
    for (const closed of answer.closed) state.childClosed(closed);
  }
}

async function watchOneTurn(state: GateState, request: WatchRequest): Promise<WatchAnswer | null> {
  const turn = new CancellationScope({ cancellable: true });
  const watching = turn.run(() => watchExecutions(request));
  const givenUp = turn.run(() => reasonToGiveUp(state));
  try {
    const answer = await Promise.race([watching, givenUp]);
    if (answer !== undefined) return answer;
    turn.cancel();
    return await watching;
  } catch (error) {
    if (!isCancellation(error)) log.warn('a watch failed; it is begun again', { error });
    return null;
  } finally {
    turn.cancel();
  }
}

async function reasonToGiveUp(state: GateState): Promise<void> {
  const generation = state.watchGeneration;
  const begunAt = Date.now();
  const setGrew = () => state.watchGeneration !== generation;
  const overdue = () => Date.now() - begunAt > (state.settings?.watchOverdueSeconds ?? Infinity) * 1000;
  await condition(() => setGrew() || overdue());
  if (overdue()) {
    const why = `A watch of ${state.watched.length} adopted executions has not answered since ${new Date(begunAt).toISOString()} (perhaps its activity is paused); another one was begun.`;
    log.warn(why);
    state.watchGivenUp(why);
  } else {
    await condition(() => !state.startsUnanswered, COLLECT_STARTS_SECONDS * 1000);
  }
}
