import type { Client } from '@temporalio/client';
import { tsToDate } from '@temporalio/common/lib/time.js';
import type { Database } from '../../db/connection/database.ts';
import {
  type StartTime,
  type StartTimeUnknown,
  findWithoutStartTime,
  recordStartTimes,
} from '../../db/executions/record-start-times.ts';
import { executionWorkflowId } from '../../domain/names.ts';
import type { GateMeasures } from '../gate-measures.ts';
import { executionLog } from '../../process/execution-log.ts';
import type { Log } from '../../process/log.ts';
import { logRepeated } from '../../process/repeated-failures.ts';
import { describeRun } from '../../temporal/runs/describe-run.ts';
import { memoField } from '../../temporal/runs/execution-memo.ts';

/** Learns Temporal's own start times of admitted executions, off the path of admission. */
export interface StartRecorder {
  /** Executions that were just handed to a gate. Returns at once. */
  note(executionIds: readonly string[]): void;
  /** Asks Temporal about executions now, until the signal aborts; returns how many starts it recorded. */
  record(executionIds: readonly string[], signal: AbortSignal): Promise<number>;
  stop(): Promise<void>;
}

/** A start is asked for after this long: most gates have reported its run by then, and a burst becomes one batch. */
const BATCH_DELAY_MS = 800;

/**
 * A start that is not there yet, or whose row was being written, is asked for again with the next batches, this often, 16 s in all: on a
 * loaded server it comes late, and nothing wakes a gate for it, so that it would be known at the next sweep only.
 */
const READS_MAX = 20;

/** Describes in flight at once: this work must not compete with admission. */
const DESCRIBES_AT_ONCE = 4;

/**
 * From this many on, one visibility query takes the place of as many describes. Fewer are described: a server answers some ten queries a
 * second (`frontend.namespaceRPS.visibility`).
 */
const LIST_FROM = 5;
const LISTED_AT_ONCE = 100;

/** An answer of Temporal that takes longer is given up. */
const ANSWER_MAX_MS = 5_000;

/** Describes of one batch at most: when visibility is away, they are all that is left. */
const DESCRIBES_MAX = 200;

/** A batch that takes longer records what it has; the rest is asked for with the next one. */
const BATCH_MAX_MS = 30_000;

/** What waits in memory at most; beyond it the sweep finds the rest in the database. */
const NOTED_MAX = 5_000;

interface StartRecorderDeps {
  readonly client: Client;
  readonly database: Database;
  readonly log: Log;
  readonly measures: Pick<GateMeasures, 'started'>;
}

/** One recorder per worker process. What it has not recorded when the process ends is found by the sweep. */
export function createStartRecorder(deps: StartRecorderDeps): StartRecorder {
  const { database } = deps;
  /** How often each has been read. */
  const noted = new Map<string, number>();
  let timer: NodeJS.Timeout | null = null;
  let batch: Promise<unknown> = Promise.resolve();
  let stopped = false;

  const note = (executionId: string, reads: number) => {
    if (noted.size >= NOTED_MAX || stopped) return;
    noted.set(executionId, reads);
    timer ??= setTimeout(recordNoted, BATCH_DELAY_MS);
  };

  const recordNoted = () => {
    timer = null;
    const reads = new Map(noted);
    noted.clear();
    batch = batch
      .then(async () => {
        const { missing } = await read([...reads.keys()], AbortSignal.timeout(BATCH_MAX_MS));
        for (const id of missing) if (reads.get(id)! < READS_MAX) note(id, reads.get(id)! + 1);
      })
      .catch((error: unknown) => {
        logRepeated(deps.log, 'warn', { error }, 'start times could not be recorded; the sweep will');
      });
  };

  const read = async (executionIds: readonly string[], signal: AbortSignal) => {
    const unknown = await findWithoutStartTime(database.db, executionIds);
    const starts = await askTemporal(deps, unknown, signal);
    const rows = await recordStartTimes(database.db, starts);
    for (const { isNews, admissionSeconds, ...start } of rows) {
      deps.measures.started(admissionSeconds);
      if (isNews) executionLog.started(deps.log, start);
    }
    const recorded = new Set(rows.map(({ executionId }) => executionId));
    const missing = unknown.map(({ executionId }) => executionId).filter((id) => !recorded.has(id));
    return { recorded: recorded.size, missing };
  };

  return {
    note(executionIds) {
      for (const id of executionIds) note(id, 1);
    },
    record: async (executionIds, signal) => (await read(executionIds, signal)).recorded,
    async stop() {
      stopped = true;
      if (timer !== null) {
        clearTimeout(timer);
        recordNoted();
      }
      await batch;
    },
  };
}

/**
 * The starts that Temporal tells until the signal aborts. One question that fails costs nothing but its own answer: an execution that cannot
 * be described must not keep the others' times from being recorded.
 */
async function askTemporal(
  { client, log }: { client: Client; log: Log },
  unknown: readonly StartTimeUnknown[],
  signal: AbortSignal,
): Promise<StartTime[]> {
  // A signal of its own for each: the client leaves a listener on it.
  const inTime: InTime = (call) =>
    client.withAbortSignal(AbortSignal.any([signal]), () =>
      client.withDeadline(Date.now() + ANSWER_MAX_MS, call),
    );
  const starts: StartTime[] = [];
  try {
    await listStarts(client, unknown, starts, inTime);
  } catch (error) {
    logRepeated(
      log,
      'warn',
      { error },
      'start times could not be read from visibility; they are asked for one by one',
    );
  }
  const listed = new Set(starts.map(({ executionId }) => executionId));
  const left = unknown.map(({ executionId }) => executionId).filter((id) => !listed.has(id));
  left.length = Math.min(left.length, DESCRIBES_MAX);
  const failed: { executionId: string; error: unknown }[] = [];
  const work = async () => {
    for (let id = left.shift(); id !== undefined && !signal.aborted; id = left.shift()) {
      const executionId = id;
      try {
        const start = await inTime(() => describeStart(client, executionId));
        if (start !== null) starts.push(start);
      } catch (error) {
        failed.push({ executionId, error });
      }
    }
  };
  await Promise.all(Array.from({ length: DESCRIBES_AT_ONCE }, work));
  if (failed.length > 0)
    logRepeated(
      log,
      'warn',
      { ...failed[0], failed: failed.length },
      'start times could not be read from Temporal; they are asked for again',
    );
  return starts;
}

type InTime = <T>(call: () => Promise<T>) => Promise<T>;

/** Adds those among many whose first run is known and already visible. */
async function listStarts(
  client: Client,
  unknown: readonly StartTimeUnknown[],
  starts: StartTime[],
  inTime: InTime,
): Promise<void> {
  const firstRuns = new Map(
    unknown.flatMap(({ executionId, runId }) => (runId ? [[runId, executionId]] : [])),
  );
  const ids = [...firstRuns.values()];
  if (ids.length < LIST_FROM) return;
  for (let at = 0; at < ids.length; at += LISTED_AT_ONCE) {
    const named = ids.slice(at, at + LISTED_AT_ONCE).map((id) => `"${executionWorkflowId(id)}"`);
    const { executions } = await inTime(() =>
      client.workflowService.listWorkflowExecutions({
        namespace: client.options.namespace,
        query: `WorkflowId IN (${named.join(', ')})`,
        pageSize: LISTED_AT_ONCE,
      }),
    );
    for (const { execution, startTime } of executions) {
      const runId = execution?.runId ?? '';
      const executionId = firstRuns.get(runId);
      // Of an execution that went on in further runs, the first run alone started it.
      if (executionId !== undefined && startTime)
        starts.push({ executionId, runId, startedAt: tsToDate(startTime) });
    }
  }
}

async function describeStart(client: Client, executionId: string): Promise<StartTime | null> {
  const workflowId = executionWorkflowId(executionId);
  const found = await describeRun(client, workflowId);
  if (found === null || memoField(found.memo, 'sluiceExecution') !== executionId) return null;
  // A run that followed another (continued, retried, reset) started later than the execution did.
  const first =
    found.firstRunId === found.runId ? found : await describeRun(client, workflowId, found.firstRunId);
  return first && { executionId, runId: first.runId, startedAt: first.startedAt };
}
