import { text } from './chart.ts';
import type { Run } from './results.ts';
import type { Timeline } from './scenario.ts';

interface Line {
  readonly shown: string;
  readonly figure: string;
  readonly colour: string;
}

/** What is drawn of a timeline. */
interface Picture {
  readonly title: string;
  readonly heading: string;
  /** Before the machine and the commit. */
  readonly round: string;
  /** One above the other, with one axis of time, each with an axis of its own for what it shows. */
  readonly panels: readonly { readonly shown: string; readonly lines: readonly Line[] }[];
}

const [RED, BLUE, GREY, YELLOW] = ['#cf222e', '#1f6feb', '#9aa5b1', '#c9b458'];

const ofCalls = (called: string): readonly Line[] => [
  { shown: 'longest', figure: `${called} longest`, colour: RED },
  { shown: 'p99', figure: `${called} p99`, colour: BLUE },
  { shown: 'p50', figure: `${called} p50`, colour: GREY },
];

const ofTier = (tier: string): readonly Line[] => [
  { shown: 'p99', figure: `${tier} p99`, colour: BLUE },
  { shown: 'p50', figure: `${tier} p50`, colour: GREY },
];

/** By scenario. */
export const PICTURES = {
  prune: {
    title: 'What enqueueing and handoffs take while a partition is dropped beside an open reader',
    heading: 'While a partition goes: each second, ms, logarithmic',
    round: 'The round with the longest enqueue',
    panels: [
      { shown: 'Enqueue', lines: ofCalls('enqueue') },
      { shown: 'Handoff (reconcile)', lines: ofCalls('handoff') },
    ],
  },
  day: {
    title: 'How long executions wait for their admission while the load of a day comes and goes',
    heading: 'A day in a quarter of an hour, logarithmic',
    round: 'The last round',
    panels: [
      {
        shown: 'Executions asked for, each second',
        lines: [{ shown: 'arrivals', figure: 'arrivals a second', colour: YELLOW }],
      },
      { shown: 'Admission delay, pro, ms', lines: ofTier('pro') },
      { shown: 'Admission delay, enterprise, ms', lines: ofTier('enterprise') },
    ],
  },
} as const satisfies Record<string, Picture>;

const MUTED = 'fill="#57606a" font-size="11"';
const WIDTH = 860;
const LEFT = 60;
const RIGHT = 30;
const TOP = 84;
const PANEL = 150;
const GAP = 44;
const BOTTOM = 52;

/** A picture of a timeline, on logarithmic axes, with the moments of what went on beside it, as SVG. */
export function timelineChart({ machine, commit }: Run, timeline: Timeline, picture: Picture): string {
  const height = TOP + picture.panels.length * (PANEL + GAP) - GAP + BOTTOM;
  const seconds = timeline.steps.length * timeline.stepSeconds;
  const x = (second: number) => LEFT + (second / seconds) * (WIDTH - LEFT - RIGHT);
  const panels = picture.panels.map(({ shown, lines }, nth) =>
    panel(timeline, x, { shown, lines, top: TOP + nth * (PANEL + GAP) }),
  );
  const bottom = height - BOTTOM;
  const moments = timeline.moments.map(({ at, what }, nth) => moment(x(at), bottom, what, nth));
  const known = new Map(
    picture.panels.flatMap(({ lines }) => lines.map((line) => [line.shown, line.colour])),
  );
  const legend = [...known].map(
    ([shown, colour], nth) =>
      `<rect x="${WIDTH - 250 + nth * 80}" y="12" width="18" height="3" fill="${colour}"/>${text(WIDTH - 228 + nth * 80, 18, shown, 'font-size="12"')}`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="13" fill="#24292f">
<title>${picture.title}</title>
<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>
${text(LEFT, 18, picture.heading, 'font-weight="bold"')}
${legend.join('\n')}
${panels.join('\n')}
${moments.join('\n')}
${text(LEFT, height - 8, `${picture.round}, on ${machine.split(' (')[0]}, servers included, at commit ${commit}: docs/performance.md`, MUTED)}
</svg>
`;
}

/** Powers of ten that are drawn, and where a value stands, from the top of a panel. */
function scaleOf(values: readonly number[]): { ticks: readonly number[]; y(value: number): number } {
  const least = Math.floor(Math.log10(Math.min(...values)));
  const most = Math.max(least + 1, Math.ceil(Math.log10(Math.max(...values))));
  return {
    ticks: Array.from({ length: most - least + 1 }, (_, nth) => 10 ** (least + nth)),
    y: (value) => PANEL * (1 - (Math.log10(value) - least) / (most - least)),
  };
}

function panel(
  { steps, stepSeconds }: Timeline,
  x: (second: number) => number,
  { shown, lines, top }: { readonly shown: string; readonly lines: readonly Line[]; readonly top: number },
): string {
  const { ticks, y } = scaleOf(
    steps.flatMap((figures) => lines.flatMap(({ figure }) => figures[figure] ?? [])),
  );
  const grid = ticks.map(
    (tick) =>
      `<path d="M${LEFT} ${(top + y(tick)).toFixed(1)}H${WIDTH - RIGHT}" stroke="#d0d7de"/>${text(LEFT - 8, top + y(tick) + 4, String(tick), `text-anchor="end" ${MUTED}`)}`,
  );
  const drawn = lines.map(({ figure, colour }) => {
    const points = steps.flatMap((figures, step) => {
      const value = figures[figure];
      const second = (step + 0.5) * stepSeconds;
      return value === undefined ? [] : [`${x(second).toFixed(1)},${(top + y(value)).toFixed(1)}`];
    });
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="1.5"/>`;
  });
  const everySeconds = 10 * stepSeconds;
  const times = Array.from({ length: Math.floor(steps.length / 10) + 1 }, (_, nth) =>
    text(x(nth * everySeconds), top + PANEL + 16, `${nth * everySeconds} s`, `text-anchor="middle" ${MUTED}`),
  );
  return [text(LEFT, top - 8, shown, 'font-size="12"'), ...grid, ...drawn, ...times].join('\n');
}

/** Its words stand in turns on two lines, before the moment and after it, because moments lie close together. */
function moment(x: number, bottom: number, what: string, nth: number): string {
  const isBefore = nth % 2 === 0;
  return [
    `<path d="M${x.toFixed(1)} 46V${bottom}" stroke="#57606a" stroke-dasharray="3 3"/>`,
    text(x + (isBefore ? -5 : 5), 56, what, `text-anchor="${isBefore ? 'end' : 'start'}" font-size="12"`),
  ].join('\n');
}
