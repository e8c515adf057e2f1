import { WorkspaceBusyError } from '../domain/refusals.ts';

export interface EnqueueGroupsOptions<Item, Answer> {
  /**
   * Writes items of any workspaces, and gives for each an answer, the error that it alone met, or `held` when somebody else holds its
   * workspace; then it is asked again, with items of that workspace alone, and is to wait. What it throws all its items get.
   */
  write(items: readonly Item[], whenHeld: 'wait' | 'skip'): Promise<readonly (Answer | Error | 'held')[]>;
  bytesOf(item: Item): number;
  /** How many groups of many workspaces are written at once. Defaults to 2: one is made while another is written to disk. */
  readonly maxGroups?: number;
  /** Most items of one workspace in one group. Defaults to 50, so that a storm leaves room for others. */
  readonly maxItemsOfOne?: number;
  /** Most items of one group. Defaults to 200: its locks are held for a short time. */
  readonly maxItems?: number;
  /** Most bytes of one group, unless a single item has more. Defaults to 1 MiB, for the same reason. */
  readonly maxBytes?: number;
  /** Longest wait for a group. Defaults to 3 s: with the pool's and the lock's own bounds a request ends within its time. */
  readonly maxWaitMs?: number;
  /** Most items that wait in one workspace. Defaults to 1000, each with a body in memory. */
  readonly maxWaiting?: number;
  /** Most bytes of all items that are not yet written, of all workspaces. Defaults to no bound. */
  readonly maxHeldBytes?: number;
}

export interface EnqueueGroups<Item, Answer> {
  /** Resolves when the item is written. */
  join(workspaceId: string, item: Item): Promise<Answer>;
}

interface Waiting<Item, Answer> {
  readonly item: Item;
  readonly timer: NodeJS.Timeout;
  answer(answer: Answer | Error): void;
}

/** Those of one workspace that wait. While some of it are under way, the others do, so that they keep their order. */
interface Line<Item, Answer> {
  readonly workspaceId: string;
  readonly waiting: Set<Waiting<Item, Answer>>;
  isUnderWay: boolean;
}

/** What a line gave to a group. */
interface Share<Item, Answer> {
  readonly line: Line<Item, Answer>;
  readonly taken: readonly Waiting<Item, Answer>[];
}

/**
 * Writes what comes at about the same time in one transaction, whatever workspaces it is for: so many of them are under way, and all
 * that comes meanwhile is the next. Who comes alone waits for nobody. Each workspace's order is the one in which they came. A workspace
 * that is held by somebody else keeps nobody but itself waiting: the group goes on without it.
 *
 * @throws WorkspaceBusyError from `join`, when nothing of the item was written.
 */
export function createEnqueueGroups<Item, Answer>(
  options: EnqueueGroupsOptions<Item, Answer>,
): EnqueueGroups<Item, Answer> {
  const { maxGroups = 2, maxItemsOfOne = 50, maxItems = 200, maxBytes = 2 ** 20 } = options;
  const { maxWaitMs = 3_000, maxWaiting = 1_000, maxHeldBytes = Infinity } = options;
  const lines = new Map<string, Line<Item, Answer>>();
  /** Those with somebody who waits and nobody who is under way; the one whose turn is next first. */
  const ready = new Set<Line<Item, Answer>>();
  let groups = 0;
  let heldBytes = 0;

  const begin = () => {
    while (groups < maxGroups && ready.size > 0) void writeGroup(takeGroup());
  };

  const writeGroup = async (shares: readonly Share<Item, Answer>[]) => {
    groups++;
    const held = await writeShares(shares, 'skip');
    groups--;
    for (const share of shares) if (!held.includes(share)) finish(share.line);
    for (const share of held) void writeHeld(share);
    begin();
  };

  const writeHeld = async (share: Share<Item, Answer>) => {
    await writeShares([share], 'wait');
    finish(share.line);
    begin();
  };

  /** Gives the shares that are still to be written. */
  const writeShares = async (shares: readonly Share<Item, Answer>[], whenHeld: 'wait' | 'skip') => {
    const all = shares.flatMap(({ taken }) => taken);
    try {
      const answers = await options.write(
        all.map(({ item }) => item),
        whenHeld,
      );
      const held = new Set(all.filter((_, index) => answers[index] === 'held'));
      for (const [index, waiting] of all.entries())
        if (!held.has(waiting)) waiting.answer(answers[index] as Answer | Error);
      return shares.filter(({ taken }) => held.has(taken[0]!));
    } catch (error) {
      for (const waiting of all) waiting.answer(error as Error);
      return [];
    }
  };

  const takeGroup = () => {
    const shares: Share<Item, Answer>[] = [];
    const room = { items: maxItems, bytes: maxBytes };
    for (const line of ready) {
      const taken = takeShare(line, room, shares.length === 0);
      if (taken.length === 0) break;
      shares.push({ line, taken });
      ready.delete(line);
      line.isUnderWay = true;
    }
    return shares;
  };

  const takeShare = (line: Line<Item, Answer>, room: { items: number; bytes: number }, isFirst: boolean) => {
    const taken: Waiting<Item, Answer>[] = [];
    for (const waiting of line.waiting) {
      const bytes = options.bytesOf(waiting.item);
      const fits = taken.length < maxItemsOfOne && room.items > 0 && bytes <= room.bytes;
      if (!fits && !(isFirst && taken.length === 0)) break;
      room.items -= 1;
      room.bytes -= bytes;
      clearTimeout(waiting.timer);
      line.waiting.delete(waiting);
      taken.push(waiting);
    }
    return taken;
  };

  const finish = (line: Line<Item, Answer>) => {
    line.isUnderWay = false;
    if (line.waiting.size > 0) ready.add(line);
    else lines.delete(line.workspaceId);
  };

  const giveUp = (line: Line<Item, Answer>, waiting: Waiting<Item, Answer>) => {
    line.waiting.delete(waiting);
    if (line.waiting.size === 0 && !line.isUnderWay) {
      ready.delete(line);
      lines.delete(line.workspaceId);
    }
    waiting.answer(new WorkspaceBusyError(line.workspaceId));
  };

  return {
    join(workspaceId, item) {
      const line = lines.get(workspaceId) ?? { workspaceId, waiting: new Set(), isUnderWay: false };
      const bytes = options.bytesOf(item);
      if (line.waiting.size >= maxWaiting || heldBytes + bytes > maxHeldBytes)
        return Promise.reject(new WorkspaceBusyError(workspaceId));
      return new Promise((resolve, reject) => {
        const waiting: Waiting<Item, Answer> = {
          item,
          timer: setTimeout(() => giveUp(line, waiting), maxWaitMs),
          answer: (answer) => {
            heldBytes -= bytes;
            if (answer instanceof Error) reject(answer);
            else resolve(answer);
          },
        };
        heldBytes += bytes;
        line.waiting.add(waiting);
        lines.set(workspaceId, line);
        if (!line.isUnderWay) ready.add(line);
        begin();
      });
    },
  };
}
