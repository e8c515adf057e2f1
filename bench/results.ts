import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Figures, Timeline } from './scenario.ts';

/** One run of one scenario, as it is kept. */
export interface Run {
  readonly scenario: string;
  /** As it was then. */
  readonly title: string;
  readonly finishedAt: string;
  readonly command: string;
  readonly commit: string;
  readonly machine: string;
  readonly temporal: string;
  readonly rounds: readonly Figures[];
  /** Of one round, for scenarios that have a picture. */
  readonly timeline?: Timeline;
}

export function readResults(file: string): Run[] {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Run[]) : [];
}

/** What differs from the usual run of a scenario; null for what does not. */
export interface Variant {
  readonly shards: number | null;
  readonly size: number | null;
  /** Sluice with reservations took part. */
  readonly reservations: boolean;
}

/** What was measured, and on which kind of server. */
export function commandOf(
  scenario: string,
  { shards, size, reservations }: Variant = { shards: null, size: null, reservations: false },
): string {
  const options = { shards, size };
  const given = Object.entries(options).filter(([, value]) => value !== null);
  return [
    'npm run bench -- --scenario',
    scenario,
    ...given.map(([name, value]) => `--${name} ${value}`),
    ...(reservations ? ['--reservations'] : []),
  ].join(' ');
}

/** The newest run of a command takes the place of the one before. */
export function addRun(results: readonly Run[], run: Run): Run[] {
  return [...results.filter(({ command }) => command !== run.command), run];
}

/** Renamed into place, so that an interrupted run leaves the former results. */
export function writeResults(file: string, results: readonly Run[]): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(results, null, 1)}\n`);
  renameSync(`${file}.new`, file);
}
