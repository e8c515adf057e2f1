import type { Failure } from '../outcome/outcome.ts';
import type { Stall } from '../stall.ts';
import type { Status } from '../status.ts';
import type { LimitSource } from '../tier.ts';

/** What is known of an execution and of what it waits for, as of one moment. */
export interface ExplainFacts {
  readonly now: Date;
  readonly execution: ExplainedExecution;
  readonly workspace: ExplainedWorkspace;
}

export interface ExplainedExecution {
  readonly status: Status;
  /** Of a pending one: its place in the queue, 1 is next. */
  readonly position: number | null;
  /** Whether the place is a bound only. */
  readonly positionIsUpperBound: boolean;
  readonly createdAt: Date;
  readonly startAfter: Date | null;
  readonly startBefore: Date | null;
  readonly admittedAt: Date | null;
  readonly startedAt: Date | null;
  readonly closedAt: Date | null;
  readonly cancelRequestedAt: Date | null;
  readonly terminateRequestedAt: Date | null;
  readonly failure: Failure | null;
  /** Of a running one that cannot make progress. */
  readonly stall: Pick<Stall, 'message' | 'since'> | null;
}

export interface ExplainedWorkspace {
  readonly limit: number;
  readonly limitSource: LimitSource;
  /** Executions that hold a slot; those among them that are stalled; and since when the oldest has its slot. */
  readonly running: number;
  readonly stalled: number;
  readonly oldestSlotSince: Date | null;
  /** Null, too, when the pause is over. */
  readonly paused: Pause | null;
  readonly deletingSince: Date | null;
  readonly restoringSince: Date | null;
  readonly taskQueue: string;
  /** Whether a worker polls the workspace's task queue, and one with the role gates its own; null when Temporal did not say. */
  readonly workerPolls: boolean | null;
  readonly gatesPoll: boolean | null;
  readonly lastAdmissionAt: Date | null;
  readonly reconciledAt: Date | null;
}

/** Of a workspace, by an operator. */
export interface Pause {
  readonly since: Date;
  /** Null: until somebody resumes it. */
  readonly until: Date | null;
  readonly reason: string | null;
  /** The id of the key that asked for it. */
  readonly by: string | null;
}
