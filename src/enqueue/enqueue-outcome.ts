import type { FoundExecution } from '../db/executions/find-execution.ts';

/** What became of a request that was written with others. */
export type EnqueueOutcome = EnqueueAnswer | Held;

/** What a request is answered with. */
export type EnqueueAnswer = Placed | Repeated | Refused;

/** A new execution stands at the end of its workspace's queue. */
export interface Placed extends Accepted {
  readonly kind: 'placed';
}

/** The request's key already stood for this execution, and nothing was written. Of an item of a batch it has no payloads and no position. */
export interface Repeated extends Accepted {
  readonly kind: 'repeated';
}

/** Nothing was written, for a reason of this request alone: what the domain refuses, or what Postgres itself does. */
export interface Refused {
  readonly kind: 'refused';
  readonly error: Error;
}

/** Nothing was decided, because somebody else holds the workspace. */
export interface Held {
  readonly kind: 'held';
}

interface Accepted extends FoundExecution {
  /**
   * True when the running executions and those ahead in the queue fill every slot: it is admitted once one of them ends, and that end
   * wakes the gate. Read under the workspace's lock, in the transaction that enqueued it.
   */
  readonly waitsForAnEnd: boolean;
}
