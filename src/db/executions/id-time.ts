/** A process that makes ids may have a clock that is ahead of Postgres' by so much. */
const CLOCK_TOLERANCE_MS = 24 * 3600 * 1000;

export const LOWEST_ID = '00000000-0000-0000-0000-000000000000';
export const HIGHEST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

const BEGINNING = new Date(0);

/**
 * No row about these executions is older than this, by Postgres' clock: a version 7 UUID says when it was made. Partitions before it need
 * not be read. The beginning of time when one of the ids says nothing.
 */
export function earliestTimeOf(executionIds: readonly string[]): Date {
  const times = executionIds.map(madeAtMs);
  const earliest = Math.min(...times) - CLOCK_TOLERANCE_MS;
  return earliest > 0 && Number.isFinite(earliest) ? new Date(earliest) : BEGINNING;
}

/** When an id of version 7 was made; 0 for any other. */
export function madeAtMs(id: string): number {
  return id[14] === '7' ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : 0;
}

/** The lowest id of version 7 that can have been made at that time. */
export function lowestIdAt(ms: number): string {
  const hex = Math.min(Math.max(Math.trunc(ms), 0), 2 ** 48 - 1)
    .toString(16)
    .padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}${LOWEST_ID.slice(13)}`;
}

/** The same for so many seconds ago by Postgres' clock, as SQL: by the statement's time, because an index is not searched by one that changes meanwhile. */
export const lowestIdSecondsAgo = (seconds: number) =>
  `(lpad(to_hex(floor(extract(epoch from statement_timestamp()) * 1000)::bigint - ${seconds * 1_000}), 12, '0') || repeat('0', 20))::uuid`;
