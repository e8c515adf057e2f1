/** JSON text that goes out as it is: no number is reformatted and no member reordered or dropped. */
export class RawJson {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** A serializer that does not know RawJson would quietly change what was stored. */
  toJSON(): never {
    throw new Error('RawJson must be serialized by stringify of raw-json.ts');
  }
}

/** JSON.stringify for plain data, with RawJson spliced in. */
export function stringify(value: unknown): string {
  if (value instanceof RawJson) return value.text;
  if (Array.isArray(value)) return `[${value.map((item) => stringify(item ?? null)).join(',')}]`;
  if (typeof value === 'object' && value !== null && !(value instanceof Date)) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${stringify(member)}`).join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}
