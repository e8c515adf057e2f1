import { median } from './measure/statistics.ts';
import type { Run } from './results.ts';
import { SCENARIOS } from './scenarios/index.ts';

/** Prints every figure's median with its spread over the rounds, and how far each reach is met. */
export function printResults(results: readonly Run[], print: (line: string) => void): void {
  for (const scenario of SCENARIOS) {
    const run = results.find((kept) => kept.scenario === scenario.name);
    if (run === undefined) continue;
    print(`\n### ${scenario.title}`);
    print(
      `\n${run.rounds.length} rounds, finished ${run.finishedAt.slice(0, 16)}Z at commit ${run.commit}: \`${run.command}\``,
    );
    print('\n| figure | median | least | most |\n| --- | ---: | ---: | ---: |');
    for (const name of Object.keys(run.rounds[0] ?? {})) {
      const values = run.rounds.map((figures) => figures[name]!);
      print(`| ${name} | ${spread(values).join(' | ')} |`);
    }
    if (scenario.reaches.length > 0)
      print('\n| reach | wanted | median | least | most | |\n| --- | --- | ---: | ---: | ---: | --- |');
    for (const reach of scenario.reaches) {
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
}

function spread(values: readonly number[]): string[] {
  return [median(values), Math.min(...values), Math.max(...values)].map(shown);
}

/** Three figures that mean something. */
function shown(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
