import type { Problem } from '../errors/problem-error.ts';
import { problemError } from '../errors/problems.ts';
import { NoSluiceInDatabaseError } from '../errors/transaction-errors.ts';
import { type DatabaseError, databaseErrorIn } from './database-error.ts';

/** What the API asks of a key for the same. */
export type Right = NonNullable<Problem['missingRight']>;

type Kind = Pick<Problem, 'status' | 'title'>;

/** What the functions refuse with, and how the API names it. */
const KINDS = {
  'invalid-request': { status: 400, title: 'The request does not match its schema' },
  'malformed-json': { status: 400, title: 'The body is not JSON that can be kept exactly' },
  forbidden: { status: 403, title: 'The role may not do this' },
  'tier-not-found': { status: 404, title: 'There is no such tier' },
  'workspace-deleting': { status: 409, title: 'The workspace is being deleted' },
  'payload-too-large': { status: 413, title: 'The request is too large' },
  'workflow-type-unknown': { status: 422, title: 'No worker knows this workflow type' },
  'queue-full': { status: 429, title: 'The queue of this workspace is full' },
  'queue-bytes-full': {
    status: 429,
    title: 'The inputs in the queue of this workspace are too large together',
  },
} satisfies Record<string, Kind>;

type KindName = keyof typeof KINDS;

/** insufficient_privilege: the function says it, or Postgres of a role that may not even call it, and then without advice. */
const FORBIDDEN = '42501';
const GRANT = 'An operator grants it: `npx sluice grants add ROLE WORKSPACE`.';

/** By SQLSTATE, those of Postgres itself for values that it cannot read among them. The DETAIL of the functions may name a narrower kind. */
const REFUSALS: Readonly<Record<string, KindName>> = {
  [FORBIDDEN]: 'forbidden',
  // configuration_limit_exceeded
  '53400': 'queue-full',
  // program_limit_exceeded
  '54000': 'payload-too-large',
  // object_not_in_prerequisite_state
  '55000': 'workspace-deleting',
  // invalid_text_representation
  '22P02': 'malformed-json',
  // invalid_parameter_value, character_not_in_repertoire, untranslatable_character, numeric_value_out_of_range, and two of datetimes
  '22023': 'invalid-request',
  '22021': 'invalid-request',
  '22P05': 'invalid-request',
  '22003': 'invalid-request',
  '22007': 'invalid-request',
  '22008': 'invalid-request',
};

/** undefined_function and invalid_schema_name */
const NO_SLUICE = ['42883', '3F000'];

/**
 * The client's error for what a library threw, with that as its cause; what the library threw where Sluice has nothing to say: a lost connection, a
 * serialization failure, a transaction that has failed before.
 */
export function errorOf(thrown: unknown, right: Right): unknown {
  const error = databaseErrorIn(thrown);
  if (error === null) return thrown;
  if (NO_SLUICE.includes(error.sqlState))
    return new NoSluiceInDatabaseError(
      `This database does not have what Sluice's client calls (${error.message}). Connect to the database of Sluice; if this is it, run \`npx sluice migrate\`.`,
      { cause: thrown },
    );
  const refusal = REFUSALS[error.sqlState];
  return refusal === undefined
    ? thrown
    : problemError(problemOf(refusal, error, right), null, { cause: thrown });
}

function problemOf(
  refusal: KindName,
  { sqlState, message, detail, hint }: DatabaseError,
  right: Right,
): Problem {
  const { type = refusal, ...facts } = factsIn(detail);
  const advice = hint ?? (sqlState === FORBIDDEN ? GRANT : null);
  return {
    ...KINDS[type],
    ...(type === 'forbidden' && { missingRight: right }),
    ...(type === 'malformed-json' && { reason: 'malformed' }),
    ...facts,
    type: `urn:sluice:problem:${type}`,
    detail: advice === null ? message : `${message.replace(/[^.!?]$/, '$&.')} ${advice}`,
    instance: '',
    // As for a request that was not even read: Sluice's log has none of this.
    requestId: null as never,
  };
}

/** The functions say the facts of a refusal in its DETAIL, as JSON with the members of a problem; of others there are none. */
function factsIn(detail: string | null): { readonly type?: KindName } {
  if (detail?.startsWith('{"type"') !== true) return {};
  const facts = JSON.parse(detail) as { readonly type: KindName };
  return Object.hasOwn(KINDS, facts.type) ? facts : {};
}
