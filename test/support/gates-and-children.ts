import assert from 'node:assert/strict';
import { v7 as uuidv7 } from 'uuid';
import { type ExecutionMemo, executionWorkflowId, workspaceQueue } from '../../src/domain/names.ts';
import { signalGate } from '../../src/temporal/gates/signal-gate.ts';
import { eventually } from './eventually.ts';
import type { ExecutionBody, World } from './world.ts';

/** What a gate and its children need to be put into a state, and looked at, by Temporal's own means. */
type Seen = Pick<World, 'client' | 'config' | 'database' | 'enqueue' | 'execution' | 'gate'>;

/** So short that a test need not wait for minutes; test/gate/children/not-found.test.ts is about the rule itself. */
export const SHORT_NOT_FOUND_RULE = { times: 3, spanMs: 500, everyMs: 100 };

/** What the API does after a commit. */
export async function wake({ client }: Pick<Seen, 'client'>, workspace: string): Promise<void> {
  await signalGate(client, workspace, 'wake');
}

export function childOf({ client }: Pick<Seen, 'client'>, executionId: string) {
  return client.workflow.getHandle(executionWorkflowId(executionId));
}

export async function statusOf(world: Seen, workspace: string, executionId: string): Promise<string> {
  return (await world.execution(workspace, executionId)).status;
}

/** An `untilTold` that waits to be told: a worker that is stopped now holds no task of it. */
export async function runningExecution(
  world: Seen,
  workspace: string,
  input?: unknown,
): Promise<ExecutionBody> {
  const execution = await world.enqueue(workspace, 'untilTold', input);
  await eventually(async () => {
    const { status, historyLength, raw } = await childOf(world, execution.id).describe();
    assert.deepEqual([status.name, raw.pendingWorkflowTask ?? null], ['RUNNING', null]);
    assert.ok(historyLength > 1, 'its first workflow task is done');
  });
  return execution;
}

/** A row that was claimed, by a gate that then died. Returns its id. */
export async function insertClaimed(
  { database }: Seen,
  workspace: string,
  fields: {
    admittedAgo?: string;
    cancelRequested?: boolean;
    /** While it was reserved. */
    askedBefore?: 'cancel' | 'terminate';
    workflowType?: string;
  } = {},
): Promise<string> {
  const id = uuidv7();
  await database.pool.query(
    `with counted as (update workspaces set last_seq = last_seq + 1, running = running + 1 where id = $2 returning last_seq)
     insert into executions (id, workspace_id, seq, status, workflow_type, admitted_at, cancel_requested_at, terminate_requested_at)
     select $1, $2, last_seq, 'running', $3, now() - $4::interval,
       case when $5 then now() when $6 = 'cancel' then now() - $4::interval - interval '1 second' end,
       case when $6 = 'terminate' then now() - $4::interval - interval '1 second' end
     from counted`,
    [
      id,
      workspace,
      fields.workflowType ?? 'untilTold',
      fields.admittedAgo ?? '1 second',
      fields.cancelRequested ?? false,
      fields.askedBefore ?? '',
    ],
  );
  return id;
}

/** Starts in Temporal what belongs to a claimed row, as the gate that died did. */
export async function startClaimed(
  { client, database }: Seen,
  workspace: string,
  executionId: string,
  options: { workflowType?: string; startDelay?: '1 hour' } = {},
): Promise<void> {
  const { rows } = await database.pool.query<{ id: string }>('select id from deployment');
  const memo: ExecutionMemo = {
    sluiceDeployment: rows[0]!.id,
    sluiceWorkspace: workspace,
    sluiceExecution: executionId,
  };
  await client.workflow.start(options.workflowType ?? 'untilTold', {
    workflowId: executionWorkflowId(executionId),
    taskQueue: workspaceQueue(workspace),
    args: [],
    memo: { ...memo },
    ...(options.startDelay && { startDelay: options.startDelay }),
  });
}

/** What a gate's page in Temporal's Web UI says: the UI makes the same query. */
export async function gatePage({ gate }: Pick<Seen, 'gate'>, workspace: string): Promise<string> {
  const { currentDetails } = await gate(workspace).query<{ currentDetails?: string }>(
    '__temporal_workflow_metadata',
  );
  return currentDetails ?? '';
}
