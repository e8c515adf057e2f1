import { intervalOfMedian, median } from '../src/domain/percentile.ts';
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

/** What processor time an execution took, for those of whom it was measured: a column for each process. */
const CPU_FIGURES = [
  { suffix: ' worker CPU ms/execution', column: 'worker' },
  { suffix: ' Postgres CPU ms/execution', column: 'Postgres' },
  { suffix: ' Temporal CPU ms/execution', column: 'Temporal' },
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
  printCpu(run, print);
  printOthers(run, print);
  if (reaches.length > 0)
    print(
      '\n| reach | wanted | median | least | most | 95 % interval of the median | |\n| --- | --- | ---: | ---: | ---: | ---: | --- |',
    );
  for (const reach of reaches) {
    const values = run.rounds.map((figures) => reach.value(figures));
    if (values.some(Number.isNaN)) {
      print(`| ${reach.what} | ${wantedOf(reach)} | | | | | not measured in this run |`);
      continue;
    }
    const interval = intervalOfMedian(values);
    const shownInterval = interval === null ? 'too few rounds' : interval.map(shown).join(' to ');
    print(
      `| ${reach.what} | ${wantedOf(reach)} | ${spread(values).join(' | ')} | ${shownInterval} | ${verdict(reach, values)} |`,
    );
  }
}

function wantedOf({ atMost, atLeast }: Reach): string {
  return [
    ...(atMost === undefined ? [] : [`<= ${atMost}`]),
    ...(atLeast === undefined ? [] : [`>= ${atLeast}`]),
  ].join(', ');
}

/** Short for certain, or only by what the rounds differ by anyway. */
function verdict(reach: Reach, values: readonly number[]): string {
  const meets = (value: number) =>
    value <= (reach.atMost ?? Infinity) && value >= (reach.atLeast ?? -Infinity);
  if (meets(median(values))) return 'met';
  return intervalOfMedian(values)?.some(meets) ? 'short, within the interval' : 'short';
}

/** One row for each contestant. */
function printContestants(run: Run, print: (line: string) => void): void {
  const contestants = contestantsOf(run.rounds[0]!);
  if (contestants.length === 0) return;
  print('\nMedian (least to most of the rounds):\n');
  print(`| | ${CONTESTANT_FIGURES.map(({ column }) => column).join(' | ')} |`);
  print(`| --- |${CONTESTANT_FIGURES.map(() => ' ---: |').join('')}`);
  for (const who of contestants) {
    const cells = CONTESTANT_FIGURES.map(({ suffix }) =>
      withSpread(run.rounds.map((figures) => figures[`${who}${suffix}`]!)),
    );
    print(`| ${who} | ${cells.join(' | ')} |`);
  }
}

/** One row for each contestant whose processor time was taken. */
function printCpu(run: Run, print: (line: string) => void): void {
  const measured = contestantsOf(run.rounds[0]!).filter((who) =>
    CPU_FIGURES.some(({ suffix }) => `${who}${suffix}` in run.rounds[0]!),
  );
  if (measured.length === 0) return;
  print('\nProcessor time, ms for each execution:\n');
  print(`| | ${CPU_FIGURES.map(({ column }) => column).join(' | ')} |`);
  print(`| --- |${CPU_FIGURES.map(() => ' ---: |').join('')}`);
  for (const who of measured) {
    const cells = CPU_FIGURES.map(({ suffix }) => {
      const values = run.rounds.flatMap((figures) => figures[`${who}${suffix}`] ?? []);
      return values.length === 0 ? '' : withSpread(values);
    });
    print(`| ${who} | ${cells.join(' | ')} |`);
  }
}

function printOthers(run: Run, print: (line: string) => void): void {
  const shownAbove = new Set(
    contestantsOf(run.rounds[0]!).flatMap((who) =>
      [...CONTESTANT_FIGURES, ...CPU_FIGURES].map(({ suffix }) => `${who}${suffix}`),
    ),
  );
  const names = Object.keys(run.rounds[0]!).filter((name) => !shownAbove.has(name));
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

function withSpread(values: readonly number[]): string {
  const [middle, least, most] = spread(values);
  return least === most ? middle! : `${middle} (${least} to ${most})`;
}

function spread(values: readonly number[]): string[] {
  return [median(values), Math.min(...values), Math.max(...values)].map(shown);
}

/** Three figures that mean something. */
function shown(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
