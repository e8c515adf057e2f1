/** How a workflow can end; each is Temporal's own word for it. */
export const CLOSE_STATUSES = ['completed', 'failed', 'cancelled', 'terminated', 'timed_out'] as const;

/**
 * How an execution can end: as its workflow did, or without a workflow. `expired`: it was not admitted in time. `rejected`: a transaction asked for it by
 * `sluice.enqueue`, and once that had committed it was refused.
 */
export const TERMINAL_STATUSES = [...CLOSE_STATUSES, 'expired', 'rejected'] as const;

/** `scheduled` enters the queue at its time, `pending` waits in the queue, `running` holds a slot, the rest have ended. */
export const STATUSES = ['scheduled', 'pending', 'running', ...TERMINAL_STATUSES] as const;

export type CloseStatus = (typeof CLOSE_STATUSES)[number];
export type TerminalStatus = (typeof TERMINAL_STATUSES)[number];
export type Status = (typeof STATUSES)[number];

export function isTerminal(status: Status): status is TerminalStatus {
  return status !== 'scheduled' && status !== 'pending' && status !== 'running';
}

/**
 * Work that failed, as it is counted. A cancellation was asked for; so was a termination, but that is no end for every day. What never started is no
 * work that failed: a rate of failures would hide a workspace's own among its refused requests.
 */
export const FAILED_STATUSES = ['failed', 'terminated', 'timed_out'] as const satisfies readonly Status[];

/** The ends that somebody should look at: also a rejection, of which its caller heard nothing. */
export const FAILURE_STATUSES = [...FAILED_STATUSES, 'rejected'] as const satisfies readonly Status[];

export const isFailed = (status: Status | null): boolean =>
  (FAILED_STATUSES as readonly (Status | null)[]).includes(status);
