/**
 * Why an execution cannot make progress. `task-failing`: its workflow task fails and is repeated. `no-worker`: nobody polls its task queue.
 * `task-waiting`: workers poll its task queue and do not take its workflow task. `unreadable-memo`: it cannot be told whether its workflow
 * is this execution, so its end is recorded only once Temporal has closed it.
 */
export const STALL_REASONS = ['task-failing', 'no-worker', 'task-waiting', 'unreadable-memo'] as const;
export type StallReason = (typeof STALL_REASONS)[number];

/** An execution that cannot make progress. */
export interface Stall {
  readonly reason: StallReason;
  /** For people. */
  readonly message: string;
  readonly since: Date;
  /** Of `task-failing` alone. */
  readonly taskFailure: TaskFailure | null;
}

/** How a workflow task failed. */
export interface TaskFailure {
  /** Temporal's own name, such as `NON_DETERMINISTIC_ERROR`, or `TIMED_OUT`. */
  readonly cause: string;
  readonly message: string;
  /** How often the task was tried since it last succeeded, as Temporal counts. */
  readonly attempt: number;
}

/** What a workspace shows of its executions that cannot make progress. */
export interface WorkspaceStall {
  readonly executions: number;
  /** Of the execution that has been stalled for longest, like `message` and `since`. */
  readonly reason: StallReason;
  readonly message: string;
  readonly since: Date;
}

/** A message is for people; the whole of it stays in Temporal. */
export const STALL_MESSAGE_MAX_CHARS = 1_000;
