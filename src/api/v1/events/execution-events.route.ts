import { readExecutionEvents } from '../../../db/events/read-execution-events.ts';
import type { EventPosition, WorkspaceEvent } from '../../../db/events/workspace-event.ts';
import { findExecution, type FoundExecution } from '../../../db/executions/find-execution.ts';
import { isTerminal } from '../../../domain/status.ts';
import Type from 'typebox';
import { EventsGoneError } from '../../problems/events-gone.ts';
import { problemAnswers } from '../../problems/problem.ts';
import type { Api, RouteDeps } from '../../server/api.ts';
import { sendEvents, unlessOver } from '../../server/event-stream.ts';
import { ExecutionParams } from '../executions/executions.schemas.ts';
import { readTokenQuery } from '../executions/read-token.schemas.ts';
import { viewWithStall } from '../executions/view-with-stall.ts';
import { listenUntilAnswered } from '../waiting/listen-until-answered.ts';
import { overOf } from '../waiting/over-of.ts';
import { askedPosition, eventId, EventsHeaders, EventsQuery } from './event-id.ts';
import { eventStream } from './events.schemas.ts';
import { eventText, executionText, openingText } from './stream-text.ts';
import { byId } from '../executions/by-id.ts';

const schema = {
  tags: ['Events'],
  operationId: 'streamExecutionEvents',
  summary: 'Follow an execution to its end',
  description:
    'Server-sent events. Without an id it begins with an event `execution`, whose `data` is the `Execution` as JSON. Then come its changes ' +
    'as in the stream of its workspace: `scheduled`, `accepted`, `admitted`, `cancel_requested`, `terminate_requested`, `ended`. Right before `ended` ' +
    'comes `execution` once more, with the result, and after `ended` the stream ends.',
  params: ExecutionParams,
  querystring: Type.Object({ ...EventsQuery.properties, ...readTokenQuery }, { additionalProperties: false }),
  headers: EventsHeaders,
  response: {
    200: eventStream(
      'The stream. A comment comes every 15 s.',
      ['Execution', 'WorkspaceEvent'],
      'retry: 1000\nid: 1-41\n\nevent: execution\ndata: {"id":"0199f3a2-7c1e-7000-8000-5f0c8f5a7b11","status":"running",...}\n\n',
    ),
    204: {
      description: 'It has ended, and nothing came after that id. EventSource does not connect again.',
    },
    ...problemAnswers(
      'workspace-not-found',
      'execution-not-found',
      'events-gone',
      'database-unavailable',
      'request-timed-out',
    ),
  },
};

export function executionEventsRoute(app: Api, deps: RouteDeps): void {
  const url = '/workspaces/:workspaceId/executions/:executionId/events';
  const options = { config: { right: 'read', takesReadToken: true }, schema } as const;
  app.get(url, options, async (request, reply) => {
    const { workspaceId } = request.params;
    const over = overOf(request, reply, deps);
    await listenUntilAnswered(workspaceId, reply, deps);
    const opened = await unlessOver(
      byId(deps, request.params, (id) =>
        open(deps, { workspaceId, id: id.toLowerCase() }, askedPosition(request), over),
      ),
      over,
    );
    if (reply.sent) return reply;
    if (opened === 'nothing-more') return reply.code(204).send();
    return sendEvents(reply, textsOf(deps, opened), over);
  });
}

interface Opened {
  readonly from: EventPosition;
  readonly found: FoundExecution;
  /** Without an id that it goes on after. */
  readonly isFresh: boolean;
  /** What has happened since, up to that number. */
  readonly missed: readonly WorkspaceEvent[];
  readonly throughNumber: number;
  /** What happens then; null when that cannot be told. */
  readonly next: () => Promise<WorkspaceEvent | null>;
}

/**
 * Listens before it reads.
 *
 * @throws WorkspaceNotFoundError, ExecutionNotFoundError, EventsGoneError
 */
async function open(
  { events, executionEvents, database }: RouteDeps,
  { workspaceId, id }: { workspaceId: string; id: string },
  asked: EventPosition | null,
  over: AbortSignal,
): Promise<Opened | 'nothing-more'> {
  const now = await events.position(workspaceId, over);
  const listener = executionEvents.listen(workspaceId, id, now, over);
  const found = await findExecution(database.db, workspaceId, id);
  const next = () => listener.next();
  if (asked === null) return { from: now, found, isFresh: true, missed: [], throughNumber: now.number, next };
  const missed = await readExecutionEvents(database, found.execution, asked);
  if (missed.kind === 'reset') throw new EventsGoneError(missed.reason, eventId(missed.position));
  if (isTerminal(found.execution.status) && !missed.events.some(({ kind }) => kind === 'ended'))
    return 'nothing-more';
  return {
    from: asked,
    found,
    isFresh: false,
    missed: missed.events,
    throughNumber: missed.through.number,
    next,
  };
}

async function* textsOf(deps: RouteDeps, opened: Opened | null): AsyncGenerator<string> {
  if (opened === null) return;
  const { from, found, isFresh } = opened;
  const { workspaceId, id } = found.execution;
  yield openingText(from);
  if (isFresh) yield executionText(await viewWithStall(deps, found));
  if (isFresh && isTerminal(found.execution.status)) return;
  for await (const event of eventsOf(opened)) {
    if (event.kind === 'ended') {
      const ended = await deps.endReads.run(workspaceId, () =>
        findExecution(deps.database.db, workspaceId, id),
      );
      yield executionText(await viewWithStall(deps, ended)) + eventText(workspaceId, from.epoch, event);
      return;
    }
    yield eventText(workspaceId, from.epoch, event);
  }
}

/** Ends when it cannot be told what has happened: its reader comes again. */
async function* eventsOf({ missed, throughNumber, next }: Opened): AsyncGenerator<WorkspaceEvent> {
  yield* missed;
  for (let event = await next(); event !== null; event = await next())
    if (event.number > throughNumber) yield event;
}
