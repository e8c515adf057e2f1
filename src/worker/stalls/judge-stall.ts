import type { Stall, TaskFailure } from '../../domain/stall.ts';

/** What Temporal says of an open execution's workflow task. */
export interface PendingTask {
  /** Null while there is none: the workflow waits for a timer, an activity, a child or a signal. */
  readonly pending: {
    readonly isStarted: boolean;
    readonly attempt: number;
    readonly scheduledAt: Date;
  } | null;
  /** How the task failed since it last succeeded; null when it did not. */
  readonly failing: (Omit<TaskFailure, 'attempt'> & { readonly since: Date }) | null;
  readonly taskQueue: string;
}

/**
 * Whether an open execution cannot make progress. A workflow without a workflow task waits for something, for however long, and is not
 * stalled; nor is one whose task failed, or waits, for less than `afterMs`.
 */
export function judgeStall(
  { pending, failing, taskQueue }: PendingTask,
  options: { now: Date; afterMs: number; isPolled: boolean },
): Stall | null {
  if (pending === null) return null;
  const lasts = (since: Date) => options.now.getTime() - since.getTime() >= options.afterMs;
  if (failing !== null) {
    if (!lasts(failing.since)) return null;
    const { cause, message, since } = failing;
    return {
      reason: 'task-failing',
      message: `Its workflow task fails and is repeated: ${cause}.`,
      since,
      taskFailure: { cause, message, attempt: pending.attempt },
    };
  }
  if (pending.isStarted || !lasts(pending.scheduledAt)) return null;
  return {
    reason: options.isPolled ? 'task-waiting' : 'no-worker',
    message: options.isPolled
      ? `Workers poll the task queue ${taskQueue}, and none has taken its workflow task: they are busy, or they are gone.`
      : `No worker polls the task queue ${taskQueue}.`,
    since: pending.scheduledAt,
    taskFailure: null,
  };
}
