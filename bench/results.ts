import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Figures } from './scenario.ts';

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
}

export function readResults(file: string): Run[] {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Run[]) : [];
}

/** The newest run of a scenario takes the place of the one before. */
export function addRun(results: readonly Run[], run: Run): Run[] {
  return [...results.filter(({ scenario }) => scenario !== run.scenario), run];
}

/** Renamed into place, so that an interrupted run leaves the former results. */
export function writeResults(file: string, results: readonly Run[]): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(results, null, 1)}\n`);
  renameSync(`${file}.new`, file);
}
