/** After this an old transaction may have committed what nobody has looked for. */
const GOOD_FOR_MS = 10_000;

/** Beyond so many workspaces the oldest are forgotten: they are looked through once more. */
const WORKSPACES_MAX = 10_000;

/**
 * From which id on a workspace has anything to send, as of the last time that all of it was looked through. A look from there on does not pass over
 * the requests that are gone; Postgres keeps these for as long as any old transaction is open.
 */
export class LookedThrough {
  readonly #from = new Map<string, { readonly id: string; readonly untilMs: number }>();

  /** Nothing waits there before that id. */
  note(workspace: string, id: string, nowMs: number): void {
    this.#from.delete(workspace);
    this.#from.set(workspace, { id, untilMs: nowMs + GOOD_FOR_MS });
    if (this.#from.size > WORKSPACES_MAX)
      for (const oldest of this.#from.keys()) return void this.#from.delete(oldest);
  }

  /** A request waits with that id: forgets what says that there is none. */
  found(workspace: string, id: string): void {
    const known = this.#from.get(workspace);
    if (known !== undefined && id < known.id) this.#from.delete(workspace);
  }

  /** Null when all of it is to be looked through. */
  fromId(workspace: string, nowMs: number): string | null {
    const known = this.#from.get(workspace);
    return known !== undefined && nowMs < known.untilMs ? known.id : null;
  }
}
