import { Context } from '@temporalio/activity';
import type { GateActivityDeps } from '../gate-activity-deps.ts';
import { findStartTimesUnknown } from '../../db/executions/record-start-times.ts';
import type { SweepActivities } from '../../workflows/sweep/contract.ts';
import { sweepPage } from './sweep-page.ts';

/** Start times that a dead process left unrecorded are read after this long, this many a sweep. */
const START_TIMES_AFTER_SECONDS = 15;
const START_TIMES_PER_SWEEP = 200;

/** Below the step's time-out of 20 s, so that the start times read by then are recorded. */
const START_TIMES_MAX_MS = 12_000;

/** A local activity that is out of time is told so by its signal, and goes on if it does not heed it. */
export function createSweepActivities(deps: GateActivityDeps) {
  return {
    sweepWorkspaces: (after) => sweepPage(deps, after, Context.current().cancellationSignal),
    recordMissedStartTimes: () => recordMissedStartTimes(deps, Context.current().cancellationSignal),
  } satisfies SweepActivities;
}

async function recordMissedStartTimes(deps: GateActivityDeps, signal: AbortSignal): Promise<number> {
  const ids = await findStartTimesUnknown(deps.database.db, {
    admittedBeforeSeconds: START_TIMES_AFTER_SECONDS,
    limit: START_TIMES_PER_SWEEP,
  });
  return await deps.startRecorder.record(
    ids,
    AbortSignal.any([signal, AbortSignal.timeout(START_TIMES_MAX_MS)]),
  );
}
