/**
 * A moment in microseconds since 1970: what Postgres keeps, and all of Temporal's that matters. A plain number, because a JavaScript
 * `Date` would round away the difference between an end and the start that it made room for.
 */
export type Micros = number;

export const SECOND_MICROS = 1_000_000;

/** A protobuf timestamp, cut to microseconds. */
export function microsOf(timestamp: { seconds?: unknown; nanos?: number | null }): Micros {
  return Number(timestamp.seconds ?? 0) * SECOND_MICROS + Math.floor((timestamp.nanos ?? 0) / 1000);
}

/** ISO 8601 with microseconds. */
export function isoOf(at: Micros): string {
  const millis = Math.floor(at / 1000);
  const rest = String(at - millis * 1000).padStart(3, '0');
  return new Date(millis).toISOString().replace('Z', `${rest}Z`);
}

/** A length of time for people: milliseconds below a second, else seconds. */
export function showLength(micros: number): string {
  return Math.abs(micros) < SECOND_MICROS
    ? `${Math.round(micros / 1000)} ms`
    : `${(micros / SECOND_MICROS).toFixed(1)} s`;
}
