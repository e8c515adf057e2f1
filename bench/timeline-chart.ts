import { text } from './chart.ts';
import type { Run } from './results.ts';
import type { Timeline } from './scenario.ts';

/** One above the other, with one axis of time. */
const PANELS = [
  { shown: 'Enqueue', called: 'enqueue' },
  { shown: 'Handoff (reconcile)', called: 'handoff' },
] as const;

const LINES = [
  { shown: 'longest', figure: 'longest', colour: '#cf222e' },
  { shown: 'p99', figure: 'p99', colour: '#1f6feb' },
  { shown: 'p50', figure: 'p50', colour: '#9aa5b1' },
] as const;

const MUTED = 'fill="#57606a" font-size="11"';
const WIDTH = 860;
const LEFT = 60;
const RIGHT = 30;
const TOP = 84;
const PANEL = 150;
const GAP = 44;
const BOTTOM = 52;

/** A picture of what calls took in each second, in ms on a logarithmic axis, with the moments of what went on beside them, as SVG. */
export function timelineChart({ machine, commit }: Run, timeline: Timeline): string {
  const height = TOP + PANELS.length * (PANEL + GAP) - GAP + BOTTOM;
  const values = timeline.seconds.flatMap((second) => Object.values(second));
  const scale = scaleOf(timeline.seconds.length, values);
  const panels = PANELS.map(({ shown, called }, nth) =>
    panel(timeline, scale, { shown, called, top: TOP + nth * (PANEL + GAP) }),
  );
  const bottom = height - BOTTOM;
  const moments = timeline.moments.map(({ at, what }, nth) => moment(scale.x(at), bottom, what, nth));
  const legend = LINES.map(
    ({ shown, colour }, nth) =>
      `<rect x="${WIDTH - 250 + nth * 80}" y="12" width="18" height="3" fill="${colour}"/>${text(WIDTH - 228 + nth * 80, 18, shown, 'font-size="12"')}`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="13" fill="#24292f">
<title>What enqueueing and handoffs take while a partition is dropped beside an open reader</title>
<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>
${text(LEFT, 18, 'While a partition goes: each second, ms, logarithmic', 'font-weight="bold"')}
${legend.join('\n')}
${panels.join('\n')}
${moments.join('\n')}
${text(LEFT, height - 8, `The round with the longest enqueue, on ${machine.split(' (')[0]}, servers included, at commit ${commit}: docs/performance.md`, MUTED)}
</svg>
`;
}

interface Scale {
  readonly seconds: number;
  /** Powers of ten that are drawn, in ms. */
  readonly ticks: readonly number[];
  x(second: number): number;
  /** From the top of a panel. */
  y(ms: number): number;
}

function scaleOf(seconds: number, values: readonly number[]): Scale {
  const least = Math.floor(Math.log10(Math.min(...values)));
  const most = Math.max(2, Math.ceil(Math.log10(Math.max(...values))));
  return {
    seconds,
    ticks: Array.from({ length: most - least + 1 }, (_, nth) => 10 ** (least + nth)),
    x: (second) => LEFT + (second / seconds) * (WIDTH - LEFT - RIGHT),
    y: (ms) => PANEL * (1 - (Math.log10(ms) - least) / (most - least)),
  };
}

function panel(
  { seconds }: Timeline,
  { x, y, ticks, seconds: length }: Scale,
  { shown, called, top }: { readonly shown: string; readonly called: string; readonly top: number },
): string {
  const grid = ticks.map(
    (ms) =>
      `<path d="M${LEFT} ${(top + y(ms)).toFixed(1)}H${WIDTH - RIGHT}" stroke="#d0d7de"/>${text(LEFT - 8, top + y(ms) + 4, String(ms), `text-anchor="end" ${MUTED}`)}`,
  );
  const lines = LINES.map(({ figure, colour }) => {
    const points = seconds.flatMap((figures, second) => {
      const ms = figures[`${called} ${figure}`];
      return ms === undefined ? [] : [`${x(second + 0.5).toFixed(1)},${(top + y(ms)).toFixed(1)}`];
    });
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="1.5"/>`;
  });
  const times = Array.from({ length: Math.floor(length / 10) + 1 }, (_, nth) =>
    text(x(nth * 10), top + PANEL + 16, `${nth * 10} s`, `text-anchor="middle" ${MUTED}`),
  );
  return [text(LEFT, top - 8, shown, 'font-size="12"'), ...grid, ...lines, ...times].join('\n');
}

/** Its words stand in turns on two lines, before the moment and after it, because moments lie close together. */
function moment(x: number, bottom: number, what: string, nth: number): string {
  const isBefore = nth % 2 === 0;
  return [
    `<path d="M${x.toFixed(1)} 46V${bottom}" stroke="#57606a" stroke-dasharray="3 3"/>`,
    text(x + (isBefore ? -5 : 5), 56, what, `text-anchor="${isBefore ? 'end' : 'start'}" font-size="12"`),
  ].join('\n');
}
