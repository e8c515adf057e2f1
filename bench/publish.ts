import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { handoffChart } from './chart.ts';
import { printResults } from './report.ts';
import { type Run, commandOf } from './results.ts';
import { PICTURES, timelineChart } from './timeline-chart.ts';

const DOCUMENT = 'docs/performance.md';
const CHART = 'docs/handoff.svg';
/** By scenario: the file's name in docs, what stands over the picture, and what it is for those who do not see it. */
const TIMELINES = {
  prune: {
    file: 'prune.svg',
    heading: 'Prune, second by second',
    shows: 'What enqueueing and handoffs take while a partition is dropped',
  },
  day: {
    file: 'day.svg',
    heading: 'A day',
    shows: 'How long executions of both tiers wait for their admission while the load comes and goes',
  },
} as const satisfies Record<keyof typeof PICTURES, { file: string; heading: string; shows: string }>;
const BEGIN = '<!-- results: written by `npm run bench -- --publish` -->';
const END = '<!-- end of results -->';

/** What the documents must say for these results, by file. */
function published(results: readonly Run[]): Map<string, string> {
  const lines: string[] = [];
  printResults(results, (line) => lines.push(line));
  const pictures = new Map<string, string>();
  for (const scenario of Object.keys(TIMELINES) as (keyof typeof TIMELINES)[]) {
    const run = results.find(({ command }) => command === commandOf(scenario));
    if (!run?.timeline) continue;
    const { file, heading, shows } = TIMELINES[scenario];
    lines.push(`\n### ${heading}\n`, `![${shows}](${file})`);
    pictures.set(`docs/${file}`, timelineChart(run, run.timeline, PICTURES[scenario]));
  }
  const document = readFileSync(DOCUMENT, 'utf8');
  const [before, after] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (before === -1 || after < before) throw new Error(`${DOCUMENT} lacks the lines ${BEGIN} and ${END}`);
  const files = new Map([
    ...pictures,
    [DOCUMENT, `${document.slice(0, before)}${BEGIN}\n${lines.join('\n')}\n\n${document.slice(after)}`],
  ]);
  const [handoff, manyTenants] = ['handoff', 'many-tenants'].map((name) =>
    results.find(({ command }) => command === commandOf(name)),
  );
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
