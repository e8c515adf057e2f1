/** From a value to one within it: a member by its name, an element by its index. */
export type JsonStep = string | number;

/** Where a value stands in the text, and where its own members or elements stand, once that was asked for. */
export interface JsonPlace {
  readonly start: number;
  readonly end: number;
  parts?: ReadonlyMap<JsonStep, JsonPlace>;
  /** The first name that two of its members have; known with its parts. */
  repeated?: JsonStep;
}

/** Called with each member or element, in the order in which they are written. */
type OnPart = (step: JsonStep, place: JsonPlace) => void;

/** The place of the whole text's value. */
export function wholeOf(text: string): JsonPlace {
  return trimmed(text, 0, text.length);
}

/**
 * Finds the value at the end of the path; undefined when there is none. The text must be one that JSON.parse takes. Of members with one
 * name the last counts, as there.
 *
 * Nothing is found before it is asked for. The parts of a list or an object are then found together, in one pass over its text, and
 * kept: a member of each of n elements costs three passes over the text, whatever n is.
 *
 * No library: jsonc-parser, momoa and json-source-map build a tree of all values, 40 to 500 ms for 1 MB where this takes some 8, and do so
 * before a schema could refuse the body. JSON.parse tells a reviver the text of numbers, not of lists and objects, and not on Node 20.
 */
export function placeAt(text: string, from: JsonPlace, path: readonly JsonStep[]): JsonPlace | undefined {
  let place: JsonPlace | undefined = from;
  for (const step of path) {
    place = partsOf(text, place).get(step);
    if (place === undefined) return undefined;
  }
  return place;
}

/** The members or elements of a value; none of a scalar. */
export function partsOf(text: string, place: JsonPlace): ReadonlyMap<JsonStep, JsonPlace> {
  if (place.parts === undefined) {
    const parts = new Map<JsonStep, JsonPlace>();
    forEachPart(text, place, (step, part) => {
      if (parts.has(step)) place.repeated ??= step;
      parts.set(step, part);
    });
    place.parts = parts;
  }
  return place.parts;
}

function forEachPart(text: string, { start, end }: JsonPlace, onPart: OnPart): void {
  const opener = text.charAt(start);
  if (opener !== '{' && opener !== '[') return;
  const isObject = opener === '{';
  let depth = 0;
  let index = 0;
  let name: string | null = null;
  let valueStart = start + 1;

  const endPart = (at: number) => {
    const place = trimmed(text, valueStart, at);
    // Between the brackets of an empty list or object there is nothing.
    if (place.start < place.end) onPart(isObject ? name! : index++, place);
    name = null;
    valueStart = at + 1;
  };

  for (let i = start; i < end; i++) {
    switch (text.charCodeAt(i)) {
      case QUOTE: {
        const last = endOfString(text, i);
        if (depth === 1 && isObject && name === null) name = JSON.parse(text.slice(i, last + 1)) as string;
        i = last;
        break;
      }
      case COLON:
        if (depth === 1) valueStart = i + 1;
        break;
      case COMMA:
        if (depth === 1) endPart(i);
        break;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        depth++;
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        if (depth === 1) endPart(i);
        depth--;
        break;
    }
  }
}

/** The index of the closing quote. */
function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); ; quote = text.indexOf('"', quote + 1)) {
    let first = quote;
    while (text.charCodeAt(first - 1) === BACKSLASH) first--;
    if ((quote - first) % 2 === 0) return quote;
  }
}

/** Without a regular expression: one for the end would take a time that grows with the square of white space within the value. */
function trimmed(text: string, start: number, end: number): JsonPlace {
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return { start, end };
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
