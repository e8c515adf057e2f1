import Type, { type Static } from 'typebox';
import { REASONS } from '../../../../domain/explain/reason.ts';
import { STATUSES } from '../../../../domain/status.ts';
import { textEnum } from '../../../openapi/text-enum.ts';
import { restoringSince } from '../../workspaces/workspaces.schemas.ts';
import { readTokenQuery } from '../read-token.schemas.ts';
import { StalledExecution } from '../stalls.schemas.ts';

export const AUDIENCES = ['operator', 'customer'] as const;

export const ExplainQuery = Type.Object(
  {
    audience: Type.Optional(
      textEnum(AUDIENCES, {
        default: 'operator',
        description:
          'Who is to read it. `customer`: the sentence, the status and the position, and nothing of other executions, of settings or of ' +
          'operators. With a read token it is always that.',
      }),
    ),
    ...readTokenQuery,
  },
  { additionalProperties: false },
);

const instantOrNull = (description: string) =>
  Type.Union([Type.String({ format: 'date-time' }), Type.Null()], { description });

const polled = (description: string) =>
  Type.Union([Type.Boolean(), Type.Null()], {
    description: `${description} Null when Temporal did not say so within a second, and of an execution that has ended.`,
  });

const common = {
  sentence: Type.String({
    description: 'Why the execution is where it is, for people.',
    examples: [
      "It waits behind 12 others: all 5 slots (its tier's limit) are taken, the oldest for 3 h 12 min, and the last admission was 2 min ago.",
    ],
  }),
  status: textEnum(STATUSES),
  position: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()], {
    description: 'Of a pending execution: its place in the queue, 1 is next.',
    examples: [13],
  }),
};

const Slot = Type.Object({
  executionId: Type.String({ format: 'uuid' }),
  workflowType: Type.String({ examples: ['httpRequest'] }),
  reference: Type.Union([Type.String(), Type.Null()]),
  since: Type.String({ format: 'date-time', description: 'When it got the slot.' }),
  stalled: Type.Union([StalledExecution, Type.Null()], {
    description: 'Why it cannot make progress; null when it can.',
  }),
});

const ExplainedPause = Type.Object({
  since: Type.String({ format: 'date-time' }),
  until: instantOrNull('Null: until somebody resumes it.'),
  reason: Type.Union([Type.String(), Type.Null()]),
  by: Type.Union([Type.String(), Type.Null()], { description: 'The id of the key that asked for it.' }),
});

export const Explanation = Type.Object(
  {
    ...common,
    executionId: Type.String({ format: 'uuid' }),
    workspaceId: Type.String({ examples: ['acme'] }),
    reason: textEnum(REASONS, {
      description:
        'The same in a word. Of a pending execution: `expiring`: past its `startBefore`; `deleting`, `restoring`, `paused`: its workspace; ' +
        '`ending`: its end was asked for, and its gate is asked whether it has started it; `gates-not-polled`: no worker with the role gates; `over-limit`: more run than the limit, which was lowered; `slots-taken`; ' +
        '`about-to-start`; `gate-late`: a slot is free, and its gate has not filled it. Of a running one: `stalled`; `no-worker`: nobody polls ' +
        'its task queue; `ending`: its end was asked for; `running`.',
    }),
    positionIsUpperBound: Type.Boolean({ description: 'Whether `position` is a bound only.' }),
    limit: Type.Integer({ description: 'How many executions of the workspace run at once.', examples: [5] }),
    limitSource: textEnum(['tier', 'override'], { description: 'Where that limit comes from.' }),
    running: Type.Integer({ description: 'How many hold a slot now.', examples: [5] }),
    pending: Type.Integer({ description: 'How many wait in the queue.', examples: [40] }),
    overBy: Type.Integer({
      minimum: 0,
      description:
        'How many more run than the limit, after it was lowered: nothing is admitted until they have ended.',
    }),
    slots: Type.Array(Slot, {
      description:
        'Who holds the slots, the one that has held its slot for longest first; at most 100. Empty of an execution that has ended.',
    }),
    paused: Type.Union([ExplainedPause, Type.Null()], {
      description: 'The pause of the workspace; null when there is none.',
    }),
    deletingSince: instantOrNull('Since when the workspace is being deleted; null when it is not.'),
    restoringSince,
    stalled: Type.Union([StalledExecution, Type.Null()], {
      description: 'Why the execution itself runs and cannot make progress; null when it can.',
    }),
    workerPolls: polled("Whether a worker polls the workspace's task queue."),
    gatesPoll: polled('Whether a worker with the role gates polls.'),
    lastAdmissionAt: instantOrNull('When an execution of the workspace last got a slot.'),
    reconciledAt: instantOrNull("When the workspace's gate last reconciled."),
  },
  { $id: 'Explanation', description: 'Why an execution is where it is.' },
);
export type Explanation = Static<typeof Explanation>;

export const CustomerExplanation = Type.Object(common, {
  $id: 'CustomerExplanation',
  additionalProperties: false,
  description: 'The same for an end customer: nothing of others.',
});
