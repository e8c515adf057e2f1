import { median } from '../src/domain/percentile.ts';
import type { Run } from './results.ts';
import type { Figures, Reach } from './scenario.ts';
import { SCENARIOS } from './scenarios/index.ts';

/** The figures that every contestant of capped work has, after its name: a column each. */
const CONTESTANT_FIGURES = [
  { suffix: ' p50 ms', column: 'handoff p50, ms' },
  { suffix: ' p99 ms', column: 'p99, ms' },
  { suffix: ' utilisation %', column: 'utilisation, %' },
  { suffix: ' most at once', column: 'most at once' },
  { suffix: ' out of order', column: 'out of order' },
] as const;

/** Prints every figure's median with its spread over the rounds, and how far each reach is met. */
export function printResults(results: readonly Run[], print: (line: string) => void): void {
  for (const scenario of SCENARIOS)
    for (const run of results.filter((kept) => kept.scenario === scenario.name))
      printRun(run, scenario.reaches, print);
}

function printRun(run: Run, reaches: readonly Reach[], print: (line: string) => void): void {
  print(`\n### ${run.title}`);
  print(
    `\n${run.rounds.length} rounds, finished ${run.finishedAt.slice(0, 16)}Z at commit ${run.commit}, Temporal ${run.temporal}, ` +
      `${run.machine}: \`${run.command}\``,
  );
  printContestants(run, print);
  printOthers(run, print);
  if (reaches.length > 0)
    print('\n| reach | wanted | median | least | most | |\n| --- | --- | ---: | ---: | ---: | --- |');
  for (const reach of reaches) {
    const values = run.rounds.map((figures) => reach.value(figures));
    const wanted = [
      ...(reach.atMost === undefined ? [] : [`<= ${reach.atMost}`]),
      ...(reach.atLeast === undefined ? [] : [`>= ${reach.atLeast}`]),
    ].join(', ');
    const value = median(values);
    const met = value <= (reach.atMost ?? Infinity) && value >= (reach.atLeast ?? -Infinity);
    print(`| ${reach.what} | ${wanted} | ${spread(values).join(' | ')} | ${met ? 'met' : 'short'} |`);
  }
}

/** One row for each contestant. */
function printContestants(run: Run, print: (line: string) => void): void {
  const contestants = contestantsOf(run.rounds[0]!);
  if (contestants.length === 0) return;
  print('\nMedian (least to most of the rounds):\n');
  print(`| | ${CONTESTANT_FIGURES.map(({ column }) => column).join(' | ')} |`);
  print(`| --- |${CONTESTANT_FIGURES.map(() => ' ---: |').join('')}`);
  for (const who of contestants) {
    const cells = CONTESTANT_FIGURES.map(({ suffix }) => {
      const [middle, least, most] = spread(run.rounds.map((figures) => figures[`${who}${suffix}`]!));
      return least === most ? middle : `${middle} (${least} to ${most})`;
    });
    print(`| ${who} | ${cells.join(' | ')} |`);
  }
}

function printOthers(run: Run, print: (line: string) => void): void {
  const contestants = contestantsOf(run.rounds[0]!);
  const names = Object.keys(run.rounds[0]!).filter(
    (name) => !contestants.some((who) => name.startsWith(who)),
  );
  if (names.length === 0) return;
  print('\n| figure | median | least | most |\n| --- | ---: | ---: | ---: |');
  for (const name of names)
    print(`| ${name} | ${spread(run.rounds.map((figures) => figures[name]!)).join(' | ')} |`);
}

/** Those of whom all of these figures are there. */
function contestantsOf(figures: Figures): string[] {
  const { suffix: first } = CONTESTANT_FIGURES[0];
  return Object.keys(figures)
    .filter((name) => name.endsWith(first))
    .map((name) => name.slice(0, -first.length))
    .filter((who) => CONTESTANT_FIGURES.every(({ suffix }) => `${who}${suffix}` in figures));
}

function spread(values: readonly number[]): string[] {
  return [median(values), Math.min(...values), Math.max(...values)].map(shown);
}

/** Three figures that mean something. */
function shown(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
