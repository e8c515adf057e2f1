import { WorkspaceBusyError } from '../../domain/refusals.ts';
import { Backlog, type Waiting } from './backlog.ts';
import type { Held } from '../enqueue-outcome.ts';

export interface EnqueueGroupsOptions<Item, Answer> {
  /**
   * Writes items of any workspaces, and gives what became of each; `held` when somebody else holds its workspace: then it is asked
   * again, with items of that workspace alone, and is to wait. What it throws all its items get.
   */
  write(items: readonly Item[], whenHeld: 'wait' | 'skip'): Promise<readonly (Answer | Held)[]>;
  bytesOf(item: Item): number;
  /** How many requests an item is. Defaults to 1 of each. */
  sizeOf?(item: Item): number;
  /** How many groups of many workspaces are written at once, beside one item that is too large for a group. Defaults to 2: one is made while another is written to disk. */
  readonly maxGroups?: number;
  /** Most requests of one workspace in one group. Defaults to 50, so that a storm leaves room for others. */
  readonly maxItemsOfOne?: number;
  /** Most requests of one group. Defaults to 200: its locks are held for a short time. */
  readonly maxItems?: number;
  /** Most bytes of one group. Defaults to 1 MiB, for the same reason. */
  readonly maxBytes?: number;
  /** Longest wait for a group. Defaults to 3 s: with the pool's and the lock's own bounds a request ends within its time. */
  readonly maxWaitMs?: number;
  /** Most items that wait in one workspace. Defaults to 1000, each with a body in memory. */
  readonly maxWaiting?: number;
  /** Most bytes of all items that are not yet written, of all workspaces. Defaults to no bound. */
  readonly maxHeldBytes?: number;
}

const DEFAULTS = {
  sizeOf: () => 1,
  maxGroups: 2,
  maxItemsOfOne: 50,
  maxItems: 200,
  maxBytes: 2 ** 20,
  maxWaitMs: 3_000,
  maxWaiting: 1_000,
  maxHeldBytes: Infinity,
};

/** What a backlog gave to a group. */
interface Share<Item, Answer> {
  readonly backlog: Backlog<Item, Answer>;
  readonly taken: readonly Waiting<Item, Answer>[];
}

/**
 * Writes what comes at about the same time in one transaction, whatever workspaces it is for: so many of them are under way, and all
 * that comes meanwhile is the next. Who comes alone waits for nobody. Each workspace's order is the one in which they came. A workspace
 * that is held by somebody else keeps nobody but itself waiting: the group goes on without it. An item that is larger than a group may be, such
 * as a batch, is written by itself and beside the groups, one at a time: so nobody but the other large ones waits for it.
 */
export class EnqueueGroups<Item, Answer extends { readonly kind: string }> {
  readonly #options: Required<EnqueueGroupsOptions<Item, Answer>>;
  readonly #backlogs = new Map<string, Backlog<Item, Answer>>();
  /** Those of which something waits and nothing is being written; the one whose turn is next first. */
  readonly #ready = new Set<Backlog<Item, Answer>>();
  /** The same of those whose next item is too large for a group. */
  readonly #readyLarge = new Set<Backlog<Item, Answer>>();
  #groups = 0;
  #isWritingLarge = false;
  #heldBytes = 0;

  constructor(options: EnqueueGroupsOptions<Item, Answer>) {
    this.#options = { ...DEFAULTS, ...options };
  }

  /**
   * Resolves when the item is written, or refused.
   *
   * @throws WorkspaceBusyError when nothing of the item was written; what its group's write threw.
   */
  join(workspaceId: string, item: Item): Promise<Answer> {
    const { bytesOf, maxWaiting, maxHeldBytes } = this.#options;
    const bytes = bytesOf(item);
    const backlog = this.#backlogs.get(workspaceId) ?? new Backlog(workspaceId);
    if (backlog.size >= maxWaiting || this.#heldBytes + bytes > maxHeldBytes)
      return Promise.reject(new WorkspaceBusyError(workspaceId));
    return new Promise((resolve, reject) => {
      this.#add(backlog, item, bytes, { resolve, reject });
      this.#begin();
    });
  }

  #add(
    backlog: Backlog<Item, Answer>,
    item: Item,
    bytes: number,
    { resolve, reject }: { resolve(answer: Answer): void; reject(error: Error): void },
  ): void {
    const release = () => (this.#heldBytes -= bytes);
    const waiting: Waiting<Item, Answer> = {
      item,
      size: this.#options.sizeOf(item),
      bytes,
      timer: setTimeout(() => this.#giveUp(backlog, waiting), this.#options.maxWaitMs),
      answer(answer) {
        release();
        resolve(answer);
      },
      fail(error) {
        release();
        reject(error);
      },
    };
    this.#heldBytes += bytes;
    backlog.add(waiting);
    this.#backlogs.set(backlog.workspaceId, backlog);
    if (!backlog.isBeingWritten) this.#makeReady(backlog);
  }

  /** Where it stands already it keeps its turn. */
  #makeReady(backlog: Backlog<Item, Answer>): void {
    const { size, bytes } = backlog.first!;
    const isLarge = size > this.#options.maxItems || bytes > this.#options.maxBytes;
    (isLarge ? this.#ready : this.#readyLarge).delete(backlog);
    (isLarge ? this.#readyLarge : this.#ready).add(backlog);
  }

  #giveUp(backlog: Backlog<Item, Answer>, waiting: Waiting<Item, Answer>): void {
    backlog.remove(waiting);
    if (!backlog.isBeingWritten) this.#goOnWith(backlog);
    waiting.fail(new WorkspaceBusyError(backlog.workspaceId));
    this.#begin();
  }

  #begin(): void {
    while (this.#groups < this.#options.maxGroups && this.#ready.size > 0)
      void this.#writeGroup(this.#takeGroup());
    const [large] = this.#readyLarge;
    if (large !== undefined && !this.#isWritingLarge) void this.#writeLarge(large);
  }

  #takeGroup(): readonly Share<Item, Answer>[] {
    const { maxItems, maxItemsOfOne, maxBytes } = this.#options;
    const shares: Share<Item, Answer>[] = [];
    const room = { items: maxItems, bytes: maxBytes };
    for (const backlog of this.#ready) {
      const taken = backlog.take(maxItemsOfOne, room, shares.length === 0);
      if (taken.length === 0) break;
      shares.push({ backlog, taken });
      this.#ready.delete(backlog);
      backlog.isBeingWritten = true;
    }
    return shares;
  }

  async #writeGroup(shares: readonly Share<Item, Answer>[]): Promise<void> {
    this.#groups++;
    const held = await this.#write(shares, 'skip');
    this.#groups--;
    for (const share of shares) if (!held.includes(share)) this.#finish(share.backlog);
    for (const share of held) void this.#writeHeld(share);
    this.#begin();
  }

  async #writeLarge(backlog: Backlog<Item, Answer>): Promise<void> {
    this.#isWritingLarge = true;
    this.#readyLarge.delete(backlog);
    backlog.isBeingWritten = true;
    const share = { backlog, taken: backlog.take(1, { items: 1, bytes: 0 }, true) };
    const held = await this.#write([share], 'skip');
    this.#isWritingLarge = false;
    if (held.length > 0) void this.#writeHeld(share);
    else this.#finish(backlog);
    this.#begin();
  }

  /** Beside the groups: it waits for somebody else's lock, and nobody waits for it. */
  async #writeHeld(share: Share<Item, Answer>): Promise<void> {
    await this.#write([share], 'wait');
    this.#finish(share.backlog);
    this.#begin();
  }

  /** Answers the items, and gives the shares that are still to be written. Never throws. */
  async #write(
    shares: readonly Share<Item, Answer>[],
    whenHeld: 'wait' | 'skip',
  ): Promise<readonly Share<Item, Answer>[]> {
    const all = shares.flatMap(({ taken }) => taken);
    const items = all.map(({ item }) => item);
    let outcomes: readonly (Answer | Held)[];
    try {
      outcomes = await this.#options.write(items, whenHeld);
    } catch (error) {
      for (const waiting of all) waiting.fail(error as Error);
      return [];
    }
    const held = new Set<Waiting<Item, Answer>>();
    for (const [index, waiting] of all.entries()) {
      const outcome = outcomes[index]!;
      if (isHeld(outcome)) held.add(waiting);
      else waiting.answer(outcome);
    }
    return shares.filter(({ taken }) => held.has(taken[0]!));
  }

  #finish(backlog: Backlog<Item, Answer>): void {
    backlog.isBeingWritten = false;
    this.#goOnWith(backlog);
  }

  #goOnWith(backlog: Backlog<Item, Answer>): void {
    if (backlog.size > 0) return this.#makeReady(backlog);
    this.#ready.delete(backlog);
    this.#readyLarge.delete(backlog);
    this.#backlogs.delete(backlog.workspaceId);
  }
}

function isHeld(outcome: { readonly kind: string }): outcome is Held {
  return outcome.kind === 'held';
}
