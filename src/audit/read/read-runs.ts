import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { executionWorkflowId } from '../../domain/names.ts';
import { closeEventOf, isUnreadable, outcomeOfCloseEvent } from '../../temporal/runs/close-event.ts';
import { type DescribedRun, describeRun } from '../../temporal/runs/describe-run.ts';
import { ownershipOf } from '../../temporal/runs/execution-memo.ts';
import { listRuns } from '../../temporal/runs/list-runs.ts';
import { microsOf } from '../record/micros.ts';
import type { Run, RunClose } from '../record/workspace-record.ts';

/** Ids in one visibility query. */
const LIST_IDS = 50;

/** Calls in flight at once, so that an audit does not slow the deployment that it reads. */
const CALLS_AT_ONCE = 8;

/** Visibility is written in the background; it is commonly there within a second. */
const VISIBILITY_DEADLINE_MS = 30_000;
const VISIBILITY_POLL_INTERVAL_MS = 250;

export interface RunsFound {
  /** By execution id, each list by start. */
  readonly runs: ReadonlyMap<string, readonly Run[]>;
  /** Executions of which visibility did not show the newest run in time: earlier runs of them may have been missed. */
  readonly visibilityBehind: readonly string[];
}

/**
 * Reads Temporal's own record of executions. The newest run of an id comes from describing it, which is strongly consistent;
 * whether there are others, from visibility, which is waited for.
 */
export async function readRuns(
  client: Client,
  executions: { deployment: string; workspaceId: string; ids: readonly string[] },
  onProgress: (read: number) => void,
): Promise<RunsFound> {
  const runs = new Map<string, readonly Run[]>();
  const visibilityBehind: string[] = [];
  for (let from = 0; from < executions.ids.length; from += LIST_IDS) {
    const batch = executions.ids.slice(from, from + LIST_IDS);
    const newest = new Map<string, DescribedRun | null>();
    await eachAtOnce(batch, async (id) => {
      newest.set(id, await describeRun(client, executionWorkflowId(id)));
    });
    const listed = await listCaughtUp(client, newest);
    visibilityBehind.push(...listed.behind);
    await eachAtOnce(batch, async (id) => {
      runs.set(id, await runsOf(client, executions, id, newest.get(id) ?? null, listed.runIds.get(id) ?? []));
    });
    onProgress(from + batch.length);
  }
  return { runs, visibilityBehind };
}

async function eachAtOnce(ids: readonly string[], work: (id: string) => Promise<void>): Promise<void> {
  const left = [...ids];
  const takeNext = async () => {
    for (let id = left.shift(); id !== undefined; id = left.shift()) await work(id);
  };
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, takeNext));
}

/** The run ids of each execution, once they include the newest run that was described. */
async function listCaughtUp(
  client: Client,
  newest: ReadonlyMap<string, DescribedRun | null>,
): Promise<{ runIds: Map<string, string[]>; behind: string[] }> {
  const runIds = new Map<string, string[]>();
  const end = performance.now() + VISIBILITY_DEADLINE_MS;
  let left = [...newest.keys()];
  for (;;) {
    for (const id of left) runIds.set(id, []);
    const query = `WorkflowId IN (${left.map((id) => `'${executionWorkflowId(id)}'`).join(', ')})`;
    for await (const { execution } of listRuns(client, query)) {
      runIds
        .get((execution?.workflowId ?? '').slice(executionWorkflowId('').length))
        ?.push(execution?.runId ?? '');
    }
    left = left.filter((id) => {
      const described = newest.get(id);
      return described && !runIds.get(id)!.includes(described.runId);
    });
    if (left.length === 0 || performance.now() > end) return { runIds, behind: left };
    await delay(VISIBILITY_POLL_INTERVAL_MS);
  }
}

async function runsOf(
  client: Client,
  owner: { deployment: string; workspaceId: string },
  executionId: string,
  newest: DescribedRun | null,
  listed: readonly string[],
): Promise<Run[]> {
  const described = newest === null ? [] : [newest];
  const firstRunId = newest?.firstRunId;
  for (const runId of new Set([...listed, ...(firstRunId ? [firstRunId] : [])])) {
    if (runId === newest?.runId) continue;
    const other = await describeRun(client, executionWorkflowId(executionId), runId);
    if (other !== null) described.push(other);
  }
  const runs: Run[] = [];
  for (const description of described) runs.push(await runOf(client, owner, executionId, description));
  return runs.sort((a, b) => a.startedAt - b.startedAt);
}

async function runOf(
  client: Client,
  owner: { deployment: string; workspaceId: string },
  executionId: string,
  described: DescribedRun,
): Promise<Run> {
  const { runId, firstRunId, raw } = described;
  const ownership = await ownershipOf(client, described, {
    sluiceDeployment: owner.deployment,
    sluiceWorkspace: owner.workspaceId,
    sluiceExecution: executionId,
  });
  return {
    runId,
    firstRunId,
    // What Temporal cannot tell may be ours, and is counted as that.
    isOurs: ownership !== 'foreign',
    startedAt: microsOf(raw.startTime ?? {}),
    close: raw.closeTime ? await closeOf(client, described, microsOf(raw.closeTime)) : null,
  };
}

async function closeOf(client: Client, run: DescribedRun, at: number): Promise<RunClose | null> {
  let event: temporal.api.history.v1.IHistoryEvent | null;
  try {
    event = await closeEventOf(client, run, { wait: null });
  } catch (error) {
    if (isUnreadable(error)) return { at, by: 'end', outcome: null };
    throw error;
  }
  if (event === null)
    throw new Error(
      `Temporal says that run ${run.runId} of ${run.workflowId} has closed, and has no event of it.`,
    );
  if (isContinued(event)) return { at, by: 'continued', outcome: null };
  if (event.workflowExecutionTerminatedEventAttributes?.identity === RESETTER_IDENTITY)
    return { at, by: 'reset', outcome: null };
  const { outcome } = outcomeOfCloseEvent(event, run.maxDurationSeconds);
  return {
    at,
    by: 'end',
    outcome: {
      status: outcome.status,
      result: {
        md5: outcome.result === null ? null : createHash('md5').update(outcome.result).digest('hex'),
        omitted: outcome.resultOmitted,
      },
      failureType: outcome.failure?.type ?? null,
    },
  };
}

/** As whom the server terminates the open run that a reset replaces. Seen with Temporal server 1.29. */
const RESETTER_IDENTITY = 'history-resetter';

function isContinued(event: temporal.api.history.v1.IHistoryEvent): boolean {
  return Boolean(
    event.workflowExecutionContinuedAsNewEventAttributes ||
    event.workflowExecutionCompletedEventAttributes?.newExecutionRunId ||
    event.workflowExecutionFailedEventAttributes?.newExecutionRunId ||
    event.workflowExecutionTimedOutEventAttributes?.newExecutionRunId,
  );
}
