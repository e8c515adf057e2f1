import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { JSON_DEPTH_MAX, JsonTextError, readJsonText } from '../../src/api/json/json-text.ts';
import { RawJson, stringify } from '../../src/api/json/raw-json.ts';

const read = (text: string) => readJsonText(Buffer.from(text));

const refusal = (text: string | Buffer): string | null => {
  try {
    readJsonText(Buffer.from(text as string));
    return null;
  } catch (error) {
    assert.ok(error instanceof JsonTextError, String(error));
    return error.problem;
  }
};

const space = fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\r'), maxLength: 3 });

/** JSON texts in every way of writing that the format has, and not only in the one of JSON.stringify. */
const jsonText: fc.Arbitrary<string> = fc.letrec<{ value: string; list: string; object: string }>((tie) => {
  const character = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }).map((c) => JSON.stringify(c).slice(1, -1)),
    fc.constantFrom(
      '\\u0000',
      '\\u00e9',
      '\\uD83D\\ude00',
      '\\/',
      '\\"',
      '\\\\',
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      'é',
      '😀',
    ),
  );
  const text = fc.array(character, { maxLength: 6 }).map((parts) => `"${parts.join('')}"`);
  const number = fc.constantFrom(
    '0',
    '-0',
    '1.0',
    '1e3',
    '1E+3',
    '-12.50',
    '12345678901234567890',
    '0.1e-10',
  );
  const spaced = (inner: fc.Arbitrary<string>) =>
    fc.tuple(space, inner, space).map((parts) => parts.join(''));
  return {
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom('null', 'true', 'false'),
      number,
      text,
      tie('list'),
      tie('object'),
    ),
    list: fc.array(spaced(tie('value')), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
    object: fc
      .array(fc.tuple(spaced(text), spaced(tie('value'))), { maxLength: 4 })
      .map((members) => `{${members.map(([name, value]) => `${name}:${value}`).join(',')}}`),
  };
}).value;

test('a member comes back exactly as it was written, whatever surrounds it', () => {
  fc.assert(
    fc.property(jsonText, jsonText, jsonText, space, (before, input, after, gap) => {
      const text = `${gap}{${gap}"before"${gap}:${gap}${before}${gap},"inp\\u0075t":${gap}${input}${gap},${gap}"after":${after}}${gap}`;
      const body = read(text);
      assert.equal(body.memberText('input'), input);
      assert.equal(body.memberText('before'), before);
      assert.equal(body.memberText('after'), after);
      assert.equal(body.memberText('other'), null);
      assert.deepEqual(body.value, JSON.parse(text));
    }),
    { numRuns: 500 },
  );
});

/** Each value of a parsed text, with the path to it. */
function* valuesOf(
  value: unknown,
  path: (string | number)[] = [],
): Generator<[(string | number)[], unknown]> {
  yield [path, value];
  if (Array.isArray(value)) {
    for (const [i, element] of value.entries()) yield* valuesOf(element, [...path, i]);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) yield* valuesOf(member, [...path, name]);
  }
}

test('the text at each path is that of the value which JSON.parse finds there, the last of one name', () => {
  const twice = fc
    .tuple(jsonText, jsonText, fc.constantFrom('"a"', '"__proto__"', '"\\u0061"', '"0"', '""'))
    .map(([first, last, name]) => `{${name}:${first}, "a" : ${last} ,${name}: ${last}}`);
  fc.assert(
    fc.property(fc.oneof(jsonText, twice), space, (inner, gap) => {
      const text = `${gap}[${gap}${inner}${gap}]${gap}`;
      const body = read(text);
      for (const [path, value] of valuesOf(JSON.parse(text))) {
        const found = body.memberText(...path);
        assert.ok(found !== null, path.join('.'));
        assert.equal(found, found.trim());
        assert.deepEqual(JSON.parse(found), value);
        assert.equal(body.memberText(...path, 'no such member'), null);
        assert.equal(body.memberText(...path, 99), null);
      }
      assert.equal(body.memberText(0), inner);
    }),
    { numRuns: 1_000 },
  );
});

test('a member of each element of a list comes back exactly as it was written', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(jsonText, jsonText), { maxLength: 5 }), space, (elements, gap) => {
      const items = elements.map(
        ([before, input]) => `${gap}{"b":${before},${gap}"inp\\u0075t"${gap}:${gap}${input}${gap}}${gap}`,
      );
      const body = read(`{"inputs":${gap}[${items.join(',')}]}`);
      for (const [i, [, input]] of elements.entries())
        assert.equal(body.memberText('inputs', i, 'input'), input);
      assert.equal(body.memberText('inputs', elements.length), null);
      assert.equal(body.memberText('inputs', '0'), null);
    }),
  );
});

test('the members of 1,000 elements in 1 MB are found in the time of some passes, and not of one for each', () => {
  const input = JSON.stringify({
    text: '{"[\\'.repeat(60),
    list: Array.from({ length: 160 }, (_, i) => i * 7),
  });
  const text = `{"inputs":[${Array(1_000).fill(`{"input":${input}}`).join(',')}]}`;
  assert.ok(text.length > 1_000_000, `${text.length}`);
  const body = read(text);
  const startedAt = performance.now();
  for (let i = 0; i < 1_000; i++) assert.equal(body.memberText('inputs', i, 'input'), input);
  const tookMs = performance.now() - startedAt;
  assert.ok(tookMs < 500, `${tookMs} ms`);
});

test('white space costs no more time than any other text, however much of it there is', () => {
  const spaces = ' '.repeat(50_000);
  const startedAt = performance.now();
  const body = read(`{${spaces}"input":${spaces}"${spaces}x"${spaces},"list":[${spaces}]}`);
  assert.equal(body.memberText('input'), `"${spaces}x"`);
  assert.equal(body.memberText('list', 0), null);
  const tookMs = performance.now() - startedAt;
  assert.ok(tookMs < 1_000, `${tookMs} ms`);
});

test('what comes back is spliced into an answer exactly as it was written', () => {
  fc.assert(
    fc.property(jsonText, (input) => {
      const answer = stringify({
        id: 1,
        gone: undefined,
        input: new RawJson(input),
        list: [new RawJson(input), 'x'],
      });
      assert.equal(answer, `{"id":1,"input":${input},"list":[${input},"x"]}`);
    }),
  );
});

test('an answer without raw JSON is what JSON.stringify makes of it', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => assert.equal(stringify(value), JSON.stringify(value))));
});

test('no text makes the reader fail otherwise than by refusing it', () => {
  const noise = fc.array(
    fc.constantFrom('"', '\\', '{', '}', '[', ']', ',', ':', 'a', '\\u', '\\uD800', '1', ' ', 'é'),
  );
  fc.assert(
    fc.property(noise, (parts) => {
      const text = parts.join('');
      const problem = refusal(text);
      if (problem === null) assert.doesNotThrow(() => JSON.parse(text));
      if (problem === 'malformed') assert.throws(() => JSON.parse(text));
    }),
    { numRuns: 2_000 },
  );
});

test('a surrogate is refused exactly when its other half is missing', () => {
  const unit = fc.constantFrom('\\ud800', '\\uDBFF', '\\udc00', '\\uDFFF', 'a', '\\n', '\\u0041', '😀');
  fc.assert(
    fc.property(fc.array(unit), (units) => {
      const text = `{"input":"${units.join('')}"}`;
      const { input } = JSON.parse(text) as { input: string };
      const wellFormed = !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(
        input,
      );
      assert.equal(refusal(text), wellFormed ? null : 'lone-surrogate');
    }),
    { numRuns: 1_000 },
  );
});

test('half a surrogate pair is refused in a member name too', () => {
  assert.equal(refusal('{"input":{"\\uD800":1}}'), 'lone-surrogate');
});

test('nesting is taken up to the limit and refused beyond, however deep', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  assert.equal(refusal(nested(JSON_DEPTH_MAX)), null);
  assert.equal(refusal(nested(JSON_DEPTH_MAX + 1)), 'too-deep');
  assert.equal(refusal('{"a":'.repeat(100_000)), 'too-deep');
  assert.equal(refusal(JSON.stringify('['.repeat(1_000))), null);
});

test('two top-level members of one name are refused, also when one is written with escapes', () => {
  assert.equal(refusal('{"input":1,"input":2}'), 'duplicate-member');
  assert.equal(refusal('{"input":1,"\\u0069nput":2}'), 'duplicate-member');
  assert.equal(refusal('{"input":{"a":1,"a":2}}'), null);
});

test('bytes that are not UTF-8 are refused', () => {
  for (const bytes of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0x80]]) {
    assert.equal(
      refusal(Buffer.concat([Buffer.from('"'), Buffer.from(bytes), Buffer.from('"')])),
      'not-utf-8',
    );
  }
});

test('a text that is not JSON is refused as malformed', () => {
  for (const text of [
    '',
    ' ',
    '{',
    '{"a":}',
    '{"a" 1}',
    "{'a':1}",
    '{"a":1,}',
    '[1] 2',
    '\ufeff{}',
    '"\u0000"',
    '{"a":NaN}',
    '01',
  ]) {
    assert.equal(refusal(text), 'malformed', JSON.stringify(text));
  }
});

test('a member named __proto__ is data and touches no prototype', () => {
  const { value } = read('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}');
  assert.deepEqual(Object.keys(value as object), ['__proto__', 'constructor']);
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
  assert.equal(({} as { polluted?: boolean }).polluted, undefined);
  assert.equal(read('[{"__proto__": [1.0]}]').memberText(0, '__proto__', 0), '1.0');
  for (const name of ['__proto__', 'constructor', 'toString', 'length'])
    assert.equal(read('{"a":{},"b":[]}').memberText('a', name), null, name);
});
