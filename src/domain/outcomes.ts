import {
  FAILURE_MESSAGE_MAX_CHARS,
  type Failure,
  FailureType,
  type Outcome,
  RESULT_MAX_BYTES,
} from './outcome.ts';
import type { TerminalStatus } from './status.ts';

/** The encodings under which a payload's bytes are JSON text. */
const JSON_ENCODINGS = new Set(['json/plain', 'json/protobuf']);
const NO_VALUE_ENCODING = 'binary/null';

/** A Temporal type name and a failure type are bounded by the server; this guards the column against those that are not. */
const FAILURE_TYPE_MAX_CHARS = 255;

/** The outcome of a workflow that returned a value of that encoding; an encoding of '' means that it returned nothing. */
export function completedOutcome(
  encoding: string,
  data: Uint8Array,
  decode: (data: Uint8Array) => string,
): Outcome {
  const outcome = { status: 'completed', result: null, resultOmitted: null, failure: null } as const;
  if (encoding === '' || encoding === NO_VALUE_ENCODING) return outcome;
  if (!JSON_ENCODINGS.has(encoding))
    return { ...outcome, resultOmitted: { reason: 'not-json', bytes: data.byteLength } };
  if (data.byteLength > RESULT_MAX_BYTES)
    return { ...outcome, resultOmitted: { reason: 'too-large', bytes: data.byteLength } };
  return { ...outcome, result: decode(data) };
}

/** The outcome of a workflow that ended without completing. */
export function failedOutcome(
  status: Exclude<TerminalStatus, 'completed'>,
  failure: Failure | null,
): Outcome {
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
