import { setTimeout as delay } from 'node:timers/promises';
import { WorkspaceNotFoundError } from '../../domain/refusals.ts';
import { type EventFeed, FeedStoppedError } from './event-feed.ts';
import { Listener } from './listener.ts';
import type { EventPosition, WorkspaceEvent } from './workspace-event.ts';

/** Before events are asked for again that Postgres did not give. */
const RETRY_MS = 500;

/** Follows a workspace for all who listen to executions of it. */
interface Follower {
  position: EventPosition;
  readonly listeners: Map<string, Set<Listener>>;
  readonly stopping: AbortController;
}

/**
 * Tells any number of listeners what happens to one execution each. The events of a workspace are followed once, however many of its executions are listened to:
 * what happens to one costs nothing to the listeners of others.
 */
export class ExecutionEvents {
  readonly #feed: EventFeed;
  readonly #onError: (error: unknown) => void;
  readonly #followers = new Map<string, Follower>();

  /** @param onError events could not be read; they are asked for again, and who listens goes on */
  constructor(feed: EventFeed, onError: (error: unknown) => void) {
    this.#feed = feed;
    this.#onError = onError;
  }

  /** How many workspaces are followed. */
  get following(): number {
    return this.#followers.size;
  }

  /**
   * Resolves when an execution has ended after a position, or when that cannot be told: read its state. The position is one of the feed, taken
   * shortly before.
   *
   * @throws the signal's reason
   */
  async ended(
    workspaceId: string,
    executionId: string,
    from: EventPosition,
    signal: AbortSignal,
  ): Promise<void> {
    signal.throwIfAborted();
    const { listener, heardFrom } = this.#join(workspaceId, executionId, from, signal);
    try {
      if (await this.#endedBetween(workspaceId, executionId, from, heardFrom)) return;
      for (;;) {
        const event = await listener.next();
        if (event === null || event.kind === 'ended') return;
      }
    } finally {
      listener.stop();
    }
  }

  /** Listens until the signal is aborted: to what happens after a position of the feed, or a little later, and certainly after this call. */
  listen(
    workspaceId: string,
    executionId: string,
    from: EventPosition,
    signal: AbortSignal,
  ): Pick<Listener, 'next'> {
    return this.#join(workspaceId, executionId, from, signal).listener;
  }

  #join(workspaceId: string, executionId: string, from: EventPosition, signal: AbortSignal) {
    const follower = this.#followers.get(workspaceId) ?? this.#follow(workspaceId, from);
    const listener = new Listener(from, signal, () => {
      const listeners = follower.listeners.get(executionId);
      if (!listeners?.delete(listener) || listeners.size > 0) return;
      follower.listeners.delete(executionId);
      if (follower.listeners.size === 0) this.#leave(workspaceId, follower);
    });
    const others = follower.listeners.get(executionId);
    if (others) others.add(listener);
    else follower.listeners.set(executionId, new Set([listener]));
    return { listener, heardFrom: follower.position };
  }

  #follow(workspaceId: string, position: EventPosition): Follower {
    const follower = {
      position,
      listeners: new Map<string, Set<Listener>>(),
      stopping: new AbortController(),
    };
    this.#followers.set(workspaceId, follower);
    void this.#run(workspaceId, follower);
    return follower;
  }

  #leave(workspaceId: string, follower: Follower): void {
    if (this.#followers.get(workspaceId) === follower) this.#followers.delete(workspaceId);
    follower.stopping.abort();
  }

  /** Whether it has ended between two positions, of which the second may be the earlier one; true also when that cannot be told. */
  async #endedBetween(
    workspaceId: string,
    executionId: string,
    from: EventPosition,
    to: EventPosition,
  ): Promise<boolean> {
    if (from.epoch !== to.epoch) return true;
    for (let { number } = from; number < to.number;) {
      const answer = await this.#feed.after(workspaceId, { ...from, number });
      if (answer.kind === 'reset' || answer.events.length === 0) return true;
      if (answer.events.some((event) => event.kind === 'ended' && event.executionId === executionId))
        return true;
      number = answer.events.at(-1)!.number;
    }
    return false;
  }

  async #run(workspaceId: string, follower: Follower): Promise<void> {
    const { signal } = follower.stopping;
    while (!signal.aborted) {
      try {
        await this.#feed.wait(workspaceId, follower.position, signal);
        const answer = await this.#feed.after(workspaceId, follower.position);
        if (answer.kind === 'reset') {
          follower.position = answer.position;
          tellAll(follower);
        }
        for (const event of answer.kind === 'events' ? answer.events : []) tell(follower, event);
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof FeedStoppedError || error instanceof WorkspaceNotFoundError) {
          this.#leave(workspaceId, follower);
          tellAll(follower);
        } else {
          this.#onError(error);
          await delay(RETRY_MS);
        }
      }
    }
  }
}

function tell(follower: Follower, event: WorkspaceEvent): void {
  follower.position = { ...follower.position, number: event.number };
  if (event.executionId === null) return;
  for (const listener of follower.listeners.get(event.executionId) ?? [])
    listener.hear(event, follower.position.epoch);
}

/** That what has happened cannot be told. */
function tellAll({ listeners }: Follower): void {
  for (const listener of [...listeners.values()].flatMap((some) => [...some])) listener.hear(null);
}
