import Type, { type Static } from 'typebox';
import { NUMBER_SORTS } from '../../../domain/number-sorts.ts';
import { HEALTHS } from '../../../domain/health.ts';
import { TIERS } from '../../../domain/tier.ts';
import { textEnum } from '../../openapi/text-enum.ts';
import { pageOf, pageQuery } from '../pages/pages.schemas.ts';
import { paused } from '../workspaces/workspaces.schemas.ts';

const health = textEnum(HEALTHS, {
  description:
    'The first of these that is true. `deleting`: it is being deleted. `restoring`: nothing is started, because the database was restored from a ' +
    'backup. `paused`: nothing is admitted until somebody resumes it, or its time has come. `stalled`: running executions cannot make progress. ' +
    '`at-limit`: some wait, and as many run as may. `backlogged`: some wait although fewer run than may. `active`: some run, none waits. ' +
    '`idle`: none of all this.',
  examples: ['at-limit'],
});

export const ListStatsQuery = Type.Object(
  {
    ...pageQuery,
    sort: Type.Optional(
      textEnum(NUMBER_SORTS, {
        default: 'id',
        description:
          'What the list goes by, and by id where that says nothing. `health` is by urgency: `desc` begins with `deleting` and `restoring`. ' +
          'Pages by a number are as of their own moment: a workspace whose number changes between two pages may come twice or be left out.',
      }),
    ),
    order: Type.Optional(
      textEnum(['asc', 'desc'], {
        description:
          'From the lowest or from the highest. Defaults to `asc` by id and to `desc` by a number.',
      }),
    ),
    search: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9_-]{1,64}$',
        description: 'Only workspaces with this in their id; large and small letters are the same.',
        examples: ['acm'],
      }),
    ),
    tier: Type.Optional(textEnum(TIERS, { description: 'Only workspaces of this tier.' })),
    health: Type.Optional({ ...health, description: 'Only workspaces of this health.' }),
  },
  { additionalProperties: false },
);
export type ListStatsQuery = Static<typeof ListStatsQuery>;

const time = (description: string) =>
  Type.Union([Type.String({ format: 'date-time' }), Type.Null()], { description });

const seconds = (description: string) => Type.Union([Type.Number(), Type.Null()], { description });

const INBOX_MEANING =
  'How many requests of `sluice.enqueue` and `sluice.put_workspace` wait to be carried out after their transaction has committed. As a rule they wait for ' +
  'a fraction of a second.';

const inboxOldestSeconds = seconds(
  'For how long it is that the oldest of them was asked for; null when there is none. Its transaction may have been open for most of that time.',
);

export const WorkspaceStats = Type.Object(
  {
    id: Type.String({ examples: ['acme'] }),
    tier: textEnum(TIERS, { examples: ['pro'] }),
    health,
    limit: Type.Integer({
      description: 'How many executions run at once: the limit in force.',
      examples: [5],
    }),
    limitSource: textEnum(['tier', 'override'], { description: 'Where that limit comes from.' }),
    limitOverride: Type.Union([Type.Integer(), Type.Null()], {
      description: 'The limit of its own; null: what the tier says.',
    }),
    running: Type.Integer({ description: 'How many hold a slot, as its gate last counted.', examples: [5] }),
    overBy: Type.Integer({
      description:
        'How many more run than the limit allows, because it was lowered. Nothing is admitted meanwhile.',
      examples: [0],
    }),
    pending: Type.Integer({ description: 'How many wait in the queue.', examples: [12] }),
    scheduled: Type.Integer({ description: 'How many have yet to enter the queue.', examples: [0] }),
    oldestWaitSeconds: seconds('For how long the head of the queue has waited; null when nothing waits.'),
    waitP95Seconds: seconds(
      'How long 95 of 100 admissions of the last minutes waited at most, from the queue to the slot. Null when there was none.',
    ),
    handoffP99Seconds: seconds(
      "How long 99 of 100 freed slots of the last minutes stood free at most while somebody waited, from the end to the next admission, by Temporal's " +
        'clock and by that of Postgres. Null when there was none.',
    ),
    stalledExecutions: Type.Integer({
      description: 'How many of its running executions cannot make progress.',
      examples: [0],
    }),
    failedLastHour: Type.Integer({
      description:
        'How many ended as `failed`, `timed_out` or `terminated` in the last 60 minutes. What never started is not among them.',
      examples: [0],
    }),
    inbox: Type.Integer({
      description: `${INBOX_MEANING} 1,000 stands for all numbers from there on.`,
      examples: [0],
    }),
    inboxOldestSeconds,
    paused,
    lastAdmissionAt: time('When an execution last got a slot; null when none ever did.'),
    backlog: Type.Array(Type.Integer(), {
      minItems: 60,
      maxItems: 60,
      description:
        'How many waited at the end of each of the last 60 minutes, the oldest first; the last is the minute under way.',
    }),
  },
  {
    $id: 'WorkspaceStats',
    description:
      'A workspace in numbers. Counters and the oldest wait are as of now. What was measured (`waitP95Seconds`, `handoffP99Seconds`, `failedLastHour`, ' +
      '`backlog`) is some ten seconds old.',
  },
);
export type WorkspaceStats = Static<typeof WorkspaceStats>;

export const WorkspaceStatsPage = pageOf(
  Type.Ref('WorkspaceStats'),
  'Workspaces in numbers, in the order that was asked for.',
  'WorkspaceStatsPage',
);

const total = (description: string) => Type.Integer({ minimum: 0, description });

const totals = {
  workspaces: total('How many workspaces.'),
  running: total('Executions that hold a slot.'),
  pending: total('Executions in queues.'),
  scheduled: total('Executions that have yet to enter a queue.'),
};

const FailedWorkspace = Type.Object({
  id: Type.String({ examples: ['acme'] }),
  executions: total('How many of its executions.'),
});

export const Stats = Type.Object(
  {
    ...totals,
    inbox: total(`${INBOX_MEANING} 10,000 stands for all numbers from there on.`),
    inboxOldestSeconds,
    tiers: Type.Array(
      Type.Object({
        name: textEnum(TIERS),
        ...totals,
        limit: total('The limits of its workspaces, added up.'),
      }),
      { description: 'The same for each tier, from smallest to largest.' },
    ),
    health: Type.Object(
      Object.fromEntries(HEALTHS.map((one) => [one, total(`Workspaces that are ${one}.`)])) as Record<
        (typeof HEALTHS)[number],
        ReturnType<typeof total>
      >,
      { description: 'How many workspaces are of each health.' },
    ),
    failures: Type.Object(
      {
        since: Type.String({
          format: 'date-time',
          description: 'From when on they are counted: an hour ago.',
        }),
        executions: total('How many executions.'),
        workspaces: Type.Array(FailedWorkspace, {
          description: 'The workspaces with most of them, at most 20, the one with most first.',
        }),
      },
      {
        description:
          'Executions that ended as `failed`, `timed_out` or `terminated` in the last 60 minutes, as of some ten seconds ago. ' +
          'List them, and what was `rejected` beside them, with `GET /v1/executions?outcome=failure&closedAfter=...`.',
      },
    ),
  },
  { $id: 'Stats', description: 'All workspaces in numbers.' },
);
export type Stats = Static<typeof Stats>;
