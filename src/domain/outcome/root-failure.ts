import type { ProtoFailure } from '@temporalio/common';
import { jsonTextOf } from './json-result.ts';
import type { Failure } from './outcome.ts';
import { encodingOf } from './payload-encoding.ts';

/**
 * The failure inside all wrappers, because an activity's, a child's or a Nexus operation's failure says only that it failed. Never throws,
 * whatever a worker sent; a failure without a type is an `Error`.
 */
export function rootFailure(failure: ProtoFailure): Failure {
  let at = failure;
  while (isWrapper(at) && at.cause) at = at.cause;
  return { type: typeOf(at), message: messageOf(at) };
}

function isWrapper(failure: ProtoFailure): boolean {
  return Boolean(
    failure.activityFailureInfo ||
    failure.childWorkflowExecutionFailureInfo ||
    failure.nexusOperationExecutionFailureInfo,
  );
}

/** Where a failure carries no type of its own: the name of the SDK's error for it. */
function typeOf(failure: ProtoFailure): string {
  if (failure.applicationFailureInfo) return failure.applicationFailureInfo.type || 'Error';
  if (failure.timeoutFailureInfo) return 'TimeoutFailure';
  if (failure.canceledFailureInfo) return 'CancelledFailure';
  if (failure.terminatedFailureInfo) return 'TerminatedFailure';
  if (failure.serverFailureInfo) return 'ServerFailure';
  if (failure.resetWorkflowFailureInfo) return 'ResetWorkflow';
  if (failure.activityFailureInfo) return 'ActivityFailure';
  if (failure.childWorkflowExecutionFailureInfo) return 'ChildWorkflowFailure';
  if (failure.nexusOperationExecutionFailureInfo) return 'NexusOperationFailure';
  if (failure.nexusHandlerFailureInfo) return failure.nexusHandlerFailureInfo.type || 'HandlerError';
  return 'Error';
}

/** A worker may move the message into an attribute of its own, so that it can be encrypted; in plain JSON it can be read. */
function messageOf({ encodedAttributes, message }: ProtoFailure): string {
  const text =
    encodedAttributes && encodingOf(encodedAttributes) === 'json/plain'
      ? jsonTextOf(encodedAttributes.data ?? new Uint8Array())
      : null;
  const attributes = text === null ? null : (JSON.parse(text) as { message?: unknown } | null);
  return typeof attributes?.message === 'string' ? attributes.message : (message ?? '');
}
