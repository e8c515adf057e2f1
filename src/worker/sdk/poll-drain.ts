import type {
  CustomSlotSupplier,
  SlotInfo,
  SlotPermit,
  SlotReserveContext,
  TunerHolder,
} from '@temporalio/worker';
import { STICKY_TIMEOUT_MS } from './sticky-timeout.ts';

/**
 * Polled for this long without a task, a queue is quiet, so that none is likely to be on its way when its last polls are cut.
 * Far from the sticky time-out: while a Worker drains, a workflow that finds no sticky poll comes to the normal queue a sticky
 * time-out after its last task, which must not be when that queue's polls are cut.
 */
export const QUIET_MS = STICKY_TIMEOUT_MS / 2;
/** Polls that are still open then are cut: tasks come, but too rarely to use them all up. Of the normal queues, then of the sticky one. */
const NORMAL_MAX_MS = 3_000;
const STICKY_MAX_MS = 2_000;
const CHECK_INTERVAL_MS = 25;

/** No code of ours handles Nexus tasks, so that Core never polls for them; it wants a number all the same. */
const NEXUS_SLOTS = 1;

/** How many tasks of each kind a Worker may have at once. */
export interface TaskSlots {
  readonly workflowTasks: number;
  readonly activities: number;
  readonly localActivities: number;
}

/**
 * Ends a Worker's polling so that no task is lost. `Worker.shutdown` cuts open long polls at once. A task that the server
 * has just matched to such a poll is begun in the workflow's history and reaches nobody: a workflow task then costs 10 s, an
 * activity its time-out. Servers from 1.31 on can end polls in order (`frontend.enableCancelWorkerPollsOnShutdown`, off by
 * default); this works with all.
 *
 * The Worker takes a slot before each poll. So once slots are withheld no poll begins, the open polls are used up by the tasks
 * that come, and a busy queue has none left a moment later. The sticky queue is polled until the others are at that point: a task that
 * found no poll there would wait for the sticky time-out. One for each Worker.
 */
export interface PollDrain {
  /** The Worker's `tuner` option. */
  tuner(slots: TaskSlots): TunerHolder;
  /** From now on polls are given up, those of the sticky queue last. Resolves, after 5 s at most, when `shutdown` cuts no poll that a task is likely to be on its way to. */
  drain(): Promise<void>;
}

export function createPollDrain(): PollDrain {
  const suppliers: WithholdableSlots[] = [];
  let onPollUsed = () => {};
  const supplier = (slots: number) => {
    const made = new WithholdableSlots(slots, () => onPollUsed());
    suppliers.push(made);
    return made;
  };
  const untilQuiet = (queues: readonly Polls[], maxMs: number) =>
    new Promise<void>((quiet) => {
      const end = performance.now() + maxMs;
      const check = () => {
        if (queues.some(mayTaskComeTo) && performance.now() < end) return;
        clearInterval(checking);
        quiet();
      };
      const checking = setInterval(check, CHECK_INTERVAL_MS);
      // At once: when the workflow whose task used the last poll up has its next, the sticky queue is gone and it waits for nobody.
      onPollUsed = check;
      check();
    });
  return {
    tuner: ({ workflowTasks, activities, localActivities }) => ({
      workflowTaskSlotSupplier: supplier(workflowTasks),
      activityTaskSlotSupplier: supplier(activities),
      localActivityTaskSlotSupplier: { type: 'fixed-size', numSlots: localActivities },
      nexusTaskSlotSupplier: { type: 'fixed-size', numSlots: NEXUS_SLOTS },
    }),
    async drain() {
      const normal = suppliers.map((slots) => slots.normal);
      const sticky = suppliers.map((slots) => slots.sticky);
      for (const polls of normal) polls.withheld = true;
      await untilQuiet(normal, NORMAL_MAX_MS);
      for (const polls of sticky) polls.withheld = true;
      await untilQuiet([...normal, ...sticky], STICKY_MAX_MS);
    },
  };
}

function mayTaskComeTo({ open, quietSince }: Polls): boolean {
  return open > 0 && performance.now() - quietSince < QUIET_MS;
}

/** The polls of one queue: slots that were given and have no task yet. */
interface Polls {
  /** No more begin. */
  withheld: boolean;
  open: number;
  /** Since when no task has come, by `performance.now()`; before the first, since the slots were made. */
  quietSince: number;
}

interface Waiting {
  readonly polls: Polls;
  /** To be called when a slot is free. */
  give(): void;
}

interface Permit extends SlotPermit {
  readonly polls: Polls;
  hasTask: boolean;
}

/** A fixed number of slots, given in the order in which they were asked for, until they are withheld. */
export class WithholdableSlots implements CustomSlotSupplier<SlotInfo> {
  readonly type = 'custom';
  readonly normal: Polls = { withheld: false, open: 0, quietSince: performance.now() };
  /** The server keeps the tasks of workflows that this Worker has in memory in a queue of their own. */
  readonly sticky: Polls = { withheld: false, open: 0, quietSince: performance.now() };
  readonly #onPollUsed: () => void;
  #free: number;
  /** The oldest first. */
  readonly #waiting = new Set<Waiting>();

  constructor(slots: number, onPollUsed: () => void = () => {}) {
    this.#free = slots;
    this.#onPollUsed = onPollUsed;
  }

  async reserveSlot(context: SlotReserveContext, aborted: AbortSignal): Promise<SlotPermit> {
    aborted.throwIfAborted();
    const permit = this.tryReserveSlot(context);
    if (permit !== null) return permit;
    const polls = this.#pollsOf(context);
    await new Promise<void>((give, reject) => {
      const request = { polls, give };
      this.#waiting.add(request);
      aborted.addEventListener('abort', () => {
        this.#waiting.delete(request);
        reject(aborted.reason as Error);
      });
    });
    return taken(polls);
  }

  tryReserveSlot(context: SlotReserveContext): SlotPermit | null {
    const polls = this.#pollsOf(context);
    if (polls.withheld || this.#free === 0) return null;
    this.#free -= 1;
    return taken(polls);
  }

  markSlotUsed({ permit }: { readonly permit: SlotPermit }): void {
    const poll = permit as Permit;
    poll.hasTask = true;
    poll.polls.open -= 1;
    poll.polls.quietSince = performance.now();
    // The workflow is in memory from now on, so its next task comes by the sticky queue.
    this.sticky.quietSince = poll.polls.quietSince;
    this.#onPollUsed();
  }

  releaseSlot({ permit }: { readonly permit: SlotPermit }): void {
    const { hasTask, polls } = permit as Permit;
    if (!hasTask) polls.open -= 1;
    const next = [...this.#waiting].find((request) => !request.polls.withheld);
    if (next === undefined) {
      this.#free += 1;
      return;
    }
    this.#waiting.delete(next);
    next.give();
  }

  #pollsOf({ isSticky }: SlotReserveContext): Polls {
    return isSticky ? this.sticky : this.normal;
  }
}

function taken(polls: Polls): Permit {
  polls.open += 1;
  return { polls, hasTask: false };
}
