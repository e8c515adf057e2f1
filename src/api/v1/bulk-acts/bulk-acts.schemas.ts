import Type, { type Static } from 'typebox';
import { BULK_ACTS } from '../../../domain/bulk/bulk-act.ts';
import { STATUSES } from '../../../domain/status.ts';
import { textEnum } from '../../openapi/text-enum.ts';
import { reason } from '../changes/reason.ts';
import { executionFilter } from '../executions/lists/list-executions.schemas.ts';
import { WorkspaceParams } from '../workspaces/workspaces.schemas.ts';

const bulkActId = Type.String({
  description: 'The bulk act.',
  examples: ['0199f3b7-1d2a-7000-8000-3b1c2d3e4f50'],
});

export const BulkActParams = Type.Object({ bulkActId });

export const WorkspaceBulkActParams = Type.Object({ ...WorkspaceParams.properties, bulkActId });

const act = textEnum(BULK_ACTS, {
  description:
    'What is done to each: `cancel` and `terminate` to executions that have not ended, `rerun` to those that have.',
  examples: ['cancel'],
});

export const BulkActBody = Type.Object(
  {
    act,
    filter: Type.Object(executionFilter, {
      additionalProperties: false,
      description: 'Which executions, as for lists. Empty: all that the act can be done to.',
      examples: [{ workflowType: 'report', status: 'pending' }],
    }),
    preview: Type.Optional(
      Type.Boolean({ default: false, description: 'Whether only to count: nothing is done then.' }),
    ),
    expected: Type.Optional(
      Type.Integer({
        minimum: 0,
        description:
          'How many a preview has counted: when it is another number now, the answer is 409 and nothing is done.',
        examples: [40],
      }),
    ),
    reason,
  },
  {
    additionalProperties: false,
    description: 'What to do to all executions that match.',
    examples: [{ act: 'cancel', filter: { status: 'pending' }, expected: 40, reason: 'ticket 4711' }],
  },
);
export type BulkActBody = Static<typeof BulkActBody>;

const matching = {
  matching: Type.Integer({ minimum: 0, description: 'How many match.', examples: [40] }),
  matchingIsLowerBound: Type.Boolean({
    description: 'Whether there may be more, because counting them took longer than 2 s.',
  }),
};

export const BulkPreview = Type.Object(matching, {
  $id: 'BulkPreview',
  additionalProperties: false,
  description: 'What an act would be about.',
});

const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(of: T) => Type.Union([of, Type.Null()]);
const instant = Type.String({ format: 'date-time' });

export const BulkAct = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    workspaceId: Type.Union([Type.String(), Type.Null()], { description: 'Null: in all workspaces.' }),
    act,
    filter: Type.Object(
      {
        status: orNull(textEnum(STATUSES)),
        workflowType: orNull(Type.String()),
        reference: orNull(Type.String()),
        createdAfter: orNull(instant),
        createdBefore: orNull(instant),
        closedAfter: orNull(instant),
        closedBefore: orNull(instant),
        outcome: orNull(textEnum(['failure'])),
        labels: Type.Record(Type.String(), Type.String()),
      },
      { description: 'As it was asked for; null, or no label, for what does not matter.' },
    ),
    reason: orNull(Type.String()),
    by: Type.Union([Type.String(), Type.Null()], {
      description: 'The id of the key that asked for it; null where no key is needed.',
    }),
    acceptedAt: Type.String({
      format: 'date-time',
      description: 'Executions that were accepted later are none of its own.',
    }),
    ...matching,
    state: textEnum(['running', 'waiting', 'done'], {
      description:
        '`running`: workers carry it on. `waiting`: queues have no room for the next rerun; it goes on by itself. `done`: nothing is left to do.',
    }),
    done: Type.Integer({
      description: 'Executions that it has ended, asked to end, or run again.',
      examples: [39],
    }),
    skipped: Type.Integer({
      description: 'Executions that no longer matched when it came to them, or were asked to end before.',
      examples: [1],
    }),
    failed: Type.Integer({ description: 'Reruns that were refused.', examples: [0] }),
    lastFailure: Type.Union([Type.String(), Type.Null()], { description: 'Why one of them was.' }),
    endedAt: Type.Union([instant, Type.Null()], { description: 'When the last was done; null before that.' }),
  },
  { $id: 'BulkAct', description: 'An act on all executions that match, and how far it has come.' },
);
export type BulkAct = Static<typeof BulkAct>;
