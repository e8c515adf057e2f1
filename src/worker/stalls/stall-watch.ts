import type { Client } from '@temporalio/client';
import type { Config } from '../../config/config.ts';
import type { Database } from '../../db/connection/database.ts';
import { deploymentId } from '../../db/installation/deployment.ts';
import { type StallCount, type StalledExecution, recordStalls } from '../../db/stalls/record-stalls.ts';
import {
  type RoundPosition,
  type RunningExecution,
  findRunningAfter,
  findStalledRunning,
  moveStallRound,
  takeStallRound,
} from '../../db/stalls/stall-round.ts';
import type { Stall } from '../../domain/stall.ts';
import type { Log } from '../../process/log.ts';
import { isPolled } from '../../temporal/runs/is-polled.ts';
import { isExecutionByRawMemo } from '../../temporal/runs/execution-memo.ts';
import { type Repeating, repeatEvery } from '../../async/repeat.ts';
import { judgeStall } from './judge-stall.ts';
import { changedWorkspaces, logChanges } from './stall-changes.ts';
import { readOpenExecution } from './read-open-execution.ts';

/** Rounds in the time after which an execution counts as stalled: it is seen at most a quarter later, while one page holds all that run. */
const ROUNDS_PER_THRESHOLD = 4;
const ROUND_INTERVAL_MIN_SECONDS = 0.5;

/** Executions described in one round: of the recorded stalls, and of the other running executions. */
const STALLED_PER_ROUND = 200;
const RUNNING_PER_ROUND = 400;

/** Describes in flight at once: this work must not compete with admission. */
const DESCRIBES_AT_ONCE = 4;
const DESCRIBE_DEADLINE_MS = 3_000;

/** What a round has not reached by then is the next one's. */
const ROUND_MAX_MS = 10_000;

/** A round that has met so many errors ends: Temporal does not answer. */
const ERRORS_MAX = 5;

const FIRST: RoundPosition = { workspaceId: '', seq: 0 };

/** Gates woken by one round, to show what has changed; the others show it at their next reconcile. */
const WAKES_PER_ROUND = 20;

export interface StallWatchDeps {
  readonly config: Pick<Config, 'STALLED_AFTER_SECONDS'>;
  readonly log: Log;
  readonly client: Client;
  readonly database: Database;
  /** Makes a gate read its workspace's rows. */
  wakeGate(workspaceId: string): Promise<void>;
}

/**
 * Finds running executions that cannot make progress, in rounds: each process asks for the round that is due, and one gets it. A round
 * describes the executions that are recorded as stalled and some of the others, by turns, and records what it has seen.
 */
export function startStallWatch(deps: StallWatchDeps): Repeating {
  const afterSeconds = deps.config.STALLED_AFTER_SECONDS;
  const intervalSeconds = Math.max(ROUND_INTERVAL_MIN_SECONDS, afterSeconds / ROUNDS_PER_THRESHOLD);
  let failing = false;
  let stopping = false;
  const round = async () => {
    const errors = await oneRound(deps, { afterSeconds, intervalSeconds, isStopping: () => stopping });
    if (errors === null) return;
    if (errors.length > 0 && !failing) warnOfFailure(deps.log, errors[0]);
    failing = errors.length > 0;
  };
  const repeating = repeatEvery(intervalSeconds * 1000, round, (error) => {
    if (!failing) warnOfFailure(deps.log, error);
    failing = true;
  });
  return {
    stop() {
      stopping = true;
      return repeating.stop();
    },
  };
}

function warnOfFailure(log: Log, error: unknown): void {
  log.warn(
    { error },
    'whether executions make progress could not be found out for all of them; it is tried again, and logged again only after it has worked',
  );
}

/**
 * Returns the errors of executions that could not be judged, whose records stay; null when the round is not this process's.
 */
async function oneRound(
  deps: StallWatchDeps,
  options: { afterSeconds: number; intervalSeconds: number; isStopping: () => boolean },
): Promise<unknown[] | null> {
  const { db } = deps.database;
  const from = await takeStallRound(db, options);
  if (from === null) return null;
  const end = Date.now() + ROUND_MAX_MS;
  const judge = await createJudge(deps, options.afterSeconds);
  const seen = { stalled: [] as StalledExecution[], moving: [] as string[] };
  const errors: unknown[] = [];
  const judged = new Set<string>();

  /** Returns the last execution that was reached. */
  const judgeAll = async (executions: readonly RunningExecution[]): Promise<RunningExecution | undefined> => {
    let reached: RunningExecution | undefined;
    const left = [...executions];
    const work = async () => {
      while (Date.now() < end && errors.length < ERRORS_MAX && !options.isStopping()) {
        const execution = left.shift();
        if (execution === undefined) return;
        reached = execution;
        // One that is recorded as stalled may be in the page, too.
        if (judged.has(execution.executionId)) continue;
        judged.add(execution.executionId);
        try {
          const stall = await judge(execution);
          if (stall === null) seen.moving.push(execution.executionId);
          else seen.stalled.push({ executionId: execution.executionId, stall });
        } catch (error) {
          errors.push(error);
        }
      }
    };
    await Promise.all(Array.from({ length: DESCRIBES_AT_ONCE }, work));
    return reached;
  };

  await judgeAll(await findStalledRunning(db, { limit: STALLED_PER_ROUND }));
  const page = await findRunningAfter(db, from, {
    admittedBeforeSeconds: options.afterSeconds,
    limit: RUNNING_PER_ROUND,
  });
  const last = await judgeAll(page);
  const isThrough = page.length < RUNNING_PER_ROUND && last === page.at(-1);
  const next = isThrough ? FIRST : (last ?? from);
  if (next.workspaceId !== from.workspaceId || next.seq !== from.seq) await moveStallRound(db, next);

  await tell(deps, await recordStalls(deps.database, seen));
  return errors;
}

/** Judges one execution. Each task queue is asked for its pollers once. */
async function createJudge({ client, database }: StallWatchDeps, afterSeconds: number) {
  const sluiceDeployment = await deploymentId(database.db);
  const polled = new Map<string, Promise<boolean>>();
  const pollersOf = (taskQueue: string) => {
    const asked = polled.get(taskQueue) ?? isPolled(client, taskQueue);
    polled.set(taskQueue, asked);
    return asked;
  };

  const judgeOne = async ({
    executionId,
    workspaceId,
    admittedAt,
  }: RunningExecution): Promise<Stall | null> => {
    const open = await readOpenExecution(client, executionId);
    if (open === null) return null;
    const options = { now: new Date(), afterMs: afterSeconds * 1000, isPolled: true };
    const stall = judgeStall(open.task, options);
    if (stall?.reason === 'task-waiting')
      return judgeStall(open.task, { ...options, isPolled: await pollersOf(open.task.taskQueue) });
    if (stall !== null) return stall;
    const isOurs = isExecutionByRawMemo(open.memo, {
      sluiceDeployment,
      sluiceWorkspace: workspaceId,
      sluiceExecution: executionId,
    });
    return isOurs === null ? unreadableMemo(admittedAt) : null;
  };
  return (execution: RunningExecution) =>
    client.withDeadline(Date.now() + DESCRIBE_DEADLINE_MS, () => judgeOne(execution));
}

function unreadableMemo(since: Date): Stall {
  return {
    reason: 'unreadable-memo',
    message:
      "It cannot be told from its workflow's memo whether it is this execution: a field of Sluice's was encoded again, for example encrypted. Its end is recorded once Temporal has closed it.",
    since,
    taskFailure: null,
  };
}

async function tell(
  deps: StallWatchDeps,
  counts: { before: StallCount[]; after: StallCount[] },
): Promise<void> {
  logChanges(deps.log, counts);
  for (const workspaceId of changedWorkspaces(counts).slice(0, WAKES_PER_ROUND)) {
    try {
      await deps.client.withDeadline(Date.now() + DESCRIBE_DEADLINE_MS, () => deps.wakeGate(workspaceId));
    } catch (error) {
      deps.log.debug(
        { workspaceId, error },
        'a gate could not be told of stalled executions; it shows them later',
      );
      return;
    }
  }
}
