/** What can happen to a workspace and its executions, in the order of an execution's life. */
export const EVENT_KINDS = [
  'scheduled',
  'accepted',
  'admitted',
  'cancel_requested',
  'terminate_requested',
  'ended',
  'workspace_changed',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];
