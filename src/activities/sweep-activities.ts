import type { GateActivityDeps } from './deps.ts';
import { type OverdueWorkspace, findOverdueWorkspaces } from '../db/find-overdue-workspaces.ts';
import { findStartTimesUnknown } from '../db/record-start-times.ts';
import { recordSweepWake } from '../db/record-sweep-wake.ts';
import { signalGate } from '../temporal/signal-gate.ts';
import { terminateGate } from '../temporal/terminate-gate.ts';
import type { SweepActivities, SweepPage } from '../workflows/sweep-contract.ts';

/** Workspaces in one page: at most a few seconds of wakes, well within the local activity's 30 s. */
const PAGE_SIZE = 100;

/** Wakes in flight at once: a sweep after an outage must not become the next one. */
const WAKES_AT_ONCE = 8;

/** A gate woken this often without a reconcile does not work any more. */
const WAKES_UNTIL_WEDGED = 2;

/** Start times that a dead process left unrecorded are looked up after this long, this many a sweep. */
const START_TIMES_AFTER_SECONDS = 15;
const START_TIMES_PER_SWEEP = 200;

export function createSweepActivities(deps: GateActivityDeps) {
  return { sweepWorkspaces: (after) => sweepPage(deps, after) } satisfies SweepActivities;
}

async function sweepPage(deps: GateActivityDeps, after: string | null): Promise<SweepPage> {
  const { db } = deps.database;
  if (after === null) await recordMissedStartTimes(deps);
  const intervalSeconds = deps.config.SWEEP_INTERVAL_SECONDS;
  const overdue = await findOverdueWorkspaces(db, { after, intervalSeconds, limit: PAGE_SIZE });
  const counts = { woken: 0, replaced: 0, failed: 0 };
  const left = [...overdue];
  const work = async () => {
    for (let workspace = left.shift(); workspace !== undefined; workspace = left.shift()) {
      counts[await sweepWorkspace(deps, workspace)]++;
    }
  };
  await Promise.all(Array.from({ length: WAKES_AT_ONCE }, work));
  if (overdue.length > 0) deps.log.info({ ...counts }, 'swept');
  return { ...counts, after: overdue.length < PAGE_SIZE ? null : overdue.at(-1)!.id };
}

/** One workspace's error is counted and logged and does not end the sweep. */
async function sweepWorkspace(
  deps: GateActivityDeps,
  { id, sweepWakes }: OverdueWorkspace,
): Promise<keyof Omit<SweepPage, 'after'>> {
  try {
    const wedged = sweepWakes >= WAKES_UNTIL_WEDGED;
    if (wedged) {
      const runId = await terminateGate(
        deps.client,
        id,
        `Woken ${sweepWakes} times without a reconcile; replaced by the sweep.`,
      );
      deps.log.warn(
        { workspaceId: id, runId, sweepWakes },
        'the gate did not answer its wakes and was replaced; its children live on',
      );
    }
    await recordSweepWake(deps.database.db, id, { intervalSeconds: deps.config.SWEEP_INTERVAL_SECONDS });
    await signalGate(deps.client, id, 'wake', {
      continueAsNewAfterEvents: deps.config.GATES_CONTINUE_AS_NEW_AFTER_EVENTS,
    });
    return wedged ? 'replaced' : 'woken';
  } catch (error) {
    deps.log.error({ workspaceId: id, error }, 'the sweep could not wake a gate; the next one tries again');
    return 'failed';
  }
}

async function recordMissedStartTimes(deps: GateActivityDeps): Promise<void> {
  const ids = await findStartTimesUnknown(deps.database.db, {
    admittedBeforeSeconds: START_TIMES_AFTER_SECONDS,
    limit: START_TIMES_PER_SWEEP,
  });
  await deps.startRecorder.record(ids);
}
