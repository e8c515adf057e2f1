import Type, { type Static, type TSchema } from 'typebox';
import { EVENT_KINDS } from '../../../domain/event.ts';
import { STATUSES } from '../../../domain/status.ts';
import { textEnum } from '../../openapi/text-enum.ts';

export const WorkspaceEvent = Type.Object(
  {
    id: Type.String({
      description: "Where it stands: the database's epoch, and its number in the workspace, without gaps.",
      examples: ['1-4711'],
    }),
    kind: textEnum(EVENT_KINDS, {
      description:
        '`scheduled`: the execution enters the queue later. `accepted`: the execution is in the queue. `admitted`: it has a slot. `cancel_requested`, `terminate_requested`: that was asked ' +
        'for. `ended`. `workspace_changed`: settings of the workspace.',
    }),
    workspaceId: Type.String({ examples: ['acme'] }),
    executionId: Type.Union([Type.String({ format: 'uuid' }), Type.Null()], {
      description: 'Null for a change of the workspace, like `seq` and `status`.',
      examples: ['0199f3a2-7c1e-7000-8000-5f0c8f5a7b11'],
    }),
    seq: Type.Union([Type.Integer(), Type.Null()], { examples: [17] }),
    status: Type.Union([textEnum(STATUSES), Type.Null()], {
      description: "The execution's after the change.",
      examples: ['completed'],
    }),
    at: Type.String({ format: 'date-time', description: 'When it was recorded.' }),
  },
  {
    $id: 'WorkspaceEvent',
    description: 'One change of a workspace or of an execution: the `data` of an event of a stream.',
  },
);
export type WorkspaceEvent = Static<typeof WorkspaceEvent>;

export const ChangedWorkspaces = Type.Object(
  { ids: Type.Array(Type.String(), { description: 'Ids of workspaces.', examples: [['acme']] }) },
  { $id: 'ChangedWorkspaces', description: 'Workspaces in which something has happened.' },
);

/** The answer of a route that streams events whose data is of these registered schemas. */
export function eventStream(
  description: string,
  schemaIds: readonly [string, ...string[]],
  example: string,
): TSchema {
  const [first, ...others] = schemaIds.map((id) => Type.Ref(id));
  const stream = {
    type: 'string',
    contentMediaType: 'text/event-stream',
    contentSchema: others.length === 0 ? first : { anyOf: [first, ...others] },
    description: 'Server-sent events; `contentSchema` is that of the `data` of each.',
  };
  return { description, content: { 'text/event-stream': { schema: stream, example } } };
}
