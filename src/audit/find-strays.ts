import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { validate as isUuid } from 'uuid';
import type { Database } from '../db/client.ts';
import { executionWorkflowId } from '../domain/names.ts';
import { isoOf, type Micros, microsOf } from './micros.ts';
import type { Stray } from './workspace-record.ts';

/** Workflows compared with rows at once. */
const CHUNK = 500;

const PREFIX = executionWorkflowId('');

/**
 * Goes through every workflow in Temporal that is named like an execution, and finds those that say they are this deployment's and
 * that no admitted row stands for; by workspace. Rows are read after the listing: a row is admitted before its workflow starts, so
 * one that is found too early has its row by then.
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
  for await (const workflow of client.workflow.list({
    query: `WorkflowId STARTS_WITH '${PREFIX}'${since}`,
  })) {
    if (workflow.memo?.['sluiceDeployment'] !== options.deployment) continue;
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
  const { rows } = await database.pool.query<{ id: string; workspace_id: string; admitted: boolean }>(
    'select id, workspace_id, admitted_at is not null as admitted from executions where id = any($1::uuid[])',
    [ids],
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return workflows.flatMap((workflow): [string, Stray][] => {
    const executionId = executionIdOf(workflow);
    const row = executionId === null ? undefined : byId.get(executionId);
    const why = whyNobodys(workflow, executionId, row);
    if (why === null) return [];
    const { startTime, closeTime } = workflow.raw;
    const stray: Stray = {
      workflowId: workflow.workflowId,
      runId: workflow.runId,
      executionId,
      startedAt: microsOf(startTime ?? {}),
      closedAt: closeTime ? microsOf(closeTime) : null,
      why,
    };
    return [[textOf(workflow.memo?.['sluiceWorkspace']), stray]];
  });
}

function executionIdOf({ workflowId }: WorkflowExecutionInfo): string | null {
  const id = workflowId.slice(PREFIX.length);
  return isUuid(id) && id === id.toLowerCase() ? id : null;
}

function whyNobodys(
  { memo }: WorkflowExecutionInfo,
  executionId: string | null,
  row: { workspace_id: string; admitted: boolean } | undefined,
): string | null {
  if (executionId === null) return 'its id is not that of any row';
  if (row === undefined) return `there is no row ${executionId}`;
  if (memo?.['sluiceExecution'] !== executionId)
    return `its memo names the execution ${textOf(memo?.['sluiceExecution'])}`;
  if (memo['sluiceWorkspace'] !== row.workspace_id) return `its row is of workspace ${row.workspace_id}`;
  return row.admitted ? null : 'its row was never admitted';
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
