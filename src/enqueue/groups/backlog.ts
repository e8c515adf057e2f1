/** A request that waits for a group, in words that hold for any item. */
export interface Waiting<Item, Answer> {
  readonly item: Item;
  /** How many requests it is: 1, or as many as a batch has. */
  readonly size: number;
  readonly bytes: number;
  readonly timer: NodeJS.Timeout;
  answer(answer: Answer): void;
  fail(error: Error): void;
}

/** What may still go into a group. */
export interface Room {
  items: number;
  bytes: number;
}

/** The items of one workspace that wait. While some of it are being written the others wait, so that they keep their order. */
export class Backlog<Item, Answer> {
  readonly workspaceId: string;
  isBeingWritten = false;
  readonly #waiting = new Set<Waiting<Item, Answer>>();

  constructor(workspaceId: string) {
    this.workspaceId = workspaceId;
  }

  /** How many items wait. */
  get size(): number {
    return this.#waiting.size;
  }

  /** The one whose turn is next. */
  get first(): Waiting<Item, Answer> | undefined {
    return this.#waiting.values().next().value;
  }

  add(waiting: Waiting<Item, Answer>): void {
    this.#waiting.add(waiting);
  }

  remove(waiting: Waiting<Item, Answer>): void {
    this.#waiting.delete(waiting);
  }

  /**
   * Takes the oldest items that there is room for, and at most so many requests; takes up the room. The first of a group is taken
   * whatever its size.
   */
  take(maxOfOne: number, room: Room, isFirst: boolean): readonly Waiting<Item, Answer>[] {
    const taken: Waiting<Item, Answer>[] = [];
    let size = 0;
    for (const waiting of this.#waiting) {
      size += waiting.size;
      const fits = size <= maxOfOne && waiting.size <= room.items && waiting.bytes <= room.bytes;
      if (!fits && !(isFirst && taken.length === 0)) break;
      room.items -= waiting.size;
      room.bytes -= waiting.bytes;
      clearTimeout(waiting.timer);
      this.#waiting.delete(waiting);
      taken.push(waiting);
    }
    return taken;
  }
}
