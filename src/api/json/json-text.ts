import { isUtf8 } from 'node:buffer';

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
  /** The text of a top-level member's value exactly as written, without the white space around it; null when absent. */
  memberText(name: string): string | null;
}

/**
 * Parses JSON, and refuses what cannot be kept exactly: bytes that are not UTF-8, halves of surrogate pairs, two top-level members
 * of one name, and nesting deeper than JSON_DEPTH_MAX. A member named `__proto__` is an ordinary member of the value.
 *
 * @throws JsonTextError
 */
export function readJsonText(bytes: Uint8Array): JsonText {
  if (!isUtf8(bytes)) throw new JsonTextError('not-utf-8', 'The body is not valid UTF-8.');
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const members = scan(text);
  const value = parse(text);
  return { value, memberText: (name) => members.get(name) ?? null };
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
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * Finds the text of each top-level member in one pass without recursion. It trusts the text to be JSON: what it makes of other texts
 * does not matter, because JSON.parse refuses them next.
 */
function scan(text: string): Map<string, string> {
  const members = new Map<string, string>();
  const isObject = /^[ \t\n\r]*\{/.test(text);
  let depth = 0;
  let name: string | null = null;
  let valueStart = 0;

  const endMember = (end: number) => {
    if (name === null) return;
    members.set(name, text.slice(valueStart, end).replace(/^[ \t\n\r]+|[ \t\n\r]+$/g, ''));
    name = null;
  };

  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case QUOTE: {
        const end = endOfString(text, i);
        if (isObject && depth === 1 && name === null) {
          name = memberName(text.slice(i, end + 1));
          if (members.has(name)) {
            throw new JsonTextError(
              'duplicate-member',
              `The body has the member ${JSON.stringify(name)} twice.`,
            );
          }
        }
        i = end;
        break;
      }
      case COLON:
        if (depth === 1) valueStart = i + 1;
        break;
      case COMMA:
        if (depth === 1) endMember(i);
        break;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        depth++;
        if (depth > JSON_DEPTH_MAX) {
          throw new JsonTextError('too-deep', `The body is nested deeper than ${JSON_DEPTH_MAX} levels.`);
        }
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        if (depth === 1) endMember(i);
        depth--;
        break;
    }
  }
  return members;
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

function memberName(literal: string): string {
  try {
    return String(JSON.parse(literal));
  } catch {
    return literal;
  }
}
