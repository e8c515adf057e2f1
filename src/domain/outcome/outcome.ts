import type { CloseStatus } from '../status.ts';

/** Why an execution did not complete. `type` is the error's type as Temporal carries it, or one of FailureType. */
export interface Failure {
  readonly type: string;
  readonly message: string;
}

/** How an execution's workflow ended, in the form in which it crosses from a gate to Postgres. */
export interface Outcome {
  readonly status: CloseStatus;
  /** The result as JSON text exactly as the workflow gave it; null when it gave none or it was omitted. */
  readonly result: string | null;
  /** Set when there is a result that was not copied: it is still in Temporal. */
  readonly resultOmitted: ResultOmitted | null;
  readonly failure: Failure | null;
}

/**
 * `too-large`: over the result limit. `not-json`: encoded as something else, for example by an encrypting codec, or no JSON in spite of its
 * label. `not-storable`: Postgres refused it.
 */
export interface ResultOmitted {
  readonly reason: 'too-large' | 'not-json' | 'not-storable';
  readonly bytes: number;
}

/** Failure types that Sluice itself gives, beside the types that come from Temporal. */
export const FailureType = {
  /** Temporal no longer knows the execution, so its end cannot be known. It is never run again. */
  outcomeUnknown: 'OutcomeUnknown',
  /** The workflow id is held by a workflow that is not this execution's. */
  workflowIdTaken: 'WorkflowIdTaken',
  /** Temporal refused the start for good. */
  startRefused: 'StartRefused',
  /** Its input is no longer in the database: somebody deleted it, or a restore left it out. It was not started. */
  inputLost: 'InputLost',
  /** No worker of the pool knew the workflow type for as long as it was offered to them. */
  workflowTypeUnknown: 'WorkflowTypeUnknown',
  /** It was not admitted before its `startBefore`. It was not started. */
  expired: 'Expired',
  /** Postgres refused the failure as Temporal has it. */
  notStorable: 'NotStorable',
  cancelled: 'Cancelled',
  terminated: 'Terminated',
  timedOut: 'TimedOut',
} as const;

/** A failure message is cut to this many characters: it is for people, the whole of it stays in Temporal. */
export const FAILURE_MESSAGE_MAX_CHARS = 10_000;

/**
 * A result of more bytes is not copied. It has to pass through a gate's history, where a JSON text can double by
 * escaping and Temporal refuses 2 MB.
 */
export const RESULT_MAX_BYTES = 256 * 1024;
