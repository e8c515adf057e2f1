import Type, { type Static } from 'typebox';
import { WORKSPACE_ID_PATTERN } from '../../../domain/names.ts';
import { LIMIT_MAX, LIMIT_MIN, TIERS } from '../../../domain/tier.ts';
import { workersEnum } from '../../../db/schema.ts';
import { pageOf } from '../pages/pages.schemas.ts';
import { workspaceStall } from '../executions/stalls.schemas.ts';
import { reason, REASON_MAX_CHARS, REASON_PATTERN } from '../changes/reason.ts';
import { textEnum } from '../../openapi/text-enum.ts';

export const WorkspaceParams = Type.Object({
  workspaceId: Type.String({
    pattern: WORKSPACE_ID_PATTERN,
    description: 'The workspace: 1 to 64 letters, digits, `_` or `-`.',
    examples: ['acme'],
  }),
});

const tier = textEnum(TIERS, {
  description:
    'The plan. It sets how many executions run at once, how long one may run and how many may wait.',
  examples: ['pro'],
});

const limitOverride = Type.Unsafe<number | null>({
  type: ['integer', 'null'],
  minimum: LIMIT_MIN,
  maximum: LIMIT_MAX,
  description:
    'How many executions run at once, instead of what the tier says; null: what the tier says. Outlives a change of tier.',
  examples: [null, 7],
});

const workers = textEnum(workersEnum.enumValues, {
  description:
    "Who serves the workspace's task queue. `pool`: Sluice's own workers, with the workflow types that they know. " +
    '`external`: workers of yours, in any language; any workflow type is accepted then.',
  examples: ['pool'],
});

/** Of a workspace, and of its gate. */
export const restoringSince = Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
  description:
    "Since when nothing is started, because the database lacks what the workspace's gate remembers: it was restored from a backup, or lost " +
    'its last commits in a failover. An operator lets it go on: `npx sluice resume --after-restore`. Null when all is well.',
});

const moment = (description: string) => Type.String({ format: 'date-time', description });

/** Of a workspace, and of its gate. */
export const paused = Type.Union(
  [
    Type.Object({
      since: moment('When it began.'),
      until: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
        description: 'When it ends by itself; null: when somebody resumes it.',
      }),
      reason: Type.String({
        description: 'Why, in the words of who paused it.',
        examples: ['billing overdue'],
      }),
      by: Type.Union([Type.String(), Type.Null()], {
        description: 'The key that asked for it; null where none is needed.',
      }),
    }),
    Type.Null(),
  ],
  {
    description:
      'Set while nothing is admitted because somebody paused it; what runs goes on. Null when it is not paused.',
  },
);

export const PutWorkspaceBody = Type.Object(
  { tier, limitOverride: Type.Optional(limitOverride), workers: Type.Optional(workers), reason },
  {
    additionalProperties: false,
    description:
      'All settings of a workspace. An omitted setting gets its default (`limitOverride` null, `workers` pool), also when the ' +
      'workspace exists: use PATCH to change one setting and keep the others.',
    examples: [{ tier: 'pro' }, { tier: 'enterprise', limitOverride: 25, workers: 'external' }],
  },
);

export const PatchWorkspaceBody = Type.Object(
  {
    tier: Type.Optional(tier),
    limitOverride: Type.Optional(limitOverride),
    workers: Type.Optional(workers),
    reason,
  },
  {
    additionalProperties: false,
    minProperties: 1,
    description: 'The settings to change; an omitted setting stays as it is.',
    examples: [{ tier: 'enterprise' }, { limitOverride: null }],
  },
);

/** With an offset, so that it is one moment. */
const MOMENT_FORM = '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,6})?(Z|[+-]\\d{2}:\\d{2})$';

export const PauseBody = Type.Object(
  {
    reason: Type.String({
      minLength: 1,
      maxLength: REASON_MAX_CHARS,
      pattern: REASON_PATTERN,
      description: 'Why, for whoever wonders: without control characters.',
      examples: ['billing overdue'],
    }),
    until: Type.Optional(
      Type.Union([Type.String({ format: 'date-time', pattern: MOMENT_FORM }), Type.Null()], {
        description: 'When it ends by itself, a time to come; null or left out: when somebody resumes it.',
        examples: ['2030-01-31T12:00:00Z'],
      }),
    ),
  },
  {
    additionalProperties: false,
    description: 'Why nothing is to be admitted, and until when.',
    examples: [{ reason: 'billing overdue' }, { reason: 'maintenance', until: '2030-01-31T12:00:00Z' }],
  },
);

export const WorkspaceDeleted = Type.Object(
  {
    id: Type.String({ examples: ['acme'] }),
    deletingSince: moment('When its deletion began: at the first request.'),
    toCancel: Type.Integer({ description: 'Pending and scheduled executions that are being cancelled.' }),
    toTerminate: Type.Integer({ description: 'Running executions that are being terminated.' }),
    revokedKeys: Type.Integer({ description: 'Keys of the workspace that this request has revoked.' }),
    temporalRetentionSeconds: Type.Union([Type.Integer(), Type.Null()], {
      description:
        "For how long Temporal keeps the histories of its executions and of its gate, with inputs and results, after each one's end. Null when " +
        'Temporal did not say.',
      examples: [259_200],
    }),
    temporalKeepsUntil: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
      description: 'Until when at the latest Temporal keeps those that have ended by now.',
    }),
  },
  {
    $id: 'WorkspaceDeleted',
    description: 'What is gone, what goes, and until when Temporal keeps something.',
  },
);

export const Workspace = Type.Object(
  {
    id: Type.String({ examples: ['acme'] }),
    tier,
    limitOverride,
    workers,
    limit: Type.Integer({
      description: 'How many executions run at once: the limit in force.',
      examples: [5],
    }),
    limitSource: textEnum(['tier', 'override'], { description: 'Where that limit comes from.' }),
    maxPending: Type.Integer({
      description: 'How many executions may wait in the queue, scheduled ones included.',
      examples: [10_000],
    }),
    maxDurationSeconds: Type.Integer({ description: 'How long one execution may run.', examples: [86_400] }),
    pending: Type.Integer({ description: 'How many wait in the queue now.', examples: [0] }),
    scheduled: Type.Integer({
      description: 'How many have yet to enter the queue, at their `startAfter`.',
      examples: [0],
    }),
    running: Type.Integer({ description: 'How many hold a slot, as its gate last counted.', examples: [0] }),
    ...workspaceStall,
    restoringSince,
    paused,
    overBy: Type.Integer({
      description:
        'By how many more executions run than the limit allows, because it was lowered: nothing is admitted until they have ended. 0 when none.',
      examples: [0],
    }),
    deletingSince: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
      description: 'Since when it is being deleted and takes nothing new; null when it is not.',
    }),
    taskQueue: Type.String({
      description: "The Temporal task queue of the workspace's executions.",
      examples: ['workflow.workspace.acme'],
    }),
    createdAt: Type.String({ format: 'date-time' }),
    updatedAt: Type.String({ format: 'date-time', description: 'When a setting last changed.' }),
  },
  { $id: 'Workspace', description: 'A tenant: its settings, and what they come to.' },
);
export type Workspace = Static<typeof Workspace>;

export const WorkspacePage = pageOf(
  Type.Ref('Workspace'),
  'Workspaces in the order of their ids.',
  'WorkspacePage',
);
