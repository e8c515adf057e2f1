/** Control characters of both kinds, and what turns the direction of writing: from somebody's input, they would steer the terminal. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const STEERING = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** A text on one line that does nothing to a terminal. */
export function plain(text: string): string {
  return text.replaceAll(/\s*[\r\n]+\s*/g, ' ').replaceAll(STEERING, '\ufffd');
}

/** One line of JSON that does nothing to a terminal, and is the same to whoever parses it. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    STEERING,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
