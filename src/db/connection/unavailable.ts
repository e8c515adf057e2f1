import { NoSessionError } from './no-session.ts';

/** Postgres's own word for a write in a session that can only read. */
export const READ_ONLY_STATE = '25006';

/** And for a lock that was not to be had in time. */
export const LOCK_NOT_AVAILABLE = '55P03';

const NOT_ALLOWED = '42501';

/** SQLSTATE classes, or whole states, with which Postgres says "not now" rather than "not like this". */
const UNAVAILABLE_STATES = [
  '08', // connection exception
  '28', // the role or its password is refused: ours to repair, not the caller's
  '3D', // the database is not there
  '40', // serialization failure, deadlock
  '53', // out of connections, memory or disk
  '57', // statement timeout, shutdown, crash, starting up
  '58', // input/output error
  LOCK_NOT_AVAILABLE,
  '55000', // the database takes no connections
  '25P03', // idle in a transaction for too long
  READ_ONLY_STATE, // read-only: a standby, or a failover under way
];

const UNAVAILABLE_NODE_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** Postgres's own word for a disk, or a quota, that is full. */
const DISK_FULL = '53100';

/** True when the database answers, but has no room for what it is to keep. Reading goes on. */
export function isDatabaseFull(error: unknown): boolean {
  return hasCode(error, DISK_FULL);
}

/** True when the database answers and takes no writes: a standby, or a failover under way. */
export function isDatabaseReadOnly(error: unknown): boolean {
  return hasCode(error, READ_ONLY_STATE);
}

/** True when a lock was not to be had within `lock_timeout`. */
export function isLockTimeout(error: unknown): boolean {
  return hasCode(error, LOCK_NOT_AVAILABLE);
}

/** True when the session's role lacks a right. */
export function isNotAllowed(error: unknown): boolean {
  return hasCode(error, NOT_ALLOWED);
}

function hasCode(error: unknown, code: string): boolean {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    if ((cause as { code?: unknown }).code === code) return true;
  }
  return false;
}

/** What the data itself is to blame for: not to be stored as it is, against a constraint, beyond a limit of Postgres. */
const DATA_REFUSED_STATES = /^(22|23|54)...$/;

/** True when Postgres refused what it was to store. */
export function isDataRefused(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && DATA_REFUSED_STATES.test(code);
}

/** True when the database could not answer: down, unreachable, overloaded, or a lock or statement ran out of time. */
export function isDatabaseUnavailable(error: unknown): boolean {
  // drizzle wraps what pg threw; several addresses of one host name fail as an AggregateError.
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    const code = (cause as { code?: unknown }).code;
    if (typeof code === 'string') {
      if (UNAVAILABLE_NODE_CODES.has(code)) return true;
      if (/^[0-9A-Z]{5}$/.test(code)) return UNAVAILABLE_STATES.some((state) => code.startsWith(state));
    }
    if (cause instanceof NoSessionError) return true;
    if (cause instanceof AggregateError && cause.errors.some(isDatabaseUnavailable)) return true;
  }
  return false;
}
