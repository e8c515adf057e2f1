import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { handoffChart } from './chart.ts';
import { printResults } from './report.ts';
import { type Run, commandOf } from './results.ts';
import { timelineChart } from './timeline-chart.ts';

const DOCUMENT = 'docs/performance.md';
const CHART = 'docs/handoff.svg';
const PRUNE_CHART = 'docs/prune.svg';
const BEGIN = '<!-- results: written by `npm run bench -- --publish` -->';
const END = '<!-- end of results -->';

/** What the documents must say for these results, by file. */
function published(results: readonly Run[]): Map<string, string> {
  const lines: string[] = [];
  printResults(results, (line) => lines.push(line));
  const prune = results.find(({ command }) => command === commandOf('prune'));
  if (prune?.timeline)
    lines.push(
      '\n### Prune, second by second\n',
      `![What enqueueing and handoffs take while a partition is dropped](prune.svg)`,
    );
  const document = readFileSync(DOCUMENT, 'utf8');
  const [before, after] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (before === -1 || after < before) throw new Error(`${DOCUMENT} lacks the lines ${BEGIN} and ${END}`);
  const files = new Map([
    [DOCUMENT, `${document.slice(0, before)}${BEGIN}\n${lines.join('\n')}\n\n${document.slice(after)}`],
  ]);
  const [handoff, manyTenants] = ['handoff', 'many-tenants'].map((name) =>
    results.find(({ command }) => command === commandOf(name)),
  );
  if (prune?.timeline) files.set(PRUNE_CHART, timelineChart(prune, prune.timeline));
  if (handoff && manyTenants) files.set(CHART, handoffChart(handoff, manyTenants));
  return files;
}

/** Writes the results into docs/performance.md and draws the pictures. */
export function publish(results: readonly Run[]): void {
  for (const [file, content] of published(results)) writeFileSync(file, content);
}

/** The files that say something else than the results do. */
export function outOfStep(results: readonly Run[]): string[] {
  return [...published(results)]
    .filter(([file, content]) => !existsSync(file) || readFileSync(file, 'utf8') !== content)
    .map(([file]) => file);
}
