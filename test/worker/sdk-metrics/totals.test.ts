import assert from 'node:assert/strict';
import { test } from 'node:test';
import { metricsOf } from '../../../src/worker/sdk-metrics/otlp.ts';
import { SdkTotals } from '../../../src/worker/sdk-metrics/totals.ts';
import { parseScrape, valueOf } from '../../metrics/scrape.ts';

type Labels = Record<string, string>;

const counter = (name: string, labels: Labels, by: number) => ({
  name,
  help: 'Counts.',
  readings: [{ kind: 'counter' as const, labels: Object.entries(labels), by }],
});

const gauge = (name: string, labels: Labels, value: number) => ({
  name,
  help: 'Says.',
  readings: [{ kind: 'gauge' as const, labels: Object.entries(labels), value }],
});

const histogram = (name: string, labels: Labels, counts: number[], sum: number, bounds = [0.1, 1]) => ({
  name,
  help: 'Times.',
  readings: [
    {
      kind: 'histogram' as const,
      labels: Object.entries(labels),
      count: counts.reduce((total, n) => total + n, 0),
      sum,
      bounds,
      counts,
    },
  ],
});

const scraped = (totals: SdkTotals) => parseScrape(totals.text());

test('what each export adds is added up, and a gauge says what it said last', () => {
  const totals = new SdkTotals();
  for (const [n, level] of [
    [2, 7],
    [3, 5],
  ] as const) {
    totals.add(counter('c', { task_queue: 'workflows.default' }, n));
    totals.add(gauge('g', { task_queue: 'workflows.default' }, level));
    totals.add(histogram('h', {}, [n, 0, 1], n));
  }
  const now = scraped(totals);
  assert.equal(valueOf(now, 'c'), 5);
  assert.equal(valueOf(now, 'g'), 5);
  assert.equal(valueOf(now, 'h_bucket', { le: '0.1' }), 5);
  assert.equal(valueOf(now, 'h_bucket', { le: '1' }), 5);
  assert.equal(valueOf(now, 'h_bucket', { le: '+Inf' }), 7);
  assert.deepEqual([valueOf(now, 'h_sum'), valueOf(now, 'h_count')], [5, 7]);
});

test('queues of workspaces are one queue, and its gauges are left out', () => {
  const totals = new SdkTotals();
  for (const id of ['a', 'b', 'c']) {
    totals.add(counter('c', { task_queue: `workflow.workspace.${id}` }, 1));
    totals.add(gauge('g', { task_queue: `workflow.workspace.${id}` }, 1));
  }
  const now = scraped(totals);
  assert.equal(valueOf(now, 'c', { task_queue: 'workflow.workspace.*' }), 3);
  assert.equal(now.get('c')!.series.length, 1);
  assert.equal(now.get('g'), undefined);
});

test('a metric has a bounded number of series, and what comes beyond is in one', () => {
  const totals = new SdkTotals();
  for (let n = 0; n < 5_000; n++) totals.add(counter('c', { workflow_type: `type-${n}` }, 1));
  const { series } = scraped(totals).get('c')!;
  assert.equal(series.length, 1_001);
  assert.equal(valueOf(scraped(totals), 'c', { otel_metric_overflow: 'true' }), 4_000);
});

test('a metric of a user may be called anything, and have any label', () => {
  const totals = new SdkTotals();
  totals.add(counter('7 my-own.metric', { 'a b': 'say "no"\n\\' }, 1));
  const [metric] = scraped(totals).values();
  assert.equal(metric!.name, '_7_my_own_metric');
  assert.deepEqual(metric!.series[0]!.labels, { a_b: 'say \\"no\\"\\n\\\\' });
});

test('one name that is used in two ways keeps the first', () => {
  const totals = new SdkTotals();
  totals.add(counter('x', {}, 1));
  totals.add(gauge('x', {}, 9));
  totals.add(histogram('h', {}, [1, 1, 1], 3));
  totals.add(histogram('h', {}, [1, 1], 3, [5]));
  assert.equal(valueOf(scraped(totals), 'x'), 1);
  assert.equal(valueOf(scraped(totals), 'h_count'), 3);
});

test('an export that is cut off is refused', () => {
  assert.throws(() => [...metricsOf(Buffer.from([0x0a, 0xff, 0x01, 0x01]))], RangeError);
  assert.deepEqual([...metricsOf(Buffer.alloc(0))], []);
});
