import type { Payload, ProtoFailure } from '@temporalio/common';
import { jsonTextOf } from './json-result.ts';
import {
  FAILURE_MESSAGE_MAX_CHARS,
  type Failure,
  FailureType,
  type Outcome,
  RESULT_MAX_BYTES,
} from './outcome.ts';
import { encodingOf } from './payload-encoding.ts';
import { rootFailure } from './root-failure.ts';
import type { CloseStatus } from '../status.ts';

// One way from what Temporal says to an outcome, for a gate's own child, for an adopted one and for the audit: they read the same
// protos, the first inside the sandbox.

/** The encodings under which a payload's bytes are to be JSON text. */
const JSON_ENCODINGS = new Set(['json/plain', 'json/protobuf']);
const NO_VALUE_ENCODING = 'binary/null';

/** A Temporal type name and a failure type are bounded by the server; this guards the column against other names. */
const FAILURE_TYPE_MAX_CHARS = 255;

/**
 * The outcome of a workflow that returned. Workers of some languages send no payload at all for a workflow that returns nothing. A result
 * that says it is JSON and is not is left in Temporal.
 */
export function completedOutcome(payload: Payload | null | undefined): Outcome {
  const outcome = { status: 'completed', result: null, resultOmitted: null, failure: null } as const;
  const encoding = payload ? encodingOf(payload) : '';
  // A proto that was sent without data has an array there that is no Uint8Array.
  const data = payload?.data?.length ? payload.data : new Uint8Array();
  const bytes = data.length;
  if (encoding === NO_VALUE_ENCODING || (encoding === '' && bytes === 0)) return outcome;
  if (!JSON_ENCODINGS.has(encoding)) return { ...outcome, resultOmitted: { reason: 'not-json', bytes } };
  if (bytes > RESULT_MAX_BYTES) return { ...outcome, resultOmitted: { reason: 'too-large', bytes } };
  const result = jsonTextOf(data);
  return result === null
    ? { ...outcome, resultOmitted: { reason: 'not-json', bytes } }
    : { ...outcome, result };
}

/** The outcome of a workflow that failed, by the failure that it gave. */
export function outcomeOfFailure(failure: ProtoFailure | null | undefined): Outcome {
  return failedOutcome('failed', rootFailure(failure ?? {}));
}

/** The outcome of a workflow that ended without completing. */
export function failedOutcome(status: Exclude<CloseStatus, 'completed'>, failure: Failure | null): Outcome {
  return { status, result: null, resultOmitted: null, failure: failure && storable(failure) };
}

export function timedOutOutcome(maxDurationSeconds: number | null): Outcome {
  const after = maxDurationSeconds === null ? '' : ` of ${maxDurationSeconds} s`;
  return failedOutcome('timed_out', {
    type: FailureType.timedOut,
    message: `The execution ran into its longest duration${after}.`,
  });
}

/** Postgres text holds no NUL, and a message is for people. */
function storable({ type, message }: Failure): Failure {
  return {
    type: type.replaceAll('\u0000', '\uFFFD').slice(0, FAILURE_TYPE_MAX_CHARS),
    message: message.replaceAll('\u0000', '\uFFFD').slice(0, FAILURE_MESSAGE_MAX_CHARS),
  };
}
