import { Semaphore } from '../../async/semaphore.ts';
import { EventFeed } from '../../db/events/event-feed.ts';
import { ExecutionEvents } from '../../db/events/execution-events.ts';
import { logRepeated } from '../../process/repeated-failures.ts';
import { WorkspaceListeners } from '../v1/waiting/workspace-listeners.ts';
import type { Api, ApiDeps, RouteDeps } from './api.ts';

export type EventParts = Pick<RouteDeps, 'events' | 'executionEvents' | 'listeners' | 'endReads'>;

/** What waits are made of. One feed for all of the process: while somebody waits it reads the events of all workspaces. Ends with the server. */
export function openEvents(deps: ApiDeps, app: Api): EventParts {
  const { database, config, log } = deps;
  const onError = (err: unknown) =>
    logRepeated(
      log,
      'warn',
      { err },
      'events could not be read, and who waits goes on waiting; is Postgres up?',
    );
  const onBehind = (lagMs: number) =>
    logRepeated(
      log,
      'warn',
      { lagMs },
      'events are written faster than this process reads them; who waits is told late',
    );
  const events = new EventFeed(database, { onError, onBehind });
  // After the last answer.
  app.addHook('onClose', () => events.stop());
  return {
    events,
    executionEvents: new ExecutionEvents(events, onError),
    listeners: config.GATES_RESERVATIONS ? openListeners(deps, app) : null,
    endReads: new Semaphore({ perOwner: config.DATABASE_CONNECTIONS_PER_WORKSPACE }),
  };
}

/** Ends with the server. */
function openListeners({ database, log, waker }: ApiDeps, app: Api): WorkspaceListeners {
  const listeners = new WorkspaceListeners(database.db, {
    wake: (workspaceId) => waker.wake(workspaceId),
    onError: (err) =>
      logRepeated(
        log,
        'warn',
        { err },
        'gates could not be told who waits, and report ends up to a second late; is Postgres up?',
      ),
  });
  app.addHook('onClose', () => listeners.stop());
  return listeners;
}
