import Type, { type Static } from 'typebox';
import { STATUSES } from '../../../domain/status.ts';
import { answeredLabels } from './attributes/labels.ts';
import { executionStall } from './stalls.schemas.ts';
import { answeredTiming } from './attributes/timing.ts';
import { WorkspaceParams } from '../workspaces/workspaces.schemas.ts';
import { textEnum } from '../../openapi/text-enum.ts';

export const ExecutionParams = Type.Object({
  ...WorkspaceParams.properties,
  executionId: Type.String({
    description: 'The execution.',
    examples: ['0199f3a2-7c1e-7000-8000-5f0c8f5a7b11'],
  }),
});

const instant = (description: string) =>
  Type.Union([Type.String({ format: 'date-time' }), Type.Null()], { description });

const keyId = (did: string) =>
  Type.Union([Type.String(), Type.Null()], {
    description: `The id of the key that ${did}; null when nobody did, and where no key is needed.`,
  });

/** Of a payload that there was. */
const NO_LONGER_KEPT = ['deleted', 'expired'] as const;
const NO_LONGER_KEPT_MEANING =
  "`deleted`: on request. `expired`: kept for as long as its tier's `payloadRetentionDays` said.";

const summary = {
  id: Type.String({ format: 'uuid', examples: ['0199f3a2-7c1e-7000-8000-5f0c8f5a7b11'] }),
  workspaceId: Type.String({ examples: ['acme'] }),
  seq: Type.Unsafe<number | null>({
    type: ['integer', 'null'],
    description:
      'Its number in the workspace, without gaps: executions are admitted in this order. Given when it enters the queue: null while it is ' +
      'scheduled, and for good when it ended before or was rejected.',
    examples: [1],
  }),
  status: textEnum(STATUSES, {
    description:
      '`scheduled`: enters the queue at its `startAfter`. `pending`: waits in the queue. `running`: holds a slot. The others: how it ended; ' +
      '`expired`: it was not admitted before its `startBefore`; `rejected`: a database transaction asked for it, and it was refused once that had ' +
      'committed, as `failure` says.',
  }),
  workflowType: Type.String({ examples: ['httpRequest'] }),
  reference: Type.Union([Type.String(), Type.Null()], {
    description: "The name that the caller's own system has for it.",
    examples: ['order 4711'],
  }),
  createdBy: Type.Union([Type.String(), Type.Null()], {
    description:
      'The id of the key that asked for it, or `role:` and the name of the role of Postgres whose transaction did; null where no key is needed.',
  }),
  rerunOf: Type.Union([Type.String({ format: 'uuid' }), Type.Null()], {
    description: 'The execution that it repeats, when it was made by a rerun.',
  }),
  latestRerun: Type.Union([Type.String({ format: 'uuid' }), Type.Null()], {
    description: 'The newest execution that a rerun of it made, which its tier may keep for less time.',
  }),
  ...answeredTiming,
  labels: answeredLabels,
  createdAt: Type.String({
    format: 'date-time',
    description:
      'When it was accepted. Of what a database transaction asked for: when it was sequenced after the commit, and was accepted or rejected then.',
  }),
  admittedAt: instant('When it got its slot.'),
  startedAt: instant('When Temporal started its workflow; known a moment later.'),
  closedAt: instant('When it ended.'),
  cancelRequested: Type.Boolean({ description: 'Whether its cancellation was asked for.' }),
  cancelRequestedBy: keyId('asked for its cancellation'),
  terminateRequested: Type.Boolean({ description: 'Whether its termination was asked for.' }),
  terminateRequestedBy: keyId('asked for its termination'),
  ...executionStall,
  failure: Type.Union([Type.Object({ type: Type.String(), message: Type.String() }), Type.Null()], {
    description: 'Why it did not complete.',
  }),
  resultOmitted: Type.Union(
    [
      Type.Object({
        reason: textEnum(['too-large', 'not-json', 'not-storable', ...NO_LONGER_KEPT], {
          description:
            '`too-large`: more than 256 KiB. `not-json`: encoded as something else, for example encrypted, or no JSON in spite of its ' +
            'label. `not-storable`: Postgres refused it. These three were left in Temporal. ' +
            NO_LONGER_KEPT_MEANING,
        }),
        bytes: Type.Integer({ description: 'Its size.' }),
      }),
      Type.Null(),
    ],
    {
      description:
        'Set when there is a result that is not here. Lists read no payloads, and do not know `expired`.',
    },
  ),
  payloadsDeletedAt: instant('When input and result were deleted on request.'),
  workflowId: Type.String({
    description: "Its workflow's id in Temporal.",
    examples: ['execution.0199f3a2-7c1e-7000-8000-5f0c8f5a7b11'],
  }),
  runId: Type.Union([Type.String(), Type.Null()], { description: "Its workflow's first run, once known." }),
  webUrl: Type.Union([Type.String({ format: 'uri' }), Type.Null()], {
    description:
      'It in the Temporal Web UI; null until it is admitted, because before that there is no workflow.',
  }),
};

export const ExecutionSummary = Type.Object(summary, {
  $id: 'ExecutionSummary',
  description: 'An execution as lists show it: without its input, its result and its position.',
});
export type ExecutionSummary = Static<typeof ExecutionSummary>;

export const Execution = Type.Object(
  {
    ...summary,
    position: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: 'Only while pending: its place in the queue, 1 is next.',
        examples: [1],
      }),
    ),
    positionIsUpperBound: Type.Optional(
      Type.Boolean({
        description: 'Only while pending: whether `position` is a bound only; exact up to 10,000.',
      }),
    ),
    restoringSince: Type.Optional(
      Type.String({
        format: 'date-time',
        description:
          'Only while pending, and only when its workspace is restoring: it is kept, and waits until an operator lets the workspace go on.',
      }),
    ),
    input: Type.Optional(
      Type.Unknown({ description: 'Exactly as sent; absent when none was sent, or when it was omitted.' }),
    ),
    inputOmitted: Type.Union(
      [
        Type.Object({
          reason: textEnum(NO_LONGER_KEPT, { description: NO_LONGER_KEPT_MEANING }),
          bytes: Type.Integer({ description: 'Its size.' }),
        }),
        Type.Null(),
      ],
      { description: 'Set when an input was sent that is no longer kept.' },
    ),
    result: Type.Optional(
      Type.Unknown({
        description:
          'Exactly as the workflow returned it; absent when there is none, or when it was omitted.',
      }),
    ),
  },
  {
    $id: 'Execution',
    description: 'One accepted request to run a workflow.',
    examples: [
      {
        id: '0199f3a2-7c1e-7000-8000-5f0c8f5a7b11',
        workspaceId: 'acme',
        seq: 1,
        status: 'pending',
        workflowType: 'httpRequest',
        reference: null,
        createdBy: null,
        rerunOf: null,
        latestRerun: null,
        startAfter: null,
        startBefore: null,
        executionTimeout: null,
        retryPolicy: null,
        labels: {},
        createdAt: '2026-11-23T15:06:30.453Z',
        admittedAt: null,
        startedAt: null,
        closedAt: null,
        cancelRequested: false,
        cancelRequestedBy: null,
        terminateRequested: false,
        terminateRequestedBy: null,
        stalled: null,
        lastTaskFailure: null,
        failure: null,
        resultOmitted: null,
        payloadsDeletedAt: null,
        workflowId: 'execution.0199f3a2-7c1e-7000-8000-5f0c8f5a7b11',
        runId: null,
        webUrl: null,
        position: 1,
        positionIsUpperBound: false,
        inputOmitted: null,
        input: { method: 'GET', url: 'http://127.0.0.1:8080/health/live' },
      },
    ],
  },
);
export type Execution = Static<typeof Execution>;

export const PayloadsDeleted = Type.Object(
  {
    executionId: Type.String({ format: 'uuid', examples: ['0199f3a2-7c1e-7000-8000-5f0c8f5a7b11'] }),
    deletedAt: Type.String({
      format: 'date-time',
      description: 'When Postgres deleted them: at the first request.',
    }),
    temporal: textEnum(['deleted', 'at-retention', 'never-there'], {
      description:
        "Of the history of the execution's own workflow. `deleted`: Temporal was asked to delete it, which takes up to a minute, or has it no " +
        "more. `at-retention`: it goes at the end of the namespace's retention; a repeat of the request tries again. `never-there`: it never " +
        'started.',
    }),
    temporalRetentionSeconds: Type.Union([Type.Integer(), Type.Null()], {
      description:
        "The namespace's retention, which counts from the end of a run: of the workflow's where it is not deleted, and of the gate's, whose " +
        'history holds input and result too. Null when Temporal did not say, and when the execution never started.',
      examples: [259_200],
    }),
  },
  {
    $id: 'PayloadsDeleted',
    description: 'Which copies of input and result are gone, and when the others go.',
  },
);
export type PayloadsDeleted = Static<typeof PayloadsDeleted>;
