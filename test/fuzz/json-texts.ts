import fc, { type Arbitrary } from 'fast-check';

const space = fc.constantFrom('', '', '', ' ', '\t', '\n', '\r\n  ');

const number = fc.oneof(
  fc.constantFrom(
    '0',
    '-0',
    '-0.0',
    '1.0',
    '1e2',
    '1E+2',
    '100E-2',
    '1e400',
    '-1e400',
    '1e-400',
    '9007199254740993',
  ),
  fc.constantFrom(
    '12345678901234567890',
    `1${'0'.repeat(400)}`,
    '0.1000000000000000055511151231257827',
    '4.9e-324',
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.integer().map(String),
);

/** Any characters at all but halves of surrogate pairs: NUL, controls, unassigned, astral, right to left. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    'then',
    '$ref',
    '\u0000',
    '\u202e',
    '\ufeff',
    '\uffff',
    '😀',
    'e\u0301',
  ),
);

const escaped = (text: string) =>
  `"${[...Array(text.length).keys()].map((i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')}"`;

/** A text as JSON, the plain way or with everything escaped, which means the same. */
export const written = (text: Arbitrary<string>): Arbitrary<string> =>
  fc.tuple(text, fc.boolean()).map(([value, escape]) => (escape ? escaped(value) : JSON.stringify(value)));

const spaced = (text: Arbitrary<string>) => fc.tuple(space, text, space).map((parts) => parts.join(''));

/** Any JSON text, odd ones above all: number formats, white space, escapes, members that repeat or are named like a prototype. */
export const { json } = fc.letrec<{ json: string; list: string; object: string }>((tie) => ({
  json: spaced(
    fc.oneof(
      { maxDepth: 6, withCrossShrink: true },
      fc.oneof(number, written(anyText), fc.constantFrom('null', 'true', 'false', '""', '[]', '{}')),
      tie('list'),
      tie('object'),
    ),
  ),
  list: fc.array(tie('json'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
  object: fc
    .array(fc.tuple(spaced(written(anyText)), tie('json')), { maxLength: 4 })
    .map((members) => objectText(members)),
}));

/** An object of members whose names and values are JSON texts already. */
export function objectText(members: readonly (readonly [name: string, value: string])[]): string {
  return `{${members.map(([name, value]) => `${name}:${value}`).join(',')}}`;
}

/** A text without the white space that JSON has around it. */
export const trimmed = (text: string) => text.replace(/^[ \t\n\r]+|[ \t\n\r]+$/g, '');
