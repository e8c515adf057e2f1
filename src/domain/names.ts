/** Every name that Temporal sees is made here, so that a queue or an id can be predicted from a workspace. */

export const DEFAULT_QUEUE = 'workflows.default';
export const EXTERNAL_API_QUEUE = 'activities.external-api';
export const RETENTION_QUEUE = 'activities.retention';
export const WORKSPACE_QUEUE_PREFIX = 'workflow.workspace.';

export const GATE_WORKFLOW_TYPE = 'WorkspaceGateWorkflow';
export const SWEEP_WORKFLOW_TYPE = 'SweepWorkflow';
export const SWEEP_SCHEDULE_ID = 'sluice-sweep';
export const RETENTION_WORKFLOW_TYPE = 'RetentionWorkflow';
export const RETENTION_SCHEDULE_ID = 'sluice-retention';

/** Custom search attributes: optional in every place, because registering them needs a permission. */
export const SEARCH_ATTRIBUTES = {
  workspace: 'SluiceWorkspace',
  tier: 'SluiceTier',
  limit: 'SluiceLimit',
} as const;

/** A workspace id is safe as it is in a queue name, a workflow id and a URL. */
export const WORKSPACE_ID_PATTERN = '^[A-Za-z0-9_-]{1,64}$';

/** The task queue that a workspace's executions run on. */
export function workspaceQueue(workspaceId: string): string {
  return `${WORKSPACE_QUEUE_PREFIX}${workspaceId}`;
}

/** The workflow id of a workspace's gate. */
export function gateWorkflowId(workspaceId: string): string {
  return `gate.${workspaceId}`;
}

/** The workflow id of an execution; unique for ever, which is what makes a second start impossible. */
export function executionWorkflowId(executionId: string): string {
  return `execution.${executionId}`;
}

/** The memo by which a child is known as ours; its type cannot serve, because a workflow may continue as another. */
export interface ExecutionMemo {
  readonly sluiceDeployment: string;
  readonly sluiceWorkspace: string;
  readonly sluiceExecution: string;
}

/** All that a child's memo says. What is not needed to know it tells which request it was for, should its row be lost. */
export interface ChildMemo extends ExecutionMemo {
  readonly sluiceSeq: number;
  /** SHA-256 of the idempotency key in hex; absent when there is none. */
  readonly sluiceKeyDigest?: string;
  /** As they were sent; absent when there are none. */
  readonly sluiceLabels?: Readonly<Record<string, string>>;
}
