/** A number as it was written: no digit of a large one is lost. */
class Written {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }
}

interface Context {
  readonly source?: string;
}

/** Reads JSON in which numbers stay as they were written, where the browser tells how that was; to be shown by `prettyText`. */
export function readExact(text: string): unknown {
  return JSON.parse(text, (_key: string, value: unknown, context?: Context) =>
    typeof value === 'number' && context?.source !== undefined && context.source !== String(value)
      ? new Written(context.source)
      : value,
  ) as unknown;
}

const STEP = '  ';

/** A list that is no longer stays on one line. */
const LINE_MAX_CHARS = 72;

/** With line breaks, for people. */
export function prettyText(value: unknown, indent = ''): string {
  if (value instanceof Written) return value.source;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const deeper = indent + STEP;
  const parts = Array.isArray(value)
    ? value.map((one) => prettyText(one, deeper))
    : Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}: ${prettyText(one, deeper)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  if (parts.length === 0) return `${open}${close}`;
  const line = parts.join(', ');
  if (Array.isArray(value) && line.length <= LINE_MAX_CHARS && !line.includes('\n')) return `[${line}]`;
  return `${open}\n${parts.map((part) => deeper + part).join(',\n')}\n${indent}${close}`;
}
