import type { EventFeed } from '../../../db/events/event-feed.ts';
import type { EventPosition } from '../../../db/events/workspace-event.ts';
import { EventsGoneError } from '../../problems/events-gone.ts';
import { problemAnswers } from '../../problems/problem.ts';
import type { Api, RouteDeps } from '../../server/api.ts';
import { sendEvents, unlessOver } from '../../server/event-stream.ts';
import { listenUntilAnswered } from '../waiting/listen-until-answered.ts';
import { overOf } from '../waiting/over-of.ts';
import { WorkspaceParams } from '../workspaces/workspaces.schemas.ts';
import { askedPosition, eventId, EventsHeaders, EventsQuery } from './event-id.ts';
import { eventStream } from './events.schemas.ts';
import { eventText, openingText } from './stream-text.ts';

const schema = {
  tags: ['Events'],
  operationId: 'streamWorkspaceEvents',
  summary: 'Follow what happens in a workspace',
  description:
    'Server-sent events, one for each change of the workspace and of its executions, in the order of their commits and without a gap: ' +
    "`event` is the change's `kind`, `data` a `WorkspaceEvent` as JSON. The stream begins now, or after an id, and goes on until the reader " +
    'leaves or the server stops; a reader that comes again with the last id misses nothing and gets nothing twice, at whatever server.',
  params: WorkspaceParams,
  querystring: EventsQuery,
  headers: EventsHeaders,
  response: {
    200: eventStream(
      'The stream. A comment comes every 15 s.',
      ['WorkspaceEvent'],
      'retry: 1000\nid: 1-41\n\nid: 1-42\nevent: ended\ndata: {"id":"1-42","kind":"ended",...}\n\n',
    ),
    ...problemAnswers('workspace-not-found', 'events-gone', 'database-unavailable', 'request-timed-out'),
  },
};

export function workspaceEventsRoute(app: Api, deps: RouteDeps): void {
  const options = { config: { right: 'read' }, schema } as const;
  app.get('/workspaces/:workspaceId/events', options, async (request, reply) => {
    const { workspaceId } = request.params;
    const over = overOf(request, reply, deps);
    await listenUntilAnswered(workspaceId, reply, deps);
    const from = await unlessOver(beginning(deps.events, workspaceId, askedPosition(request), over), over);
    if (reply.sent) return reply;
    return sendEvents(reply, textsFrom(deps.events, workspaceId, from, over), over);
  });
}

/** @throws WorkspaceNotFoundError, EventsGoneError */
async function beginning(
  events: EventFeed,
  workspaceId: string,
  asked: EventPosition | null,
  over: AbortSignal,
): Promise<EventPosition> {
  if (asked === null) return await events.position(workspaceId, over);
  const answer = await events.after(workspaceId, asked);
  if (answer.kind === 'reset') throw new EventsGoneError(answer.reason, eventId(answer.position));
  return asked;
}

async function* textsFrom(
  events: EventFeed,
  workspaceId: string,
  from: EventPosition | null,
  over: AbortSignal,
): AsyncGenerator<string> {
  if (from === null) return;
  yield openingText(from);
  for (let position = from; ;) {
    await events.wait(workspaceId, position, over);
    const answer = await events.after(workspaceId, position);
    // Its reader comes again, and is told why it cannot go on.
    if (answer.kind === 'reset') return;
    if (answer.events.length === 0) continue;
    const { epoch } = position;
    position = { epoch, number: answer.events.at(-1)!.number };
    yield answer.events.map((event) => eventText(workspaceId, epoch, event)).join('');
  }
}
