/** One metric as a scrape has it. */
export interface Scraped {
  readonly name: string;
  readonly type: string;
  /** Of all its series together, without a histogram's `le`. */
  readonly labels: ReadonlySet<string>;
  readonly series: readonly Series[];
}

export interface Series {
  /** With `_bucket`, `_sum` or `_count` where it is a histogram's. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const LINE = /^([A-Za-z_][A-Za-z0-9_]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([A-Za-z_][A-Za-z0-9_]*)="((?:[^"\\]|\\.)*)"(?:,|$)/g;

/** Reads Prometheus' text format strictly enough to fail on what Prometheus would refuse. */
export function parseScrape(text: string): ReadonlyMap<string, Scraped> {
  const found = new Map<string, { name: string; type: string; labels: Set<string>; series: Series[] }>();
  let current: { name: string; type: string; labels: Set<string>; series: Series[] } | undefined;
  const seen = new Set<string>();
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('# HELP ')) continue;
    if (line.startsWith('# TYPE ')) {
      const [, , name, type] = line.split(' ') as [string, string, string, string];
      if (found.has(name)) throw new Error(`${name} comes twice`);
      found.set(name, (current = { name, type, labels: new Set(), series: [] }));
      continue;
    }
    const match = LINE.exec(line);
    if (match === null) throw new Error(`not a line of a scrape: ${line}`);
    const [, name, inBraces = '', value] = match as unknown as [string, string, string | undefined, string];
    if (current === undefined || name.replace(/_(bucket|sum|count)$/, '') !== current.name)
      if (current?.name !== name) throw new Error(`a line of no metric: ${line}`);
    const key = `${name}{${inBraces}}`;
    if (seen.has(key)) throw new Error(`a series comes twice: ${line}`);
    seen.add(key);
    const labels = Object.fromEntries(
      [...inBraces.matchAll(LABEL)].map(([, label, text_]) => [label!, text_!]),
    );
    for (const label of Object.keys(labels)) if (label !== 'le') current.labels.add(label);
    current.series.push({ name, labels, value: Number(value) });
  }
  return found;
}

export async function scrape(url: string): Promise<ReadonlyMap<string, Scraped>> {
  const answer = await fetch(`${url}/metrics`);
  if (answer.status !== 200) throw new Error(`/metrics answered ${answer.status}`);
  return parseScrape(await answer.text());
}

/** The value of the one series with that name and these labels; undefined when there is none. */
export function valueOf(
  scraped: ReadonlyMap<string, Scraped>,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const metric = scraped.get(name) ?? scraped.get(name.replace(/_(bucket|sum|count)$/, ''));
  const fitting = metric?.series.filter(
    (series) =>
      series.name === name &&
      Object.entries(labels).every(([label, value]) => series.labels[label] === value),
  );
  if (fitting !== undefined && fitting.length > 1) throw new Error(`${name} has several such series`);
  return fitting?.[0]?.value;
}
