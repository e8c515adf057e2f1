import type { RefusedRequest } from '../../db/outbox/record-refused.ts';

/** What Sluice, or something before it, has answered to a batch. */
export interface Answer {
  readonly status: number;
  readonly retryAfterSeconds: number | null;
  readonly text: string;
}

/** Why something is not done now, and may be later. */
export interface NotNow {
  /** Whether it is so for this workspace alone, or for all of them. */
  readonly scope: 'workspace' | 'sluice';
  /** The name of a problem, `no-answer` or `unexpected-answer`. */
  readonly reason: string;
  readonly detail: string;
  /** As it was asked for; null when nobody says. */
  readonly retryAfterSeconds: number | null;
}

export type Refusal = Pick<RefusedRequest, 'reason' | 'detail'>;

/** What an answer says of the requests of an atomic batch. Only `accepted` has stored anything. */
export type Verdict =
  | { readonly kind: 'accepted'; readonly executions: readonly Accepted[] }
  /** Some of them are in the way of the others: by their index. */
  | { readonly kind: 'some-refused'; readonly refused: ReadonlyMap<number, Refusal | NotNow> }
  /** No request of this workspace is taken. */
  | { readonly kind: 'all-refused'; readonly refusal: Refusal }
  /** One of them spoils the batch, and the answer does not say which. */
  | { readonly kind: 'unreadable'; readonly refusal: Refusal | NotNow }
  | { readonly kind: 'not-now'; readonly notNow: NotNow };

export interface Accepted {
  readonly executionId: string;
  /** Its key stood for it before: a relay did not live to record an earlier answer. */
  readonly repeated: boolean;
}

interface Problem {
  readonly name: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
  readonly refused?: readonly { readonly path: string; readonly problem: unknown }[];
}

/** What holds for every request of a workspace. */
const OF_WORKSPACE = ['workspace-not-found', 'workspace-deleting'];
/** What a request may be to blame for, or the batch as a whole. */
const OF_SOME_REQUEST = ['invalid-request', 'malformed-json', 'payload-too-large'];
/** What passes, or is put right, for one workspace apart from the others. */
const ELSEWHERE_FINE = ['forbidden', 'workspace-busy', 'request-timed-out', 'internal-error', 'queue-full'];

/** Only what Sluice itself says can refuse a request: a proxy, or another server at that address, knows nothing of it. */
export function judgeAnswer({ status, retryAfterSeconds, text }: Answer, size: number): Verdict {
  const body = parsed(text);
  if (status === 200 || status === 202) {
    const executions = acceptedOf(body, size);
    if (executions !== null) return { kind: 'accepted', executions };
  }
  const problem = problemOf(body);
  if (problem === null) return judgeForeign({ status, retryAfterSeconds, text });
  const { name, detail } = problem;
  const refusal = { reason: name, detail };
  if (name === 'batch-refused') {
    const refused = refusedItems(problem, retryAfterSeconds);
    if (refused.size > 0) return { kind: 'some-refused', refused };
  }
  if (OF_WORKSPACE.includes(name)) return { kind: 'all-refused', refusal };
  if (OF_SOME_REQUEST.includes(name)) {
    const refused = namedItems(problem, size);
    return refused.size > 0 ? { kind: 'some-refused', refused } : { kind: 'unreadable', refusal };
  }
  const scope = ELSEWHERE_FINE.includes(name) ? 'workspace' : 'sluice';
  return { kind: 'not-now', notNow: { ...refusal, scope, retryAfterSeconds } };
}

/** A proxy may find a batch too large that Sluice would take. */
function judgeForeign({ status, retryAfterSeconds, text }: Answer): Verdict {
  const CHARS_SHOWN_MAX = 200;
  const detail = `It answered ${status}, and not as Sluice does: ${text.slice(0, CHARS_SHOWN_MAX)}`;
  const notNow = { reason: 'unexpected-answer', detail, retryAfterSeconds };
  return status === 413
    ? { kind: 'unreadable', refusal: { ...notNow, scope: 'workspace' } }
    : { kind: 'not-now', notNow: { ...notNow, scope: 'sluice' } };
}

/** Items that do not match the schema. */
function namedItems({ name, detail, errors = [] }: Problem, size: number): Map<number, Refusal> {
  const refused = new Map<number, Refusal>();
  for (const { path, message } of errors) {
    const index = indexOf(path);
    if (index === null || index >= size || refused.has(index)) continue;
    const member = path.replace(/^\/executions\/\d+/, '');
    refused.set(index, { reason: name, detail: message === undefined ? detail : `${member} ${message}` });
  }
  return refused;
}

/** Of a batch that was read: what is refused at its place. */
function refusedItems({ refused = [] }: Problem, retryAfterSeconds: number | null) {
  const items = new Map<number, Refusal | NotNow>();
  for (const { path, problem: document } of refused) {
    const index = indexOf(path);
    const problem = problemOf(document);
    if (index === null || problem === null) continue;
    const refusal = { reason: problem.name, detail: problem.detail };
    const passes = problem.status === 429 || problem.status >= 500;
    items.set(index, passes ? { ...refusal, scope: 'workspace', retryAfterSeconds } : refusal);
  }
  return items;
}

function indexOf(path: string): number | null {
  const [, digits] = /^\/executions\/(\d+)(?:\/|$)/.exec(path) ?? [];
  return digits === undefined ? null : Number(digits);
}

function acceptedOf(body: unknown, size: number): Accepted[] | null {
  const { outcomes } = (body ?? {}) as { outcomes?: unknown };
  if (!Array.isArray(outcomes) || outcomes.length !== size) return null;
  const accepted = (outcomes as { outcome?: unknown; execution?: { id?: unknown } | null }[]).flatMap(
    ({ outcome, execution }) =>
      (outcome === 'placed' || outcome === 'repeated') && typeof execution?.id === 'string'
        ? [{ executionId: execution.id, repeated: outcome === 'repeated' }]
        : [],
  );
  return accepted.length === size ? accepted : null;
}

const TYPE_PREFIX = 'urn:sluice:problem:';

function problemOf(body: unknown): Problem | null {
  const { type, status, detail, ...facts } = (body ?? {}) as Record<string, unknown>;
  if (typeof type !== 'string' || !type.startsWith(TYPE_PREFIX)) return null;
  if (typeof status !== 'number' || typeof detail !== 'string') return null;
  return { ...facts, name: type.slice(TYPE_PREFIX.length), status, detail };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
