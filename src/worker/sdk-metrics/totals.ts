import { WORKSPACE_QUEUE_PREFIX } from '../../domain/names.ts';
import type { ExportedMetric, Labels, Reading } from './otlp.ts';

/** Of one metric; what comes beyond is added up in one more. A catch-all workflow may have any number of types. */
const SERIES_MAX = 1_000;

/** No task queue is called so: a workspace's id has no star. */
const WORKSPACE_QUEUES = `${WORKSPACE_QUEUE_PREFIX}*`;

const OVERFLOW: Labels = [['otel_metric_overflow', 'true']];

type Total =
  | { readonly kind: 'counter' | 'gauge'; value: number }
  | {
      readonly kind: 'histogram';
      count: number;
      sum: number;
      readonly bounds: readonly number[];
      readonly counts: number[];
    };

interface Family {
  readonly help: string;
  readonly kind: Reading['kind'];
  /** By their labels as they are written. */
  readonly series: Map<string, Total>;
}

/**
 * Adds up what the SDK exports, and writes it as Prometheus reads it. The queues of workspaces are one queue here: there may be any number of them over the
 * life of a process, and each would have a hundred series. Their gauges say nothing added up and are left out.
 */
export class SdkTotals {
  readonly #families = new Map<string, Family>();

  add({ name, help, readings }: ExportedMetric): void {
    for (const reading of readings) {
      const labels = folded(reading.labels);
      if (reading.kind === 'gauge' && labels !== reading.labels) continue;
      const family = this.#family(nameOf(name), help, reading.kind);
      if (family.kind === reading.kind) addTo(totalOf(family, labels, reading), reading);
    }
  }

  text(): string {
    const lines: string[] = [];
    for (const [name, { help, kind, series }] of [...this.#families].sort(([a], [b]) => (a < b ? -1 : 1))) {
      lines.push(`# HELP ${name} ${escaped(help)}`, `# TYPE ${name} ${kind}`);
      for (const [labels, total] of series) lines.push(...linesOf(name, labels, total));
    }
    return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
  }

  #family(name: string, help: string, kind: Reading['kind']): Family {
    let family = this.#families.get(name);
    if (family === undefined) this.#families.set(name, (family = { help, kind, series: new Map() }));
    return family;
  }
}

/** The same list when it names no workspace's queue. */
function folded(labels: Labels): Labels {
  const isOfWorkspace = labels.some(
    ([name, value]) => name === 'task_queue' && value.startsWith(WORKSPACE_QUEUE_PREFIX),
  );
  return isOfWorkspace
    ? labels.map(([name, value]) => [name, name === 'task_queue' ? WORKSPACE_QUEUES : value])
    : labels;
}

function totalOf({ series }: Family, labels: Labels, reading: Reading): Total {
  const key = written(labels);
  const known = series.get(key);
  if (known !== undefined) return known;
  const ownKey = series.size < SERIES_MAX ? key : written(OVERFLOW);
  let total = series.get(ownKey);
  if (total === undefined) series.set(ownKey, (total = emptyTotal(reading)));
  return total;
}

function emptyTotal(reading: Reading): Total {
  return reading.kind === 'histogram'
    ? { kind: 'histogram', count: 0, sum: 0, bounds: reading.bounds, counts: reading.counts.map(() => 0) }
    : { kind: reading.kind, value: 0 };
}

function addTo(total: Total, reading: Reading): void {
  if (reading.kind === 'counter' && total.kind === 'counter') total.value += reading.by;
  if (reading.kind === 'gauge' && total.kind === 'gauge') total.value = reading.value;
  if (reading.kind === 'histogram' && total.kind === 'histogram') {
    // A user's own histograms may have one name and two lists of bounds: the first one counts.
    if (reading.counts.length !== total.counts.length) return;
    total.count += reading.count;
    total.sum += reading.sum;
    for (const [at, count] of reading.counts.entries()) total.counts[at]! += count;
  }
}

function linesOf(name: string, labels: string, total: Total): string[] {
  if (total.kind !== 'histogram') return [`${name}${inBraces(labels)} ${total.value}`];
  let through = 0;
  const buckets = total.counts.map((count, at) => {
    const le = `le="${at < total.bounds.length ? total.bounds[at] : '+Inf'}"`;
    return `${name}_bucket${inBraces(labels === '' ? le : `${labels},${le}`)} ${(through += count)}`;
  });
  return [
    ...buckets,
    `${name}_sum${inBraces(labels)} ${total.sum}`,
    `${name}_count${inBraces(labels)} ${total.count}`,
  ];
}

function inBraces(labels: string): string {
  return labels === '' ? '' : `{${labels}}`;
}

function written(labels: Labels): string {
  return [...labels]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${nameOf(name)}="${escaped(value).replaceAll('"', '\\"')}"`)
    .join(',');
}

/** Users' own metrics may be called anything. */
function nameOf(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d)/, '_');
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
