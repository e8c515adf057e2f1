import type { FoundExecution, Position } from '../../../db/executions/find-execution.ts';
import type { ExecutionRow, ExecutionSummaryRow } from '../../../db/executions/execution-row.ts';
import { executionWorkflowId } from '../../../domain/names.ts';
import type { ResultOmitted } from '../../../domain/outcome.ts';
import type { Stall } from '../../../domain/stall.ts';
import { isJsonText } from '../../../domain/json-result.ts';
import type { WebUi } from '../../../temporal/web-ui.ts';
import type { Execution, ExecutionSummary } from './executions.schemas.ts';
import { RawJson } from '../../json/raw-json.ts';
import { stallView } from './stalls.view.ts';

/** `stall` is given for an execution that runs and is stalled. */
export function executionView(
  { execution: row, position }: FoundExecution,
  webUi: WebUi,
  stall?: Stall,
): Execution {
  const execution = withoutInvalidResult(row);
  return {
    ...executionSummary(execution, webUi, stall),
    ...(position && positionView(position)),
    ...(execution.input !== null && { input: new RawJson(execution.input) }),
    ...(execution.result !== null && { result: new RawJson(execution.result) }),
  };
}

function positionView({ position, isUpperBound, restoringSince }: Position) {
  return {
    position,
    positionIsUpperBound: isUpperBound,
    ...(restoringSince && { restoringSince: restoringSince.toISOString() }),
  };
}

export function executionSummary(
  row: ExecutionSummaryRow | ExecutionRow,
  webUi: WebUi,
  stall?: Stall,
): ExecutionSummary {
  const workflowId = executionWorkflowId(row.id);
  return {
    id: row.id,
    workspaceId: row.workspaceId,
    seq: row.seq,
    status: row.status,
    workflowType: row.workflowType,
    createdAt: row.createdAt.toISOString(),
    admittedAt: row.admittedAt?.toISOString() ?? null,
    startedAt: row.startedAt?.toISOString() ?? null,
    closedAt: row.closedAt?.toISOString() ?? null,
    cancelRequested: row.cancelRequestedAt !== null,
    terminateRequested: row.terminateRequestedAt !== null,
    ...stallView(stall),
    failure: row.failureType === null ? null : { type: row.failureType, message: row.failureMessage ?? '' },
    resultOmitted: resultOmitted(row),
    workflowId,
    runId: row.runId,
    webUrl: row.admittedAt === null ? null : webUi.workflow(workflowId, row.runId),
  };
}

/** Rows of earlier versions may hold a result that only claimed to be JSON: spliced in, it could say anything in the answer's name. */
function withoutInvalidResult(row: ExecutionRow): ExecutionRow {
  if (row.result === null || isJsonText(row.result)) return row;
  const resultOmittedBytes = Buffer.byteLength(row.result);
  return { ...row, result: null, resultOmittedReason: 'not-json', resultOmittedBytes };
}

function resultOmitted({
  resultOmittedReason: reason,
  resultOmittedBytes: bytes,
}: ExecutionSummaryRow): ResultOmitted | null {
  return reason === null ? null : { reason: reason as ResultOmitted['reason'], bytes: bytes ?? 0 };
}
