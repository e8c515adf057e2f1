/** How an execution can end; each is Temporal's own word for it. */
export const TERMINAL_STATUSES = ['completed', 'failed', 'cancelled', 'terminated', 'timed_out'] as const;

/** `pending` waits in the queue, `running` holds a slot, the rest have ended. */
export const STATUSES = ['pending', 'running', ...TERMINAL_STATUSES] as const;

export type TerminalStatus = (typeof TERMINAL_STATUSES)[number];
export type Status = (typeof STATUSES)[number];

export function isTerminal(status: Status): status is TerminalStatus {
  return status !== 'pending' && status !== 'running';
}
