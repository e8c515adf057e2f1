import type { Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { validate as isUuid } from 'uuid';
import { type Admission, findAdmissions } from '../../db/audit/find-admissions.ts';
import type { Database } from '../../db/connection/database.ts';
import { executionWorkflowId } from '../../domain/names.ts';
import { memoField } from '../../temporal/runs/execution-memo.ts';
import { listRuns } from '../../temporal/runs/list-runs.ts';
import { isoOf, type Micros, microsOf } from '../record/micros.ts';
import type { Stray } from '../record/workspace-record.ts';

/** Workflows compared with rows at once. */
const CHUNK = 500;

type WorkflowExecutionInfo = temporal.api.workflow.v1.IWorkflowExecutionInfo;

const PREFIX = executionWorkflowId('');

/**
 * Goes through every workflow in Temporal that is named like an execution, and finds the strays: workflows that say they are this deployment's and
 * that no admitted row stands for; by workspace. Rows are read after the listing: a row is admitted before its workflow starts, so
 * a workflow that is found too early has its row by then. Of one that its gate has started ahead of its admission the row is pending for a while: see `isStillStray`.
 */
export async function findStrays(
  database: Database,
  client: Client,
  options: { deployment: string; since: Micros | null; onProgress: (seen: number) => void },
): Promise<Map<string, Stray[]>> {
  const strays = new Map<string, Stray[]>();
  let chunk: WorkflowExecutionInfo[] = [];
  let seen = 0;
  const compareChunk = async () => {
    for (const [workspaceId, stray] of await straysAmong(database, chunk))
      strays.set(workspaceId, [...(strays.get(workspaceId) ?? []), stray]);
    seen += chunk.length;
    chunk = [];
    options.onProgress(seen);
  };
  const since =
    options.since === null
      ? ''
      : ` AND (ExecutionStatus = 'Running' OR CloseTime >= '${isoOf(options.since)}')`;
  for await (const workflow of listRuns(client, `WorkflowId STARTS_WITH '${PREFIX}'${since}`)) {
    if (memoField(workflow.memo, 'sluiceDeployment') !== options.deployment) continue;
    chunk.push(workflow);
    if (chunk.length >= CHUNK) await compareChunk();
  }
  await compareChunk();
  return strays;
}

async function straysAmong(
  database: Database,
  workflows: readonly WorkflowExecutionInfo[],
): Promise<[string, Stray][]> {
  const ids = workflows.flatMap((workflow) => executionIdOf(workflow) ?? []);
  const admissions = await findAdmissions(database, ids);
  return workflows.flatMap((workflow): [string, Stray][] => {
    const executionId = executionIdOf(workflow);
    const row = executionId === null ? undefined : admissions.get(executionId);
    const why = whyNobodys(workflow, executionId, row);
    const isUnadmitted = why === null && row?.admitted === false;
    if (why === null && !isUnadmitted) return [];
    const { startTime, closeTime } = workflow;
    const stray: Stray = {
      workflowId: workflow.execution?.workflowId ?? '',
      runId: workflow.execution?.runId ?? '',
      executionId,
      startedAt: microsOf(startTime ?? {}),
      closedAt: closeTime ? microsOf(closeTime) : null,
      isUnadmitted,
      why: why ?? 'its row was never admitted',
    };
    return [[memoField(workflow.memo, 'sluiceWorkspace') ?? '', stray]];
  });
}

function executionIdOf({ execution }: WorkflowExecutionInfo): string | null {
  const id = (execution?.workflowId ?? '').slice(PREFIX.length);
  return isUuid(id) && id === id.toLowerCase() ? id : null;
}

function whyNobodys(
  { memo }: WorkflowExecutionInfo,
  executionId: string | null,
  row: Admission | undefined,
): string | null {
  if (executionId === null) return 'its id is not that of any row';
  if (row === undefined) return `there is no row ${executionId}`;
  const named = memoField(memo, 'sluiceExecution');
  if (named !== executionId)
    return `its memo names ${named === null ? 'no execution' : `the execution ${named}`}`;
  if (memoField(memo, 'sluiceWorkspace') !== row.workspaceId)
    return `its row is of workspace ${row.workspaceId}`;
  return null;
}
