import { setTimeout as delay } from 'node:timers/promises';
import Type from 'typebox';
import type { ChangeListener } from '../../../db/events/event-feed.ts';
import { problemAnswers } from '../../problems/problem.ts';
import type { Api, RouteDeps } from '../../server/api.ts';
import { sendEvents, unlessOver } from '../../server/event-stream.ts';
import { overOf } from '../waiting/over-of.ts';
import { eventStream } from './events.schemas.ts';
import { changedText, RETRY_TEXT } from './stream-text.ts';

/** Whoever looks at all workspaces reads them anew after a message: once a second is as often as a person sees. */
const MESSAGES_APART_MS = 1_000;

const schema = {
  tags: ['Events'],
  operationId: 'streamChangedWorkspaces',
  summary: 'Follow which workspaces change',
  description:
    'Server-sent events over all workspaces, at most one a second: `event` is `workspaces`, and `data` has the ids of those in which something ' +
    'has happened since the last one. The events have no ids: whoever connects, or connects again, reads the state first. The stream ends when it ' +
    'cannot tell what has happened.',
  querystring: Type.Object({}, { additionalProperties: false }),
  response: {
    200: eventStream(
      'The stream. A comment comes every 15 s.',
      ['ChangedWorkspaces'],
      'retry: 1000\n\nevent: workspaces\ndata: {"ids":["acme","globex"]}\n\n',
    ),
    ...problemAnswers('database-unavailable'),
  },
};

export function allEventsRoute(app: Api, deps: RouteDeps): void {
  app.get('/events', { config: { right: 'read' }, schema }, async (request, reply) => {
    const over = overOf(request, reply, deps);
    const changes = new Changes(over);
    // Before the answer begins: who reads the state after that misses nothing.
    await unlessOver(deps.events.listen(changes.hear, over), over);
    if (reply.sent) return reply;
    return sendEvents(reply, textsOf(changes, over), over);
  });
}

async function* textsOf(changes: Changes, over: AbortSignal): AsyncGenerator<string> {
  yield RETRY_TEXT;
  for (let ids = await changes.next(); ids !== null; ids = await changes.next()) {
    yield changedText(ids);
    await delay(MESSAGES_APART_MS, undefined, { signal: over }).catch(() => {});
  }
}

/** What has changed and was not yet told. */
class Changes {
  readonly #over: AbortSignal;
  readonly #ids = new Set<string>();
  #isLost = false;
  #wake: (() => void) | null = null;

  constructor(over: AbortSignal) {
    this.#over = over;
    over.addEventListener('abort', () => this.#wake?.(), { once: true });
  }

  readonly hear: ChangeListener = (changed) => {
    if (changed === null) this.#isLost = true;
    for (const id of changed ?? []) this.#ids.add(id);
    this.#wake?.();
  };

  /** As soon as there is one; null when there will be none, or when it cannot be told which. */
  async next(): Promise<string[] | null> {
    while (this.#ids.size === 0 && !this.#isLost && !this.#over.aborted)
      await new Promise<void>((resolve) => (this.#wake = resolve));
    if (this.#isLost || this.#over.aborted) return null;
    const ids = [...this.#ids];
    this.#ids.clear();
    return ids;
  }
}
