import type { FoundExecution, Position } from '../../../db/executions/find-execution.ts';
import type { ExecutionRow, ExecutionSummaryRow } from '../../../db/executions/execution-row.ts';
import { executionWorkflowId } from '../../../domain/names.ts';
import type { ResultOmitted } from '../../../domain/outcome/outcome.ts';
import type { Stall } from '../../../domain/stall.ts';
import { isJsonText } from '../../../domain/outcome/json-result.ts';
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
    ...payloadsView(execution),
  };
}

type PayloadsView = Pick<Execution, 'input' | 'inputOmitted' | 'result' | 'resultOmitted'>;

/** A payload whose size is known and whose text is not here has been deleted: on request, or by retention. */
function payloadsView(row: ExecutionRow): PayloadsView {
  // The row counts, whatever is still there.
  const { input, result } = row.payloadsDeletedAt === null ? row : { input: null, result: null };
  const reason = row.payloadsDeletedAt === null ? 'expired' : 'deleted';
  const gone = (text: string | null, bytes: number | null) =>
    text === null && bytes !== null ? ({ reason, bytes } as const) : null;
  return {
    inputOmitted: gone(input, row.inputBytes),
    resultOmitted: resultOmitted(row) ?? gone(result, row.resultBytes),
    // What can be large comes last: the rest can be read before it.
    ...(input !== null && { input: new RawJson(input) }),
    ...(result !== null && { result: new RawJson(result) }),
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
    reference: row.reference,
    createdBy: row.createdBy,
    rerunOf: row.rerunOf,
    latestRerun: row.latestRerun,
    startAfter: row.startAfter?.toISOString() ?? null,
    startBefore: row.startBefore?.toISOString() ?? null,
    executionTimeout: row.executionTimeoutSeconds,
    retryPolicy: row.retryPolicy as Execution['retryPolicy'],
    labels: row.labels ?? {},
    createdAt: row.createdAt.toISOString(),
    admittedAt: row.admittedAt?.toISOString() ?? null,
    startedAt: row.startedAt?.toISOString() ?? null,
    closedAt: row.closedAt?.toISOString() ?? null,
    cancelRequested: row.cancelRequestedAt !== null,
    cancelRequestedBy: row.cancelRequestedBy,
    terminateRequested: row.terminateRequestedAt !== null,
    terminateRequestedBy: row.terminateRequestedBy,
    ...stallView(stall),
    failure: failureView(row),
    resultOmitted: resultOmitted(row),
    payloadsDeletedAt: row.payloadsDeletedAt?.toISOString() ?? null,
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

/** What the row itself says. That it has expired, only its payload says. */
function resultOmitted(row: ExecutionSummaryRow): Execution['resultOmitted'] {
  const reason = row.resultOmittedReason as ResultOmitted['reason'] | null;
  const bytes = reason === null ? row.resultBytes : (row.resultOmittedBytes ?? 0);
  if (row.payloadsDeletedAt !== null) return bytes === null ? null : { reason: 'deleted', bytes };
  return reason === null ? null : { reason, bytes: bytes ?? 0 };
}

/** Why it did not complete; the message may have been deleted with its payloads. */
export function failureView({
  failureType: type,
  failureMessage: message,
  payloadsDeletedAt,
}: ExecutionSummaryRow): Execution['failure'] {
  if (type === null) return null;
  return { type, message: message ?? (payloadsDeletedAt === null ? '' : DELETED_MESSAGE) };
}

const DELETED_MESSAGE = 'The message was deleted with the payloads.';
