import type { LockedWorkspace } from '../db/workspaces/lock-workspace.ts';
import { InvalidAttributeError } from '../domain/refusals.ts';
import type { EnqueueRequest } from './enqueue-request.ts';

/** How far ahead a time may lie: longer ago nobody remembers what was asked for, and a mistyped year is found. */
export const AHEAD_MAX_DAYS = 366;

const DAY_MS = 24 * 3600 * 1000;

/** By Postgres' clock, as of the lock; like all that compares with these times. */
type Now = Pick<LockedWorkspace, 'nowMs'>;

/** Whether it enters the queue later, and not now. */
export function isScheduled({ attributes }: EnqueueRequest, { nowMs }: Now): boolean {
  return attributes?.startAfter !== undefined && Date.parse(attributes.startAfter) > nowMs;
}

/** Null when its times can be kept. */
export function refuseTimes(request: EnqueueRequest, { nowMs }: Now): InvalidAttributeError | null {
  const { attributes, ifBusy } = request;
  if (attributes === null) return null;
  for (const name of ['startAfter', 'startBefore'] as const) {
    const time = attributes[name];
    if (time !== undefined && Date.parse(time) > nowMs + AHEAD_MAX_DAYS * DAY_MS)
      return new InvalidAttributeError(name, `is more than ${AHEAD_MAX_DAYS} days ahead`);
  }
  if (ifBusy === 'reject' && isScheduled(request, { nowMs }))
    return new InvalidAttributeError(
      'ifBusy',
      'can be reject only without a startAfter: nobody knows what will run then',
    );
  const { startBefore } = attributes;
  if (startBefore === undefined || Date.parse(startBefore) > nowMs) return null;
  const now = new Date(nowMs).toISOString();
  return new InvalidAttributeError('startBefore', `has passed: it is ${now} by the clock of Postgres`);
}
