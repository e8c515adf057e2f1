/** A workspace queue that is polled or wanted, as this process knows it. */
export interface QueueState {
  readonly workspaceId: string;
  /** Postgres shows rows that wait or hold a slot. */
  readonly busy: boolean;
  /** Activities of the queue run in this process now: its Worker is never taken away from them. */
  readonly occupied: boolean;
  /** When work was last seen there, in ms. */
  readonly lastUsedMs: number;
  /** Since when it is polled; null when it is not. */
  readonly polledSinceMs: number | null;
  /** Since when it has not been polled, or was first wanted: who waits longest is served first. */
  readonly waitingSinceMs: number;
  /** Orders queues that have waited equally long; each process has its own, so that together they cover more queues. */
  readonly preference: number;
}

export interface HotQueueRules {
  readonly nowMs: number;
  /** Queues polled at once. */
  readonly bound: number;
  /** How long a queue is polled after its last work. */
  readonly lingerMs: number;
  /** How long a polled queue with work keeps its place while others wait. */
  readonly turnMs: number;
}

export interface HotQueueDecision {
  /** Begin to poll, in this order. */
  readonly start: readonly string[];
  /** Cease to poll, to make room for the queues in `start`. */
  readonly yield: readonly string[];
  /** Nothing to do there for longer than the linger: cease to poll once Temporal agrees. */
  readonly cold: readonly string[];
  /** Have work and are not polled, because of the bound. */
  readonly waiting: readonly string[];
}

/**
 * Decides which queues to poll. Within the bound: each with work, and each that had some lately. Beyond it, a queue with work
 * takes the place of the one that has been idle longest; when all have work, of the one that has had its turn longest; never
 * of one whose activities run here. So every queue gets its turns, however many there are.
 */
export function decideHotQueues(queues: readonly QueueState[], rules: HotQueueRules): HotQueueDecision {
  const polled = queues.filter((queue) => queue.polledSinceMs !== null);
  const wanted = queues.filter((queue) => queue.polledSinceMs === null && queue.busy).sort(byWaiting);
  const free = Math.max(0, rules.bound - polled.length);
  const excess = Math.max(0, polled.length - rules.bound);
  const removable = polled.filter((queue) => mayYield(queue, rules)).sort(byExpendability);
  const makeRoom = Math.min(removable.length, excess + Math.max(0, wanted.length - free));
  const gives = removable.slice(0, makeRoom).map(id);
  const starts = Math.max(0, Math.min(wanted.length, free + makeRoom - excess));
  const yielded = new Set(gives);
  const cold = polled.filter((queue) => isCold(queue, rules) && !yielded.has(queue.workspaceId));
  return {
    start: wanted.slice(0, starts).map(id),
    yield: gives,
    cold: cold.map(id),
    waiting: wanted.slice(starts).map(id),
  };
}

const id = (queue: QueueState) => queue.workspaceId;

function isCold(queue: QueueState, rules: HotQueueRules): boolean {
  return !queue.busy && !queue.occupied && rules.nowMs - queue.lastUsedMs > rules.lingerMs;
}

/** An idle queue may go at any time; one with work only after its turn. */
function mayYield(queue: QueueState, rules: HotQueueRules): boolean {
  if (queue.occupied) return false;
  return !queue.busy || rules.nowMs - queue.polledSinceMs! >= rules.turnMs;
}

/** Idle before busy; among the idle the longest idle, among the busy the longest polled. */
function byExpendability(a: QueueState, b: QueueState): number {
  if (a.busy !== b.busy) return a.busy ? 1 : -1;
  return a.busy ? a.polledSinceMs! - b.polledSinceMs! : a.lastUsedMs - b.lastUsedMs;
}

function byWaiting(a: QueueState, b: QueueState): number {
  return a.waitingSinceMs - b.waitingSinceMs || a.preference - b.preference;
}
