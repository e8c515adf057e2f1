/** Often enough to see that it goes on, seldom enough for an outage of a night. */
const REPEAT_AFTER_MS = 60_000;

/** Kinds remembered at most; there are some dozens, and an error's code is part of its kind. */
const KINDS_MAX = 500;

interface Known {
  count: number;
  sinceMs: number;
  last: { readonly level: 'warn' | 'error'; readonly fields: Fields; readonly message: string };
  readonly timer: NodeJS.Timeout;
}

/** Any log of pino's kind. */
interface FailureLog {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

type Fields = Readonly<Record<string, unknown>>;

const kindsOf = new WeakMap<FailureLog, Map<string, Known>>();

/**
 * Logs a failure that may come again and again: the first of its kind at once, and then once a minute the last one that came
 * meanwhile, with their number as `repeated`. A kind is a message with the name and code of its error (`error` or `err`), in all of the
 * process that shares a log. A count that is open when the process ends is not logged.
 */
export function logRepeated(
  log: FailureLog,
  level: 'warn' | 'error',
  fields: Fields,
  message: string,
  askedKind = kindOf(fields, message),
): void {
  let kinds = kindsOf.get(log);
  if (kinds === undefined) kindsOf.set(log, (kinds = new Map()));
  const kind = kinds.has(askedKind) || kinds.size < KINDS_MAX ? askedKind : 'one of too many kinds';
  const known = kinds.get(kind);
  if (known !== undefined) {
    known.count += 1;
    known.last = { level, fields, message };
    return;
  }
  log[level](fields, message);
  const timer = setInterval(() => tell(log, kinds, kind), REPEAT_AFTER_MS);
  timer.unref();
  kinds.set(kind, { count: 0, sinceMs: Date.now(), last: { level, fields, message }, timer });
}

function tell(log: FailureLog, kinds: Map<string, Known>, kind: string): void {
  const known = kinds.get(kind)!;
  if (known.count === 0) {
    clearInterval(known.timer);
    kinds.delete(kind);
    return;
  }
  const { level, fields, message } = known.last;
  const seconds = Math.round((Date.now() - known.sinceMs) / 1000);
  log[level]({ ...fields, repeated: known.count, inSeconds: seconds }, message);
  known.count = 0;
  known.sinceMs = Date.now();
}

function kindOf(fields: Fields, message: string): string {
  const error = innermost(fields['error'] ?? fields['err']);
  if (!(error instanceof Error)) return message;
  const { name, code = '' } = error as Error & { code?: string | number };
  return `${message} ${name} ${code}`;
}

/** drizzle and Temporal's client wrap the error that tells one kind from another. */
function innermost(error: unknown): unknown {
  let cause = error;
  for (let depth = 0; cause instanceof Error && cause.cause instanceof Error && depth < 5; depth++)
    cause = cause.cause;
  return cause;
}
