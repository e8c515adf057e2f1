import type { GateMeasures } from '../../activities/gate-measures.ts';
import { type Repeating, repeatEvery } from '../../async/repeat.ts';
import { limitConcurrency } from '../../async/limit-concurrency.ts';
import type { Database } from '../../db/connection/database.ts';
import { advanceSchedule } from '../../db/schedule/advance-schedule.ts';
import { findDueWorkspaces } from '../../db/schedule/find-due-workspaces.ts';
import { executionLog } from '../../process/execution-log.ts';
import type { Log } from '../../process/log.ts';
import { logRepeated } from '../../process/repeated-failures.ts';
import { endDuePauses } from './end-due-pauses.ts';

/** An execution enters the queue this much after its time at most, and a moment for the transaction. */
const POLL_INTERVAL_MS = 1_000;

/** Transactions at once: at a full hour many workspaces are due, and admission must not wait for them. */
const WORKSPACES_AT_ONCE = 4;

export interface SchedulePollerDeps {
  readonly log: Log;
  readonly database: Database;
  /** Returns at once and never throws. */
  wakeGate(workspaceId: string): void;
  readonly measures: Pick<GateMeasures, 'endedWaiting'>;
}

/**
 * Puts scheduled executions into their queues when their time has come, ends the ones that were not admitted before theirs, and the pauses that are over: one look a second in each
 * process, by Postgres' clock. A process that dies between commit and wake leaves rows that are pending, which the sweep finds.
 */
export function startSchedulePoller(deps: SchedulePollerDeps): Repeating {
  let stopping = false;
  const isStopping = () => stopping;
  const repeating = repeatEvery(
    POLL_INTERVAL_MS,
    async () => {
      await endDuePauses(deps, isStopping, (error, fields) => warn(deps.log, error, fields));
      await advanceAll(deps, isStopping);
    },
    (error) => warn(deps.log, error, {}),
  );
  return {
    stop() {
      stopping = true;
      return repeating.stop();
    },
  };
}

/** Until nothing is due, but for workspaces that could not be advanced now: the next look tries them again. */
async function advanceAll(deps: SchedulePollerDeps, isStopping: () => boolean): Promise<void> {
  const left = new Set<string>();
  for (;;) {
    const due = await findDueWorkspaces(deps.database.db, { except: [...left] });
    if (due.length === 0 || isStopping()) return;
    const inTurn = limitConcurrency(WORKSPACES_AT_ONCE);
    await Promise.all(
      due.map((workspaceId) =>
        inTurn(async () => {
          if (isStopping() || !(await advanceOne(deps, workspaceId))) left.add(workspaceId);
        }),
      ),
    );
  }
}

/** Returns false when nothing was done: somebody else has, or it failed. */
async function advanceOne(
  { log, database, wakeGate, measures }: SchedulePollerDeps,
  workspaceId: string,
): Promise<boolean> {
  try {
    const { entered, expired } = await advanceSchedule(database, workspaceId);
    if (entered.length + expired.length === 0) return false;
    // Also after expiries alone: its gate shows how many wait.
    wakeGate(workspaceId);
    measures.endedWaiting('expired', expired.length);
    for (const { executionId, seq, workflowType } of entered)
      executionLog.accepted(log, { workspaceId, executionId, seq }, workflowType);
    for (const { executionId, seq } of expired)
      executionLog.ended(log, { workspaceId, executionId, seq, runId: null, status: 'expired' });
    return true;
  } catch (error) {
    warn(log, error, { workspaceId });
    return false;
  }
}

function warn(log: Log, error: unknown, fields: { workspaceId?: string }): void {
  logRepeated(
    log,
    'warn',
    { ...fields, error },
    'what is due could not enter the queue, expire, or be resumed; it is tried again each second',
  );
}
