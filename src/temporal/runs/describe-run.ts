import { type Client, isGrpcServiceError } from '@temporalio/client';
import { tsToDate, tsToMs } from '@temporalio/common/lib/time.js';
import proto, { type temporal } from '@temporalio/proto';

const { WORKFLOW_EXECUTION_STATUS_RUNNING, WORKFLOW_EXECUTION_STATUS_PAUSED } =
  proto.temporal.api.enums.v1.WorkflowExecutionStatus;
const NOT_FOUND = 5;

/** One run of a workflow as Temporal describes it. Nothing in it is decoded, because payloads are its worker's own and may be anything. */
export interface DescribedRun {
  readonly workflowId: string;
  readonly runId: string;
  /** The run that its chain of continue-as-new, retries and resets began with. */
  readonly firstRunId: string;
  readonly type: string;
  readonly isOpen: boolean;
  /** As the API numbers them. */
  readonly status: temporal.api.enums.v1.WorkflowExecutionStatus;
  readonly startedAt: Date;
  /** When its first workflow task was, or is, due: later than the start of a run that follows a failed one, by the pause between attempts. */
  readonly runsFrom: Date;
  /** Null while it is open. */
  readonly closedAt: Date | null;
  /** As the server gave it, with its times to the nanosecond. */
  readonly raw: temporal.api.workflow.v1.IWorkflowExecutionInfo;
  readonly historyLength: number;
  readonly memo: temporal.api.common.v1.IMemo;
  /** How long the whole chain may run; null without a bound. */
  readonly maxDurationSeconds: number | null;
}

/** Describes that run, or the newest one. Null when Temporal does not have it. Throws what the client throws. */
export async function describeRun(
  client: Client,
  workflowId: string,
  runId?: string,
): Promise<DescribedRun | null> {
  const answer = await unlessNotFound(
    client.workflowService.describeWorkflowExecution({
      namespace: client.options.namespace,
      execution: { workflowId, ...(runId !== undefined && { runId }) },
    }),
  );
  const info = answer?.workflowExecutionInfo;
  if (!info) return null;
  const foundRunId = info.execution?.runId ?? '';
  const status = info.status ?? 0;
  const maxDurationMs = tsToMs(answer.executionConfig?.workflowExecutionTimeout ?? { nanos: 0 });
  return {
    workflowId,
    runId: foundRunId,
    firstRunId: info.firstRunId || foundRunId,
    type: info.type?.name ?? '',
    isOpen: status === WORKFLOW_EXECUTION_STATUS_RUNNING || status === WORKFLOW_EXECUTION_STATUS_PAUSED,
    status,
    startedAt: tsToDate(info.startTime ?? { nanos: 0 }),
    runsFrom: tsToDate(info.executionTime ?? info.startTime ?? { nanos: 0 }),
    closedAt: info.closeTime ? tsToDate(info.closeTime) : null,
    raw: info,
    historyLength: Number(info.historyLength ?? 0),
    memo: info.memo ?? {},
    maxDurationSeconds: maxDurationMs > 0 ? maxDurationMs / 1000 : null,
  };
}

/** The memo that a run was started with; null when Temporal does not have the run any more. */
export async function startMemoOf(
  client: Client,
  workflowId: string,
  runId: string,
): Promise<temporal.api.common.v1.IMemo | null> {
  const answer = await unlessNotFound(
    client.workflowService.getWorkflowExecutionHistory({
      namespace: client.options.namespace,
      execution: { workflowId, runId },
      maximumPageSize: 1,
      skipArchival: true,
    }),
  );
  const started = answer?.history?.events?.[0]?.workflowExecutionStartedEventAttributes;
  return started ? (started.memo ?? {}) : null;
}

async function unlessNotFound<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (isGrpcServiceError(error) && error.code === NOT_FOUND) return null;
    throw error;
  }
}
