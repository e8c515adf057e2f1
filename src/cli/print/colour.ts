const CODES = { red: 31, green: 32, yellow: 33, blue: 34, grey: 90, bold: 1 } as const;
export type Colour = keyof typeof CODES;

/** Paints a text; leaves it as it is where nobody sees colours. */
export type Paint = (text: string, colour: Colour | undefined) => string;

/** Colour for people only: not into files and pipes, and not where NO_COLOR is set (https://no-color.org) or the terminal is dumb. */
export function paintFor(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): Paint {
  const isWanted = stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  return (text, colour) =>
    isWanted && colour !== undefined ? `\u001b[${CODES[colour]}m${text}\u001b[0m` : text;
}
