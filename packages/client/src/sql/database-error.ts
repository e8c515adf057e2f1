/** An error of Postgres itself, whichever library brought it. */
export interface DatabaseError {
  readonly sqlState: string;
  readonly message: string;
  readonly detail: string | null;
  readonly hint: string | null;
}

const SQLSTATE = /^[0-9A-Z]{5}$/;

/** A library wraps an error in another, and that perhaps in a third. */
const DEPTH_MAX = 4;

/** The error of Postgres in what a library threw; null when it is not from there. */
export function databaseErrorIn(thrown: unknown, depth = 0): DatabaseError | null {
  if (typeof thrown !== 'object' || thrown === null || depth > DEPTH_MAX) return null;
  const { code, cause, meta } = thrown as { code?: unknown; cause?: unknown; meta?: unknown };
  if (typeof meta === 'object' && meta !== null) return databaseErrorInMeta(meta, depth);
  // The severity tells it from other codes of five letters, such as EPIPE.
  if (typeof code === 'string' && SQLSTATE.test(code) && 'severity' in thrown)
    return factsOf(code, thrown as unknown as Facts);
  return databaseErrorIn(cause, depth + 1);
}

/** Prisma: by a driver adapter the driver's error is there in whole, by its older engine code and message are. */
function databaseErrorInMeta(meta: object, depth: number): DatabaseError | null {
  const { driverAdapterError, code, message } = meta as Record<string, unknown>;
  if (typeof driverAdapterError === 'object' && driverAdapterError !== null) {
    const { cause } = driverAdapterError as { cause?: Record<string, unknown> };
    const { originalCode, originalMessage, detail, hint } = cause ?? {};
    if (typeof originalCode === 'string' && typeof originalMessage === 'string')
      return factsOf(originalCode, { message: originalMessage, detail, hint });
    return databaseErrorIn(cause, depth + 1);
  }
  if (typeof code !== 'string' || typeof message !== 'string' || !SQLSTATE.test(code)) return null;
  return factsOf(code, { message: message.replace(/^(db error: )?ERROR: /, '') });
}

interface Facts {
  readonly message: string;
  readonly detail?: unknown;
  readonly hint?: unknown;
}

function factsOf(sqlState: string, { message, detail, hint }: Facts): DatabaseError {
  return { sqlState, message: withoutStatement(message), detail: textOf(detail), hint: textOf(hint) };
}

/** Knex puts the statement, with the values in it, before the message: those are not for a log. Our statements end like this. */
function withoutStatement(message: string): string {
  return /^select sluice\.[^]* as id - ([^]*)$/.exec(message)?.[1] ?? message;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
