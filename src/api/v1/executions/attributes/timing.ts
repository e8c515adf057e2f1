import Type, { type Static } from 'typebox';
import { InvalidAttributeError } from '../../../../domain/refusals.ts';
import { isMaximumBelowInitial } from '../../../../domain/start/retry-policy.ts';
import type { RequestAttributes } from '../../../../enqueue/request-attributes.ts';

/** Beyond the longest duration of any tier: a pause that is longer never ends. */
const INTERVAL_MAX_SECONDS = 365 * 24 * 3600;
/** The SDK that starts workflows counts in milliseconds. */
const INTERVAL_MIN_SECONDS = 0.001;
const ATTEMPTS_MAX = 2 ** 31 - 1;
const COEFFICIENT_MAX = 1_000;
const ERROR_TYPES_MAX = 32;
const ERROR_TYPE_MAX_CHARS = 255;

const interval = (description: string, example: number) =>
  Type.Optional(
    Type.Number({
      minimum: INTERVAL_MIN_SECONDS,
      maximum: INTERVAL_MAX_SECONDS,
      description,
      examples: [example],
    }),
  );

export const RetryPolicyBody = Type.Object(
  {
    initialInterval: interval('Seconds before the second attempt. Defaults to 1.', 1),
    backoffCoefficient: Type.Optional(
      Type.Number({
        minimum: 1,
        maximum: COEFFICIENT_MAX,
        description: 'By how much each pause is longer than the one before. Defaults to 2.',
        examples: [2],
      }),
    ),
    maximumInterval: interval(
      'Seconds of the longest pause, not less than `initialInterval`. Defaults to 100 times that.',
      60,
    ),
    maximumAttempts: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: ATTEMPTS_MAX,
        description: 'Attempts in all; 1 is none but the first. Left out: as many as there is time for.',
        examples: [5],
      }),
    ),
    nonRetryableErrorTypes: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: ERROR_TYPE_MAX_CHARS }), {
        maxItems: ERROR_TYPES_MAX,
        description: 'A failure of one of these types ends it: the `type` of an ApplicationFailure.',
        examples: [['CardDeclined']],
      }),
    ),
  },
  {
    additionalProperties: false,
    description:
      "Temporal's: a workflow that fails, or whose single run times out, is run again from its beginning. A cancelled or terminated one is not. It " +
      'holds its slot through all attempts and the pauses between them, and ends as its last attempt. Without a policy there is one attempt. What ' +
      'an activity retries is its own policy.',
  },
);

/** Members of a body that say when and how long it runs, and how often it is tried. */
export const timing = {
  startAfter: Type.Optional(
    Type.String({
      format: 'date-time',
      description:
        'When it enters the queue, at most 366 days ahead: until then it is `scheduled`, has no `seq` and no position, and counts against the ' +
        'bounds of the queue. It enters within some two seconds, behind what is in the queue then; of several that were due while no worker ran, ' +
        'in the order of their `startAfter`. A time that has passed means at once. RFC 3339, to the millisecond.',
      examples: ['2026-12-24T18:00:00Z'],
    }),
  ),
  startBefore: Type.Optional(
    Type.String({
      format: 'date-time',
      description:
        'It is not admitted at or after this time: it then ends as `expired`, within some two seconds, and never starts. Later than now and than ' +
        '`startAfter`, at most 366 days ahead. An execution that has a slot is not affected. RFC 3339, to the millisecond.',
      examples: ['2026-12-24T19:00:00Z'],
    }),
  ),
  executionTimeout: Type.Optional(
    Type.Integer({
      minimum: 1,
      description:
        "Seconds that its workflow may stay open, with all attempts; Temporal then times it out. At most the tier's `maxDurationSeconds`, which " +
        'holds when it is left out.',
      examples: [600],
    }),
  ),
  retryPolicy: Type.Optional(RetryPolicyBody),
};

/** The same members of an execution. */
export const answeredTiming = {
  startAfter: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
    description: 'When it enters the queue, or was to enter it; null when at once.',
  }),
  startBefore: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
    description: 'From when on it is not admitted any more; null when there is no such time.',
  }),
  executionTimeout: Type.Union([Type.Integer(), Type.Null()], {
    description: "Seconds that its workflow may stay open; null when its tier's `maxDurationSeconds` counts.",
  }),
  retryPolicy: Type.Union([RetryPolicyBody, Type.Null()], {
    description: 'How its workflow is run again when it fails; null when it is not.',
  }),
};

const Timing = Type.Object(timing);

/**
 * What a body says of them, in the form in which it is kept; an empty policy is one all the same.
 *
 * @throws InvalidAttributeError
 */
export function timingOf({
  startAfter,
  startBefore,
  executionTimeout,
  retryPolicy,
}: Static<typeof Timing>): Omit<RequestAttributes, 'reference'> {
  const times = {
    ...(startAfter !== undefined && { startAfter: instantOf('startAfter', startAfter) }),
    ...(startBefore !== undefined && { startBefore: instantOf('startBefore', startBefore) }),
  };
  if (
    times.startAfter !== undefined &&
    times.startBefore !== undefined &&
    times.startBefore <= times.startAfter
  )
    throw new InvalidAttributeError('startBefore', 'must be later than startAfter');
  if (retryPolicy !== undefined && isMaximumBelowInitial(retryPolicy))
    throw new InvalidAttributeError(
      'retryPolicy/maximumInterval',
      'must not be less than initialInterval, which is 1 s when it is left out',
    );
  return {
    ...times,
    ...(executionTimeout !== undefined && { executionTimeout }),
    ...(retryPolicy !== undefined && { retryPolicy }),
  };
}

/** In UTC. A leap second has the form, and is no time that anybody's clock shows. */
function instantOf(name: 'startAfter' | 'startBefore', text: string): string {
  const time = new Date(text);
  if (Number.isNaN(time.getTime()) || !/^\d{4}-/.test(time.toISOString()))
    throw new InvalidAttributeError(name, 'is no time: write it as 2026-12-24T18:00:00Z');
  return time.toISOString();
}
