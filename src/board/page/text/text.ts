const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** What stands where there is nothing to show. */
export const NONE = '–';

const INTEGERS = new Intl.NumberFormat('en');

export function numberText(value: number): string {
  return INTEGERS.format(value);
}

/** In the two largest units, so that columns of it stay narrow: `340 ms`, `12.4 s`, `3 m 05 s`, `2 h 10 m`, `4 d 3 h`. */
export function durationText(ms: number | null): string {
  if (ms === null) return NONE;
  const whole = Math.max(0, ms);
  if (whole < SECOND_MS) return `${Math.round(whole)} ms`;
  if (whole < 10 * SECOND_MS) return `${(Math.floor(whole / 100) / 10).toFixed(1)} s`;
  if (whole < MINUTE_MS) return `${Math.floor(whole / SECOND_MS)} s`;
  if (whole < HOUR_MS) return two(whole, MINUTE_MS, 'm', SECOND_MS, 's');
  if (whole < DAY_MS) return two(whole, HOUR_MS, 'h', MINUTE_MS, 'm');
  return two(whole, DAY_MS, 'd', HOUR_MS, 'h');
}

/** The same of seconds, as the API has waits. */
export function secondsText(seconds: number | null): string {
  return durationText(seconds === null ? null : seconds * SECOND_MS);
}

/** How long it is since a time, as that many whole seconds and more. */
export function sinceText(time: string, nowMs: number): string {
  const ms = Math.max(0, nowMs - Date.parse(time));
  return durationText(ms < 10 * SECOND_MS ? ms - (ms % SECOND_MS) : ms)
    .replace(/^0 ms$/, '0 s')
    .replace('.0 s', ' s');
}

/** A time as people here write it, with its date. */
export function timeText(time: string): string {
  return new Date(time).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
}

/** `one execution`, `12 executions`. */
export function countText(count: number, noun: string): string {
  return count === 1 ? `one ${noun}` : `${numberText(count)} ${noun}s`;
}

/** The end of an id, which differs where ids of one moment do not. */
export function shortId(id: string): string {
  return id.slice(-8);
}

/** A word of the API for people: `timed_out` is `timed out`. */
export function wordText(word: string): string {
  return word.replaceAll('_', ' ').replaceAll('-', ' ');
}

function two(ms: number, largeMs: number, large: string, smallMs: number, small: string): string {
  const small2 = String(Math.floor((ms % largeMs) / smallMs)).padStart(2, '0');
  return `${Math.floor(ms / largeMs)} ${large} ${small2} ${small}`;
}
