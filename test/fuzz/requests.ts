import fc, { type Arbitrary } from 'fast-check';
import { Compile } from 'typebox/compile';
import type { Call } from '../api/api-under-test.ts';
import { json, objectText, written } from './json-texts.ts';

/** As much of a JSON schema as the API's own document uses for requests. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly (string | number | null)[];
  readonly pattern?: string;
  readonly format?: string;
  /** Of a list; in a query each value is a pair of its own. */
  readonly items?: Schema;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: Schema;
  readonly minItems?: number;
  readonly uniqueItems?: boolean;
  readonly maxItems?: number;
  readonly anyOf?: readonly Schema[];
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
}

/** One method of one path, as /openapi.json describes it. */
export interface Operation {
  readonly id: string;
  readonly method: NonNullable<Call['method']>;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly body: Schema | null;
}

interface Document {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          {
            operationId: string;
            parameters?: Parameter[];
            requestBody?: { content: Record<string, { schema: Schema }> };
          }
        >
      >
    >
  >;
}

/** Every operation of the document that the API serves. */
export function operationsOf(document: unknown): Operation[] {
  return Object.entries((document as Document).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      id: operation.operationId,
      method: method.toUpperCase() as Operation['method'],
      path,
      parameters: operation.parameters ?? [],
      body: operation.requestBody?.content['application/json']?.schema ?? null,
    })),
  );
}

/** Names that exist, so that requests find something: by the parameter that takes them. */
export type Existing = Readonly<Record<string, readonly string[]>>;

/** A request that its schemas allow, with its body as JSON text. */
export interface FuzzCall extends Call {
  readonly operation: Operation;
  /** The JSON text of each member of the body. */
  readonly members: Readonly<Record<string, string>>;
}

/** Requests that match all schemas of an operation, however oddly. */
export function validCalls(operation: Operation, existing: Existing): Arbitrary<FuzzCall> {
  return fc.record(partsOf(operation, existing)).map((parts) => callOf(operation, parts));
}

/** Requests of which exactly one part does not match its schema. */
export function invalidCalls(operation: Operation, existing: Existing): Arbitrary<FuzzCall> {
  const spoils: Arbitrary<FuzzCall>[] = operation.parameters
    .filter(({ name, schema }) => name !== 'executionId' && !takesAnyText(schema))
    .map((parameter) =>
      fc
        .record({ call: fc.record(partsOf(operation, existing)), wrong: wrongPlain(parameter) })
        .map(({ call, wrong }) =>
          callOf(operation, { ...call, [parameter.in]: { ...call[parameter.in], [parameter.name]: wrong } }),
        ),
    );
  if (operation.parameters.some((parameter) => parameter.in === 'query')) {
    spoils.push(
      fc
        .record({
          call: fc.record(partsOf(operation, existing)),
          name: unknownName(operation),
          value: plainText,
        })
        .map(({ call, name, value }) =>
          callOf(operation, { ...call, query: { ...call.query, [name]: value } }),
        ),
    );
  }
  if (operation.body !== null) {
    spoils.push(
      fc
        .record({ call: fc.record(partsOf(operation, existing)), text: wrongBodies(operation.body) })
        .map(({ call, text }) => ({ ...callOf(operation, call), body: text })),
    );
  }
  return fc.oneof(...spoils);
}

/** Such as the header Prefer, whose unknown words mean nothing: no text is wrong. */
const takesAnyText = ({ type, ...rest }: Schema) =>
  type === 'string' && !('pattern' in rest || 'enum' in rest || 'format' in rest || 'maxLength' in rest);

/** Whether requests of an operation differ, and so can be wrong. */
export const canBeInvalid = ({ parameters, body }: Operation) =>
  body !== null ||
  parameters.some(
    ({ in: where, name, schema }) => where === 'query' || (name !== 'executionId' && !takesAnyText(schema)),
  );

type Plain = Record<string, string>;

const partsOf = (operation: Operation, existing: Existing) => ({
  path: parameterValues(operation, 'path', existing),
  query: parameterValues(operation, 'query', existing),
  header: parameterValues(operation, 'header', existing),
  body: operation.body === null ? fc.constant(null) : bodies(operation.body),
});

function callOf(
  operation: Operation,
  parts: { path: Plain; query: Plain; header: Plain; body: Body | null },
): FuzzCall {
  return {
    operation,
    method: operation.method,
    path: urlOf(operation, parts.path, parts.query),
    headers: parts.header,
    members: parts.body?.members ?? {},
    ...(parts.body && { body: parts.body.text }),
  };
}

function urlOf({ path }: Operation, values: Plain, query: Plain): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name]!));
  const search = Object.entries(query).map((pair) => pair.map(encodeURIComponent).join('='));
  return search.length === 0 ? filled : `${filled}?${search.join('&')}`;
}

function parameterValues(operation: Operation, where: Parameter['in'], existing: Existing): Arbitrary<Plain> {
  const parameters = operation.parameters.filter(
    ({ in: at, name }) => at === where && name !== CURSOR && name !== WAIT,
  );
  const values = Object.fromEntries(
    parameters.map(({ name, schema }) => [
      name,
      existing[name]
        ? fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...existing[name]) }, plain(schema))
        : plain(schema),
    ]),
  );
  const requiredKeys = parameters.filter(({ required }) => required).map(({ name }) => name);
  return fc.record(values, { requiredKeys, noNullPrototype: true });
}

/** A value of a path, query or header that its schema allows. */
function plain(schema: Schema): Arbitrary<string> {
  if (schema.enum) return fc.constantFrom(...schema.enum.map(String));
  if (schema.type === 'integer') return integers(schema).map(String);
  if (schema.type === 'array') return plain(schema.items!);
  if (schema.format === 'date-time') return times;
  if (schema.pattern) return fc.stringMatching(new RegExp(schema.pattern));
  return fc.oneof(fc.uuid(), plainText);
}

/** What a URL can carry, escaped: anything but nothing, which would be another path, and dots, which mean folders. */
const plainText = fc
  .oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
    fc.string({ minLength: 1, maxLength: 250 }),
  )
  .filter((text) => !/^\.+$/.test(text) && encodeURIComponent(text).length <= 250);

/** A request that waits waits for an end, which nothing here gives. */
const WAIT = 'wait';

/** Its schema takes any short text, and the list only what it has given before. */
const CURSOR = 'cursor';

function wrongPlain({ name, in: where, schema }: Parameter): Arbitrary<string> {
  // None of these is one that a list has given.
  if (name === CURSOR) return plainText.filter((text) => !/^[\w-]+$/.test(text));
  const check = Compile(schema as never);
  const asRead = (text: string) => {
    if (schema.type === 'array') return [text];
    return schema.type === 'integer' && /^-?\d{1,15}$/.test(text) ? Number(text) : text;
  };
  const candidates = where === 'header' ? headerTexts : fc.oneof(plainText, oddNumbers);
  return candidates.filter((text) => !check.Check(asRead(text)));
}

const oddNumbers = fc.constantFrom(
  '0',
  '-1',
  '-0',
  '1.5',
  '1e2',
  '0x10',
  '201',
  '1e400',
  '9007199254740993',
  ' 1',
  'NaN',
  '१',
);
/** Latin-1 but for what HTTP itself refuses in a header. */
const headerTexts = fc.oneof(
  fc.constantFrom('', 'k'.repeat(256), 'k'.repeat(8_000), 'a\tb', 'clé'),
  fc
    .array(fc.integer({ min: 0xa0, max: 0xff }), { minLength: 1, maxLength: 20 })
    .map((codes) => String.fromCharCode(...codes)),
);

function unknownName({ parameters }: Operation): Arbitrary<string> {
  const names = fc.oneof(
    plainText,
    fc.constantFrom('__proto__', 'constructor', 'toString', 'Limit', 'limit[]', 'cursor.x'),
  );
  return names.filter((name) => !parameters.some((parameter) => parameter.name === name));
}

function integers({ minimum = -(2 ** 31), maximum = 2 ** 31 }: Schema): Arbitrary<number> {
  return fc.oneof(fc.integer({ min: minimum, max: maximum }), fc.constantFrom(minimum, maximum));
}

interface Body {
  readonly text: string;
  readonly members: Readonly<Record<string, string>>;
}

function bodies(schema: Schema): Arbitrary<Body> {
  const { properties = {}, required = [], minProperties = 0 } = schema;
  const members = fc.record(
    Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, valueOf(property)])),
    { requiredKeys: [...required], noNullPrototype: true },
  );
  return members
    .filter((chosen) => Object.keys(chosen).length >= minProperties)
    .chain((chosen) => {
      const entries = Object.entries(chosen);
      return fc
        .tuple(fc.shuffledSubarray(entries, { minLength: entries.length }), fc.constantFrom('', ' ', '\n\t'))
        .map(([shuffled, space]) => ({
          text: `${space}${objectText(shuffled.map(([name, text]) => [`${space}${JSON.stringify(name)}${space}`, text]))}${space}`,
          members: chosen as Record<string, string>,
        }));
    });
}

/** The JSON text of that very value. */
function valueText(value: string | number | null): Arbitrary<string> {
  return typeof value === 'string' ? written(fc.constant(value)) : fc.constant(JSON.stringify(value));
}

/** The JSON text of a value that its schema allows. */
function valueOf(schema: Schema): Arbitrary<string> {
  if (schema.enum) return fc.oneof(...schema.enum.map(valueText));
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(valueOf));
  const types = [schema.type ?? []].flat();
  const choices: Arbitrary<string>[] = [];
  if (types.includes('integer')) {
    choices.push(
      integers(schema).chain((n) =>
        // No number of JSON begins with two zeros.
        fc.constantFrom(`${n}`, `${n}.0`, `${n}e0`, ...(n === 0 ? [] : [`${n}0E-1`])),
      ),
    );
  }
  if (types.includes('null')) choices.push(fc.constant('null'));
  if (types.includes('number')) choices.push(numbers(schema).map((n) => JSON.stringify(n)));
  if (types.includes('boolean')) choices.push(fc.constantFrom('true', 'false'));
  if (types.includes('string')) choices.push(written(schema.format === 'date-time' ? times : texts(schema)));
  if (types.includes('array')) choices.push(lists(schema));
  if (types.includes('object'))
    choices.push(schema.properties ? bodies(schema).map(({ text }) => text) : dictionaries(schema));
  return choices.length === 0 ? json : fc.oneof(...choices);
}

function numbers({ minimum = -1e9, maximum = 1e9 }: Schema): Arbitrary<number> {
  return fc.oneof(
    fc.double({ min: minimum, max: maximum, noNaN: true }).map((n) => (n === 0 ? 0 : n)),
    fc.constantFrom(minimum, maximum),
  );
}

/** Around now, in any of the forms that RFC 3339 has for a time. */
const times = fc
  .record({
    ms: fc.integer({ min: -400 * 24 * 3_600_000, max: 400 * 24 * 3_600_000 }),
    zone: fc.constantFrom('Z', '+00:00', '-23:59', '+14:00'),
    fraction: fc.constantFrom('', '.1', '.123', '.123456789'),
  })
  .map(({ ms, zone, fraction }) => new Date(Date.now() + ms).toISOString().slice(0, 19) + fraction + zone);

/** Of few elements, whatever the bound: their number is not what can go wrong. */
function lists({ items = {}, minItems = 0, maxItems = 3, uniqueItems = false }: Schema): Arbitrary<string> {
  const bounds = { minLength: minItems, maxLength: Math.min(maxItems, 3) };
  const elements = uniqueItems
    ? fc.uniqueArray(valueOf(items), { ...bounds, selector: (text) => JSON.stringify(JSON.parse(text)) })
    : fc.array(valueOf(items), bounds);
  return elements.map((chosen) => `[${chosen.join(',')}]`);
}

function dictionaries({
  propertyNames = {},
  additionalProperties,
  maxProperties = 3,
}: Schema): Arbitrary<string> {
  const values = typeof additionalProperties === 'object' ? valueOf(additionalProperties) : json;
  return fc
    .uniqueArray(fc.tuple(fc.stringMatching(new RegExp(propertyNames.pattern ?? '')), values), {
      maxLength: Math.min(maxProperties, 3),
      selector: ([name]) => name,
    })
    .map((entries) => objectText(entries.map(([name, text]) => [JSON.stringify(name), text])));
}

function texts({ pattern, minLength = 0, maxLength = 100 }: Schema): Arbitrary<string> {
  const allowed = new RegExp(pattern ?? '');
  const any = fc
    .string({ unit: 'binary', minLength, maxLength: Math.min(maxLength, 60) })
    .filter((text) => allowed.test(text));
  if (pattern === undefined) return any;
  const longest = ['😀'.repeat(maxLength / 2), '\uffff'.repeat(maxLength), '~'.repeat(maxLength)];
  return fc.oneof(
    any,
    fc.stringMatching(allowed),
    ...longest.filter((text) => allowed.test(text)).map((text) => fc.constant(text)),
  );
}

/** JSON texts that the schema of a body does not allow. */
function wrongBodies(schema: Schema): Arbitrary<string> {
  const check = Compile(schema as never);
  const replaced = fc
    .tuple(bodies(schema), fc.constantFrom(...Object.keys(schema.properties ?? {})), json)
    .map(([{ members }, name, text]) => bodyText({ ...members, [name]: text }));
  const added = fc
    .tuple(
      bodies(schema),
      fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', 'constructor', 'prototype')),
      json,
    )
    .map(([{ members }, name, text]) => objectText([...textEntries(members), [JSON.stringify(name), text]]));
  return fc.oneof(json, replaced, added).filter((text) => !check.Check(JSON.parse(text)));
}

const textEntries = (members: Readonly<Record<string, string>>) =>
  Object.entries(members).map(([name, text]) => [JSON.stringify(name), text] as const);
const bodyText = (members: Readonly<Record<string, string>>) => objectText(textEntries(members));
