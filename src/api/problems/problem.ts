import Type, { type Static, type TSchema } from 'typebox';
import { RIGHTS } from '../../domain/keys/rights.ts';
import { textEnum } from '../openapi/text-enum.ts';

/** Every problem that the API answers with. The names are part of the API: they never change their meaning. */
export const PROBLEMS = {
  'malformed-json': { status: 400, title: 'The body is not JSON that can be kept exactly' },
  'invalid-request': { status: 400, title: 'The request does not match its schema' },
  unauthenticated: { status: 401, title: 'A key is needed' },
  forbidden: { status: 403, title: 'The key may not do this' },
  'key-beyond-own': { status: 403, title: 'A key makes no key that may do more than itself' },
  'foreign-origin': { status: 403, title: 'A web page of another origin may not do this' },
  'workspaces-full': { status: 403, title: 'There are as many workspaces as there may be' },
  'key-not-found': { status: 404, title: 'There is no such key' },
  'tier-not-found': { status: 404, title: 'There is no such tier' },
  'workspace-not-found': { status: 404, title: 'There is no such workspace' },
  'execution-not-found': { status: 404, title: 'There is no such execution' },
  'bulk-act-not-found': { status: 404, title: 'There is no such bulk act' },
  'route-not-found': { status: 404, title: 'There is nothing at this path' },
  'method-not-allowed': { status: 405, title: 'This path does not have that method' },
  'request-too-slow': { status: 408, title: 'The request did not arrive in time' },
  'no-free-slot': { status: 409, title: 'The execution would have to wait' },
  'workspace-has-work': { status: 409, title: 'Executions of the workspace have not ended' },
  'workspace-deleting': { status: 409, title: 'The workspace is being deleted' },
  'key-not-alive': { status: 409, title: 'The key no longer holds, or is rotated already' },
  'matching-changed': { status: 409, title: 'Another number of executions matches' },
  'batch-refused': { status: 409, title: 'Executions of an atomic batch are refused' },
  'execution-not-ended': { status: 409, title: 'The execution has not ended' },
  'input-gone': { status: 410, title: 'The input is no longer kept' },
  'events-gone': { status: 410, title: 'Events after this id cannot be told' },
  'payload-too-large': { status: 413, title: 'The request is too large' },
  'unsupported-media-type': { status: 415, title: 'The body must be application/json' },
  'expectation-unknown': { status: 417, title: 'The header Expect asks for something unknown' },
  'misdirected-request': { status: 421, title: 'The request is for another host' },
  'idempotency-key-reused': { status: 422, title: 'The idempotency key stands for other content' },
  'payload-retention-too-long': {
    status: 422,
    title: 'Payloads cannot be kept for longer than their executions',
  },
  'workflow-type-unknown': { status: 422, title: 'No worker knows this workflow type' },
  'too-many-requests': { status: 429, title: 'The key sends too many requests' },
  'queue-full': { status: 429, title: 'The queue of this workspace is full' },
  'queue-bytes-full': {
    status: 429,
    title: 'The inputs in the queue of this workspace are too large together',
  },
  'headers-too-large': { status: 431, title: 'The headers are too large' },
  'internal-error': { status: 500, title: 'Sluice has a defect' },
  'database-unavailable': { status: 503, title: 'The database does not answer' },
  'database-full': { status: 503, title: 'The database has no room' },
  'wrong-installation': { status: 503, title: 'Database and Temporal namespace do not belong together' },
  'workspace-busy': { status: 503, title: 'Too many requests of this workspace at once' },
  'request-timed-out': { status: 503, title: 'The request took too long' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemName = keyof typeof PROBLEMS;
export type ProblemType = `urn:sluice:problem:${ProblemName}`;

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** The `type` of a problem document. A name and not a link: it holds wherever the API runs. */
export function problemType(name: ProblemName): ProblemType {
  return `urn:sluice:problem:${name}`;
}

const PROBLEM_TYPES = (Object.keys(PROBLEMS) as ProblemName[]).map(problemType);

const ValidationError = Type.Object(
  {
    in: textEnum(['body', 'params', 'querystring', 'headers'], { description: 'The part of the request.' }),
    path: Type.String({
      description: 'JSON Pointer into that part; empty for the part as a whole.',
      examples: ['/limitOverride'],
    }),
    message: Type.String({ examples: ['must be <= 1000'] }),
  },
  { description: 'One thing that does not match the schema.' },
);

/** What a problem is, whether a request ended in it or an item of a batch. Optional are the facts of its type. */
const what = {
  type: textEnum(PROBLEM_TYPES, {
    description: 'Names the problem and never changes: decide by this, not by the texts.',
    examples: [problemType('queue-full')],
  }),
  title: Type.String({ description: 'What the type means, in words.' }),
  status: Type.Integer({ description: 'The HTTP status, again.' }),
  detail: Type.String({ description: 'What happened here, and what to do about it.' }),
};

const facts = {
  limit: Type.Optional(
    Type.Integer({
      description:
        'Of `queue-full`: how many executions may wait. Of `no-free-slot`: how many may run at once.',
    }),
  ),
  pending: Type.Optional(
    Type.Integer({ description: 'Of `queue-full`, `no-free-slot` and `workspace-has-work`: how many wait.' }),
  ),
  running: Type.Optional(
    Type.Integer({ description: 'Of `no-free-slot` and `workspace-has-work`: how many run.' }),
  ),
  scheduled: Type.Optional(
    Type.Integer({ description: 'Of `workspace-has-work`: how many have yet to enter the queue.' }),
  ),
  bytes: Type.Optional(
    Type.Integer({ description: "Of `payload-too-large` and `queue-bytes-full`: the input's size." }),
  ),
  pendingBytes: Type.Optional(
    Type.Integer({ description: 'Of `queue-bytes-full`: the size of all inputs in the queue.' }),
  ),
  maxPendingBytes: Type.Optional(
    Type.Integer({ description: 'Of `queue-bytes-full`: how large all of them may be.' }),
  ),
  maxWorkspaces: Type.Optional(Type.Integer({ description: 'Of `workspaces-full`: how many there may be.' })),
  maxBytes: Type.Optional(Type.Integer({ description: 'Of `payload-too-large`: the largest size taken.' })),
  executionId: Type.Optional(
    Type.String({
      description:
        'Of `idempotency-key-reused`: what the key stands for. Of `execution-not-ended`: what has not ended. Of `input-gone`: what has no input ' +
        'any more.',
    }),
  ),
  matching: Type.Optional(Type.Integer({ description: 'Of `matching-changed`: how many match now.' })),
  matchingIsLowerBound: Type.Optional(
    Type.Boolean({
      description: 'Of `matching-changed`: whether there may be more, because counting took too long.',
    }),
  ),
  missingRight: Type.Optional(textEnum(RIGHTS, { description: 'Of `forbidden`: what the key lacks.' })),
  after: Type.Optional(
    Type.String({ description: 'Of `events-gone`: the id of an event after which they can be told.' }),
  ),
  workflowType: Type.Optional(Type.String({ description: 'Of `workflow-type-unknown`.' })),
  knownWorkflowTypes: Type.Optional(
    Type.Array(Type.String(), {
      description:
        'Of `workflow-type-unknown`: what the workers know, at most 50 of them; only for a key that may `operate`.',
    }),
  ),
  reason: Type.Optional(
    textEnum(['not-utf-8', 'malformed', 'too-deep', 'lone-surrogate', 'duplicate-member'], {
      description: 'Of `malformed-json`.',
    }),
  ),
};

export const ItemProblem = Type.Object(
  { ...what, ...facts },
  {
    $id: 'ItemProblem',
    description: 'Why an item of a batch is refused: a problem document without the request.',
  },
);
export type ItemProblem = Static<typeof ItemProblem>;

/** An RFC 9457 problem document. Beside these members it carries the facts of its type. */
export const Problem = Type.Object(
  {
    ...what,
    instance: Type.String({ description: 'The path that was asked for.' }),
    requestId: Type.String({ description: 'The X-Request-Id under which the logs have it.' }),
    errors: Type.Optional(
      Type.Array(ValidationError, { description: 'Of `invalid-request`: all that does not match.' }),
    ),
    refused: Type.Optional(
      Type.Array(
        Type.Object({
          path: Type.String({
            description: 'JSON Pointer into the body: the item.',
            examples: ['/executions/3'],
          }),
          problem: Type.Ref('ItemProblem'),
        }),
        { description: 'Of `batch-refused`: all items that are refused, and why.' },
      ),
    ),
    ...facts,
  },
  { $id: 'Problem', description: 'An RFC 9457 problem document.' },
);

export type Problem = Omit<Static<typeof Problem>, 'refused'> & {
  refused?: { path: string; problem: ItemProblem }[];
};

/** Whatever the path, a request may end in these before its route is asked, or with a defect. */
const EVERYWHERE = [
  'invalid-request',
  'request-too-slow',
  'expectation-unknown',
  'misdirected-request',
  'headers-too-large',
  'internal-error',
] as const;

/** And these where a right is needed. */
const GUARDED = ['unauthenticated', 'forbidden', 'too-many-requests'] as const;

/** The documented answers of a route that can end in these problems, by status; for a route's `response` schema. */
export function problemAnswers(...names: ProblemName[]): Record<number, TSchema> {
  return openProblemAnswers(...names, ...GUARDED);
}

/** The same for a route that anybody may call. */
export function openProblemAnswers(...names: ProblemName[]): Record<number, TSchema> {
  const answers: Record<number, ProblemName[]> = {};
  for (const name of new Set([...names, ...EVERYWHERE])) (answers[PROBLEMS[name].status] ??= []).push(name);
  return Object.fromEntries(Object.entries(answers).map(([status, of]) => [status, problemAnswer(of)]));
}

function problemAnswer(names: readonly ProblemName[]): TSchema {
  const status = PROBLEMS[names[0]!].status;
  const examples = Object.fromEntries(
    names.map((name) => [name, { summary: PROBLEMS[name].title, value: example(name) }]),
  );
  return {
    description: names.map((name) => `\`${name}\`: ${PROBLEMS[name].title}.`).join(' '),
    ...(status === 401 && {
      headers: { 'WWW-Authenticate': { type: 'string', description: 'Bearer, as in RFC 6750.' } },
    }),
    ...((status === 429 || status === 503) && {
      headers: { 'Retry-After': { type: 'integer', description: 'Seconds to wait before the next try.' } },
    }),
    content: { [PROBLEM_MEDIA_TYPE]: { schema: Type.Ref('Problem'), examples } },
  };
}

function example(name: ProblemName): Problem {
  const { status, title } = PROBLEMS[name];
  return {
    type: problemType(name),
    title,
    status,
    detail: `${title}.`,
    instance: '/v1/workspaces/acme',
    requestId: '0199f3a2-7c1e-7000-8000-5f0c8f5a7b11',
  };
}
