import { readFileSync } from 'node:fs';
import { UsageError } from '../options.ts';
import { secondsOf } from '../print/times.ts';

const ROWS_DEFAULT = 100;
const ROWS_MAX = 1_000_000;

/** How many rows a list shows. */
export const ROWS = {
  limit: { type: 'string', value: 'N', text: `how many are shown at most; ${ROWS_DEFAULT} unless given` },
} as const;

/** A whole number among the arguments. */
export function integer(text: string, name: string, { min, max }: { min: number; max: number }): number {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (!(number >= min && number <= max))
    throw new UsageError(`${name} ${text} is no whole number from ${min} to ${max}.`);
  return number;
}

/** The first of them, and whether there are more. */
export async function firstOf<T>(
  items: AsyncIterable<T>,
  limit: string | undefined,
): Promise<{ rows: T[]; hasMore: boolean }> {
  const most = limit === undefined ? ROWS_DEFAULT : integer(limit, '--limit', { min: 1, max: ROWS_MAX });
  const rows: T[] = [];
  for await (const item of items) {
    if (rows.length === most) return { rows, hasMore: true };
    rows.push(item);
  }
  return { rows, hasMore: false };
}

/** How many are read at once for a list of that many. */
export function pageSizeFor(limit: string | undefined): number {
  const PAGE_MAX = 200;
  return Math.min(PAGE_MAX, (Number(limit) || ROWS_DEFAULT) + 1);
}

/** A moment: RFC 3339, or `2h` for so long from now, or ago. */
export function moment(text: string, name: string, direction: 'ahead' | 'ago'): Date {
  const seconds = secondsOf(text);
  const time =
    seconds === null
      ? Date.parse(/^\d{4}-\d{2}-\d{2}/.test(text) ? text : '')
      : Date.now() + (direction === 'ahead' ? seconds : -seconds) * 1000;
  if (Number.isNaN(time))
    throw new UsageError(
      `${name} ${text} is neither a time, as 2030-01-31T12:00:00Z, nor a duration, as 90s, 15m, 2h or 3d.`,
    );
  return new Date(time);
}

/** Labels as `name=value`. */
export function labelsOf(texts: readonly string[] | undefined): Record<string, string> | undefined {
  if (texts === undefined) return undefined;
  return Object.fromEntries(
    texts.map((text) => {
      const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
      if (name === undefined) throw new UsageError(`--label ${text} is not of the form NAME=VALUE.`);
      return [name, value!];
    }),
  );
}

/** A value that must be one of some. */
export function oneOf<const T extends string>(text: string, name: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === text);
  if (found === undefined) throw new UsageError(`${name} ${text} is none of ${allowed.join(', ')}.`);
  return found;
}

/** JSON from the command line, from a file, or from standard input when the file is `-`; undefined when neither is given. */
export function jsonFrom(text: string | undefined, file: string | undefined): unknown {
  if (text !== undefined && file !== undefined) throw new UsageError('Give either --input or --input-file.');
  const source = file === undefined ? text : readInput(file);
  if (source === undefined) return undefined;
  try {
    return JSON.parse(source) as unknown;
  } catch (error) {
    throw new UsageError(`The input is no JSON: ${(error as Error).message}`, { cause: error });
  }
}

function readInput(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new UsageError(`--input-file cannot be read: ${(error as Error).message}`, { cause: error });
  }
}
