import { isUtf8 } from 'node:buffer';
import { type JsonPlace, type JsonStep, partsOf, placeAt, wholeOf } from './json-places.ts';

/** How deep arrays and objects may be nested, the outermost counted as one. A stack that recurses over it stays small. */
export const JSON_DEPTH_MAX = 64;

/** Why a text was refused. */
export type JsonTextProblem = 'not-utf-8' | 'malformed' | 'too-deep' | 'lone-surrogate' | 'duplicate-member';

/** Thrown when a text is not JSON, or is JSON that cannot be kept and handed on exactly. */
export class JsonTextError extends Error {
  override readonly name = 'JsonTextError';
  readonly problem: JsonTextProblem;

  constructor(problem: JsonTextProblem, message: string) {
    super(message);
    this.problem = problem;
  }
}

/** A parsed JSON text that still knows how it was written. */
export interface JsonText {
  readonly value: unknown;
  /**
   * The text of a value exactly as written, without the white space around it; null when absent. The path leads to it through members and
   * elements: `memberText('inputs', 3, 'input')`. Below the top level, of members with one name the last counts.
   */
  memberText(...path: JsonStep[]): string | null;
  /**
   * Refuses two members of one name in the object at that path, as is done at the top level: who reads first and who reads last would not
   * agree on what was sent.
   *
   * @throws JsonTextError
   */
  refuseDuplicates(...path: JsonStep[]): void;
}

/**
 * Parses JSON, and refuses what cannot be kept exactly: bytes that are not UTF-8, halves of surrogate pairs, two top-level members
 * of one name, and nesting deeper than `depthMax`. A member named `__proto__` is an ordinary member of the value.
 *
 * @throws JsonTextError
 */
export function readJsonText(bytes: Uint8Array, depthMax = JSON_DEPTH_MAX): JsonText {
  if (!isUtf8(bytes)) throw new JsonTextError('not-utf-8', 'The body is not valid UTF-8.');
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  refuseWhatIsNotKept(text, depthMax);
  const value = parse(text);
  const whole = wholeOf(text);
  // A list has no names, and may have more elements than anyone will ask for.
  if (text.charCodeAt(whole.start) === OPEN_BRACE) refuseDuplicates(text, whole, []);
  return {
    value,
    memberText(...path) {
      const place = placeAt(text, whole, path);
      return place === undefined ? null : text.slice(place.start, place.end);
    },
    refuseDuplicates(...path) {
      const place = placeAt(text, whole, path);
      if (place !== undefined) refuseDuplicates(text, place, path);
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new JsonTextError('malformed', `The body is not JSON: ${(error as Error).message}`);
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * Finds halves of surrogate pairs, and too deep nesting before JSON.parse recurses over it. It trusts the text to be JSON: what it makes
 * of other texts does not matter, because JSON.parse refuses them next.
 */
function refuseWhatIsNotKept(text: string, depthMax: number): void {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case QUOTE:
        i = endOfString(text, i);
        break;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        depth++;
        if (depth > depthMax) {
          throw new JsonTextError('too-deep', `The body is nested deeper than ${depthMax} levels.`);
        }
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        depth--;
        break;
    }
  }
}

function refuseDuplicates(text: string, place: JsonPlace, path: readonly JsonStep[]): void {
  partsOf(text, place);
  if (place.repeated === undefined) return;
  const where = path.length === 0 ? 'The body' : `/${path.join('/')} of the body`;
  throw new JsonTextError(
    'duplicate-member',
    `${where} has the member ${JSON.stringify(place.repeated)} twice.`,
  );
}

/** The index of the closing quote, or of the last character of a text that has none. */
function endOfString(text: string, start: number): number {
  let pending = false;
  for (let i = start + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code !== BACKSLASH) {
      if (pending) throw loneSurrogate();
      if (code === QUOTE) return i;
      continue;
    }
    const unit = escapedUnit(text, i);
    const isLow = unit >= 0xdc00 && unit <= 0xdfff;
    if (isLow !== pending) throw loneSurrogate();
    pending = unit >= 0xd800 && unit <= 0xdbff;
    i += unit < 0 ? 1 : 5;
  }
  return text.length - 1;
}

/** The UTF-16 unit of a `\u` escape; -1 for every other escape. */
function escapedUnit(text: string, backslash: number): number {
  if (text.charAt(backslash + 1) !== 'u') return -1;
  const digits = text.slice(backslash + 2, backslash + 6);
  return /^[0-9a-fA-F]{4}$/.test(digits) ? parseInt(digits, 16) : -1;
}

function loneSurrogate(): JsonTextError {
  return new JsonTextError(
    'lone-surrogate',
    'The body has half of a surrogate pair, which is no character and cannot be stored. Send both halves, or neither.',
  );
}
