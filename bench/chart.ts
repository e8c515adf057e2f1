import { median } from '../src/domain/percentile.ts';
import type { Run } from './results.ts';

/** Who is shown, in this order, and the names of their figures. */
const CONTESTANTS = [
  { shown: 'Temporal without a gate', figures: 'raw parents', kind: 'reference' },
  { shown: 'Sluice', figures: 'sluice', kind: 'ours' },
  { shown: 'DBOS, fastest', figures: 'DBOS, fastest', kind: 'peer' },
  { shown: 'pg-boss, fastest', figures: 'pg-boss, fastest', kind: 'peer' },
  { shown: 'poller of 1 s', figures: 'seed poller, 1 s', kind: 'peer' },
  { shown: 'DBOS, default', figures: 'DBOS, default', kind: 'peer' },
  { shown: 'pg-boss, default', figures: 'pg-boss, default', kind: 'peer' },
] as const;

const COLOURS = { reference: '#9aa5b1', ours: '#1f6feb', peer: '#c9b458' } as const;

const WIDTH = 860;
const ROW = 26;
const PANEL_TOP = 56;
const LABEL_WIDTH = 170;
const PANEL_GAP = 40;
const BAR_WIDTH = (WIDTH - LABEL_WIDTH - PANEL_GAP) / 2 - 60;

/** A picture of the medians of handoff (ms, logarithmic) and utilisation (%), as SVG. */
export function handoffChart(handoff: Run, manyTenants: Run): string {
  const height = PANEL_TOP + CONTESTANTS.length * ROW + 34;
  const handoffs = CONTESTANTS.map(({ figures }) => medianOf(handoff, `${figures} p50 ms`));
  const utilisations = CONTESTANTS.map(({ figures }) => medianOf(manyTenants, `${figures} utilisation %`));
  const [leastLog, mostLog] = [Math.log10(Math.min(...handoffs)) - 0.5, Math.log10(Math.max(...handoffs))];
  const second = LABEL_WIDTH + BAR_WIDTH + 60 + PANEL_GAP;
  const rows = CONTESTANTS.map(({ shown, kind }, i) => {
    const y = PANEL_TOP + i * ROW;
    const long = ((Math.log10(handoffs[i]!) - leastLog) / (mostLog - leastLog)) * BAR_WIDTH;
    return [
      text(
        LABEL_WIDTH - 10,
        y + 14,
        shown,
        `text-anchor="end"${kind === 'ours' ? ' font-weight="bold"' : ''}`,
      ),
      bar(LABEL_WIDTH, y, long, COLOURS[kind], `${handoffs[i]!.toFixed(0)} ms`),
      bar(second, y, (utilisations[i]! / 100) * BAR_WIDTH, COLOURS[kind], `${utilisations[i]!.toFixed(0)} %`),
    ].join('\n');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="13" fill="#24292f">
<title>Slot handoff and slot utilisation of Sluice, Temporal without a gate, and peers</title>
<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>
${text(LABEL_WIDTH, 22, 'Slot handoff, median (shorter is better)', 'font-weight="bold"')}
${text(LABEL_WIDTH, 40, '1 tenant, cap 5, work of 200 ms; logarithmic', 'fill="#57606a" font-size="11"')}
${text(second, 22, 'Slot time worked in (longer is better)', 'font-weight="bold"')}
${text(second, 40, '10 tenants, cap 5 each, work of 1 s', 'fill="#57606a" font-size="11"')}
${rows.join('\n')}
${text(LABEL_WIDTH, height - 10, `Medians of ${handoff.rounds.length} and ${manyTenants.rounds.length} rounds on ${handoff.machine.split(' (')[0]}, servers included: docs/performance.md`, 'fill="#57606a" font-size="11"')}
</svg>
`;
}

function medianOf(run: Run, figure: string): number {
  return median(run.rounds.map((figures) => figures[figure]!));
}

function bar(x: number, y: number, width: number, colour: string, label: string): string {
  return `<rect x="${x}" y="${y}" width="${Math.max(1, width).toFixed(1)}" height="${ROW - 8}" rx="2" fill="${colour}"/>
${text(x + Math.max(1, width) + 6, y + 14, label, '')}`;
}

/** Text of a picture; its content is ours and needs no escapes. */
export function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${x.toFixed(1)}" y="${Number(y.toFixed(1))}" ${attributes}>${content}</text>`;
}
