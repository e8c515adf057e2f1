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
/** Polls that are still open then are cut: tasks come, but too rarely to use them all up. */
const DRAIN_MAX_MS = 5_000;
const LOOK_EVERY_MS = 25;

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
 * The Worker takes a slot before each poll. So once slots are withheld no poll begins, those that are open are used up by the tasks
 * that come, and a busy queue has none left a moment later. Made anew for each Worker.
 */
export interface PollDrain {
  /** The Worker's `tuner` option. */
  tuner(slots: TaskSlots): TunerHolder;
  /** From now on no poll begins. Resolves, after 5 s at most, when `shutdown` cuts no poll that a task is likely to be on its way to. */
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
  const mayLoseTasks = () =>
    suppliers.some(({ normal, sticky }) => mayTaskComeTo(normal) || mayTaskComeTo(sticky));
  return {
    tuner: ({ workflowTasks, activities, localActivities }) => ({
      workflowTaskSlotSupplier: supplier(workflowTasks),
      activityTaskSlotSupplier: supplier(activities),
      localActivityTaskSlotSupplier: { type: 'fixed-size', numSlots: localActivities },
      nexusTaskSlotSupplier: { type: 'fixed-size', numSlots: NEXUS_SLOTS },
    }),
    async drain() {
      for (const slots of suppliers) slots.withhold();
      const end = performance.now() + DRAIN_MAX_MS;
      await new Promise<void>((drained) => {
        const look = () => {
          if (mayLoseTasks() && performance.now() < end) return;
          clearInterval(looking);
          drained();
        };
        const looking = setInterval(look, LOOK_EVERY_MS);
        // At once: when the workflow whose task used the last poll up has its next, the sticky queue is gone and it waits for nobody.
        onPollUsed = look;
        look();
      });
    },
  };
}

function mayTaskComeTo({ open, quietSince }: Polls): boolean {
  return open > 0 && performance.now() - quietSince < QUIET_MS;
}

/** The polls of one queue: slots that were given and have no task yet. */
interface Polls {
  open: number;
  /** Since when no task has come, by `performance.now()`; before the first, since the slots were made. */
  quietSince: number;
}

interface Permit extends SlotPermit {
  readonly polls: Polls;
  hasTask: boolean;
}

/** A fixed number of slots, given in the order in which they were asked for, until they are withheld. */
export class WithholdableSlots implements CustomSlotSupplier<SlotInfo> {
  readonly type = 'custom';
  readonly normal: Polls = { open: 0, quietSince: performance.now() };
  /** The server keeps the tasks of workflows that this Worker has in memory in a queue of their own. */
  readonly sticky: Polls = { open: 0, quietSince: performance.now() };
  readonly #onPollUsed: () => void;
  #free: number;
  #withheld = false;
  /** Each is called when its slot is free; the oldest first. */
  readonly #waiting = new Set<() => void>();

  constructor(slots: number, onPollUsed: () => void = () => {}) {
    this.#free = slots;
    this.#onPollUsed = onPollUsed;
  }

  withhold(): void {
    this.#withheld = true;
  }

  async reserveSlot(context: SlotReserveContext, aborted: AbortSignal): Promise<SlotPermit> {
    const permit = this.tryReserveSlot(context);
    if (permit !== null) return permit;
    await new Promise<void>((give, reject) => {
      this.#waiting.add(give);
      aborted.addEventListener('abort', () => {
        this.#waiting.delete(give);
        reject(aborted.reason as Error);
      });
    });
    return this.#taken(context);
  }

  tryReserveSlot(context: SlotReserveContext): SlotPermit | null {
    if (this.#withheld || this.#free === 0) return null;
    this.#free -= 1;
    return this.#taken(context);
  }

  markSlotUsed({ permit }: { readonly permit: SlotPermit }): void {
    const taken = permit as Permit;
    taken.hasTask = true;
    taken.polls.open -= 1;
    taken.polls.quietSince = performance.now();
    // The workflow is in memory from now on, so its next task comes by the sticky queue.
    this.sticky.quietSince = taken.polls.quietSince;
    this.#onPollUsed();
  }

  releaseSlot({ permit }: { readonly permit: SlotPermit }): void {
    const { hasTask, polls } = permit as Permit;
    if (!hasTask) polls.open -= 1;
    const [giveToNext] = this.#waiting;
    if (this.#withheld || giveToNext === undefined) {
      this.#free += 1;
      return;
    }
    this.#waiting.delete(giveToNext);
    giveToNext();
  }

  #taken({ isSticky }: SlotReserveContext): Permit {
    const polls = isSticky ? this.sticky : this.normal;
    polls.open += 1;
    return { polls, hasTask: false };
  }
}
