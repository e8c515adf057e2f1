import { eightBytesOf, type Field, fieldsOf, integer64 } from './protobuf.ts';

export type Labels = readonly (readonly [name: string, value: string])[];

/** What was observed since the last export, but for a gauge, and for a sum that says that it is a total. */
export type Reading =
  | { readonly kind: 'counter'; readonly labels: Labels; readonly by: number }
  | { readonly kind: 'gauge'; readonly labels: Labels; readonly value: number }
  | {
      readonly kind: 'histogram';
      readonly labels: Labels;
      readonly count: number;
      readonly sum: number;
      /** Upper ends, without the last, which is infinite. */
      readonly bounds: readonly number[];
      /** Of each bucket by itself: one more than bounds. */
      readonly counts: readonly number[];
    };

export interface ExportedMetric {
  readonly name: string;
  readonly help: string;
  readonly readings: readonly Reading[];
}

const DELTA = 1;

/**
 * The metrics in the body of an OTLP export (`ExportMetricsServiceRequest` of OpenTelemetry 1.x), one after the other. The fields' numbers are those of
 * its published protocol; what is not known is passed over.
 */
export function* metricsOf(body: Buffer): Generator<ExportedMetric> {
  for (const resource of fieldsOf(body)) {
    if (resource.number !== 1) continue;
    for (const scope of fieldsOf(resource.bytes)) {
      if (scope.number !== 2) continue;
      for (const metric of fieldsOf(scope.bytes)) if (metric.number === 2) yield metricOf(metric.bytes);
    }
  }
}

function metricOf(message: Buffer): ExportedMetric {
  let name = '';
  let help = '';
  let readings: Reading[] = [];
  for (const { number, bytes } of fieldsOf(message)) {
    if (number === 1) name = bytes.toString();
    else if (number === 2) help = bytes.toString();
    else if (number === 5) readings = pointsOf(bytes).map(gaugeOf);
    else if (number === 7) readings = sumsOf(bytes);
    else if (number === 9) readings = pointsOf(bytes).map(histogramOf);
  }
  return { name, help, readings };
}

function pointsOf(message: Buffer): Buffer[] {
  return [...fieldsOf(message)].filter(({ number }) => number === 1).map(({ bytes }) => bytes);
}

/** A sum that goes up and down, or is a total, is what a gauge is here. */
function sumsOf(message: Buffer): Reading[] {
  const fields = [...fieldsOf(message)];
  const flag = (number: number) => fields.find((field) => field.number === number)?.varint;
  const isCounter = flag(2) === DELTA && flag(3) === 1;
  const points = pointsOf(message).map(gaugeOf);
  return isCounter ? points.map(({ labels, value }) => ({ kind: 'counter', labels, by: value })) : points;
}

function gaugeOf(point: Buffer): Reading & { kind: 'gauge' } {
  const labels: [string, string][] = [];
  let value = 0;
  for (const { number, bytes } of fieldsOf(point)) {
    if (number === 4) value = bytes.readDoubleLE(0);
    else if (number === 6) value = integer64(bytes);
    else if (number === 7) labels.push(attributeOf(bytes));
  }
  return { kind: 'gauge', labels, value };
}

function histogramOf(point: Buffer): Reading {
  const labels: [string, string][] = [];
  let count = 0;
  let sum = 0;
  let bounds: number[] = [];
  let counts: number[] = [];
  for (const { number, bytes } of fieldsOf(point)) {
    if (number === 4) count = integer64(bytes);
    else if (number === 5) sum = bytes.readDoubleLE(0);
    else if (number === 6) counts = [...eightBytesOf(bytes)].map(integer64);
    else if (number === 7) bounds = [...eightBytesOf(bytes)].map((eight) => eight.readDoubleLE(0));
    else if (number === 9) labels.push(attributeOf(bytes));
  }
  return { kind: 'histogram', labels, count, sum, bounds, counts };
}

function attributeOf(message: Buffer): [string, string] {
  let name = '';
  let value = '';
  for (const { number, bytes } of fieldsOf(message)) {
    if (number === 1) name = bytes.toString();
    else if (number === 2) for (const field of fieldsOf(bytes)) value = textOf(field);
  }
  return [name, value];
}

function textOf({ number, varint, bytes }: Field): string {
  switch (number) {
    case 1:
      return bytes.toString();
    case 2:
      return String(varint === 1);
    case 4:
      return String(bytes.readDoubleLE(0));
    default:
      return String(varint);
  }
}
