/** The sandbox has it, and no type says so there. */
declare const TextDecoder: new (
  label: string,
  options: { fatal: boolean; ignoreBOM: boolean },
) => { decode(bytes: Uint8Array): string };

/** Strict, and a byte order mark stays: it is no JSON. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The bytes as text when they are one JSON value in UTF-8 and nothing else; null otherwise. A worker's label is no proof: text that is passed on
 * as JSON stands inside an answer of the API, and Postgres takes no NUL. The text may be nested to any depth. Costs one parse, some 1 ms
 * for 256 KiB.
 */
export function jsonTextOf(bytes: Uint8Array): string | null {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return null;
  }
  return isJsonText(text) ? text : null;
}

/** True for one JSON value and nothing else but white space around it. */
export function isJsonText(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
