import {
  ChildWorkflowCancellationType,
  ParentClosePolicy,
  WorkflowIdReusePolicy,
} from '@temporalio/workflow';
import {
  RawValue,
  type RetryPolicy,
  TypedSearchAttributes,
  defineSearchAttributeKey,
  rawValueTypeInfo,
} from '@temporalio/common';
import { encode } from '@temporalio/common/lib/encoding.js';
import {
  type ChildMemo,
  SEARCH_ATTRIBUTES,
  executionWorkflowId,
  workspaceQueue,
} from '../../../domain/names.ts';
import type { AdmittedExecution, ReconcileAnswer } from '../contract.ts';
import { plainText } from '../shown/plain-text.ts';

const WORKSPACE_ATTRIBUTE = defineSearchAttributeKey(SEARCH_ATTRIBUTES.workspace, 'KEYWORD');

/** Of a label's value, in the details: Temporal takes 20,000 bytes of them, and there may be 16 labels. The memo has all of it. */
const LABEL_SHOWN_MAX_CHARS = 100;

/** How the workflow of an admitted execution is started. */
export function childOptions(workspaceId: string, row: AdmittedExecution, answer: ReconcileAnswer) {
  const { retryPolicy, labels } = row;
  const memo: ChildMemo = {
    sluiceDeployment: answer.deployment,
    sluiceWorkspace: workspaceId,
    sluiceExecution: row.executionId,
    sluiceSeq: row.seq,
    ...(row.keyDigest !== undefined && { sluiceKeyDigest: row.keyDigest }),
    ...(labels !== undefined && { sluiceLabels: labels }),
  };
  return {
    workflowId: executionWorkflowId(row.executionId),
    taskQueue: workspaceQueue(workspaceId),
    // The text as it was sent: parsing and printing it again would change numbers, order and duplicates.
    args: (row.input === null ? [] : [jsonPayload(row.input)]) as never,
    typeInfo: { outputType: rawValueTypeInfo },
    parentClosePolicy: ParentClosePolicy.ABANDON,
    cancellationType: ChildWorkflowCancellationType.ABANDON,
    workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
    // Of all attempts together.
    workflowExecutionTimeout: row.maxDurationSeconds * 1000,
    ...(retryPolicy !== undefined && { retry: retryOptions(retryPolicy) }),
    memo: { ...memo },
    // The workflow's type stays out of it: Temporal allows a summary 400 bytes, and a type may be longer.
    staticSummary: `Execution ${row.seq} of workspace ${workspaceId}`,
    staticDetails: `Execution \`${row.executionId}\`, number ${row.seq} in the queue of workspace **${workspaceId}** (tier ${answer.tier}). Admitted by \`gate.${workspaceId}\` at ${row.admittedAt}.${labelsTable(labels)}`,
    ...(answer.searchAttributes && {
      typedSearchAttributes: new TypedSearchAttributes([{ key: WORKSPACE_ATTRIBUTE, value: workspaceId }]),
    }),
  };
}

function jsonPayload(text: string): RawValue {
  return RawValue.fromPayload({ metadata: { encoding: encode('json/plain') }, data: encode(text) });
}

/** Seconds become milliseconds, which is all that the SDK takes. */
function retryOptions({
  initialInterval,
  maximumInterval,
  nonRetryableErrorTypes,
  ...rest
}: NonNullable<AdmittedExecution['retryPolicy']>): RetryPolicy {
  return {
    ...rest,
    ...(initialInterval !== undefined && { initialInterval: Math.round(initialInterval * 1000) }),
    ...(maximumInterval !== undefined && { maximumInterval: Math.round(maximumInterval * 1000) }),
    ...(nonRetryableErrorTypes && { nonRetryableErrorTypes: [...nonRetryableErrorTypes] }),
  };
}

/** Markdown, after a text; nothing without labels. */
function labelsTable(labels: AdmittedExecution['labels'] = {}): string {
  const rows = Object.entries(labels).map(
    ([key, value]) => `| ${plainText(key)} | ${plainText(value, LABEL_SHOWN_MAX_CHARS)} |`,
  );
  return rows.length === 0 ? '' : ['\n', '| label | value |', '| --- | --- |', ...rows].join('\n');
}
