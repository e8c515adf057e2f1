/** How a workflow can end; each is Temporal's own word for it. */
export const CLOSE_STATUSES = ['completed', 'failed', 'cancelled', 'terminated', 'timed_out'] as const;

/** How an execution can end: as its workflow did, or `expired`, when it was not admitted in time and has no workflow. */
export const TERMINAL_STATUSES = [...CLOSE_STATUSES, 'expired'] as const;

/** `scheduled` enters the queue at its time, `pending` waits in the queue, `running` holds a slot, the rest have ended. */
export const STATUSES = ['scheduled', 'pending', 'running', ...TERMINAL_STATUSES] as const;

export type CloseStatus = (typeof CLOSE_STATUSES)[number];
export type TerminalStatus = (typeof TERMINAL_STATUSES)[number];
export type Status = (typeof STATUSES)[number];

export function isTerminal(status: Status): status is TerminalStatus {
  return status !== 'scheduled' && status !== 'pending' && status !== 'running';
}
