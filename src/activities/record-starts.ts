import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import type { Database } from '../db/client.ts';
import { type StartTime, recordStartTimes } from '../db/record-start-times.ts';
import { executionWorkflowId } from '../domain/names.ts';
import type { Log } from '../log.ts';

/** Learns Temporal's own start times of admitted executions, off the path of admission. */
export interface StartRecorder {
  /** Executions that were just handed to a gate. Returns at once. */
  note(executionIds: readonly string[]): void;
  /** Looks executions up now; returns how many of them have a start. */
  record(executionIds: readonly string[]): Promise<number>;
  stop(): Promise<void>;
}

/** A start is asked for after this long: the gate has sent it by then, and a burst becomes one batch. */
const BATCH_DELAY_MS = 400;

/** Describes in flight at once: this work must not compete with admission. */
const DESCRIBES_AT_ONCE = 4;

/** What waits in memory at most; beyond it the sweep finds the rest in the database. */
const NOTED_MAX = 5_000;

/** One recorder per worker process. What it has not recorded when the process ends is found by the sweep. */
export function createStartRecorder(deps: { client: Client; database: Database; log: Log }): StartRecorder {
  const noted = new Set<string>();
  let timer: NodeJS.Timeout | null = null;
  let batch: Promise<unknown> = Promise.resolve();

  const recordNoted = () => {
    timer = null;
    const executionIds = [...noted];
    noted.clear();
    batch = batch
      .then(() => record(executionIds))
      .catch((error: unknown) => {
        deps.log.warn({ error }, 'start times could not be recorded; the sweep will');
      });
  };

  const record = async (executionIds: readonly string[]) => {
    const starts: StartTime[] = [];
    const left = [...executionIds];
    const work = async () => {
      for (let id = left.shift(); id !== undefined; id = left.shift()) {
        const start = await describeStart(deps.client, id);
        if (start !== null) starts.push(start);
      }
    };
    await Promise.all(Array.from({ length: DESCRIBES_AT_ONCE }, work));
    await recordStartTimes(deps.database.db, starts);
    return starts.length;
  };

  return {
    note(executionIds) {
      for (const id of executionIds) if (noted.size < NOTED_MAX) noted.add(id);
      if (noted.size > 0) timer ??= setTimeout(recordNoted, BATCH_DELAY_MS);
    },
    record,
    async stop() {
      if (timer !== null) {
        clearTimeout(timer);
        recordNoted();
      }
      await batch;
    },
  };
}

async function describeStart(client: Client, executionId: string): Promise<StartTime | null> {
  try {
    const { raw, runId, startTime, memo } = await client.workflow
      .getHandle(executionWorkflowId(executionId))
      .describe();
    if (memo?.['sluiceExecution'] !== executionId) return null;
    // A run that followed another (continued, retried, reset) started later than the execution did.
    const first = raw.workflowExecutionInfo?.firstRunId || runId;
    return {
      executionId,
      runId: first,
      startedAt: first === runId ? startTime : await firstStart(client, executionId, first),
    };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

async function firstStart(client: Client, executionId: string, runId: string): Promise<Date> {
  return (await client.workflow.getHandle(executionWorkflowId(executionId), runId).describe()).startTime;
}
