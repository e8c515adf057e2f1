import { createInterface } from 'node:readline/promises';
import { UsageError } from '../options.ts';

interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

/**
 * Says what will happen and asks whether to go on: anything but y or yes is no.
 *
 * @throws UsageError where nobody can be asked
 */
export async function confirm(
  what: string,
  { input, output }: Terminal = { input: process.stdin, output: process.stderr },
): Promise<boolean> {
  if (input.isTTY !== true)
    throw new UsageError(
      `${what}\nNothing was done: there is no terminal to ask on. --yes does it without asking.`,
    );
  const lines = createInterface({ input, output });
  try {
    const answer = await lines.question(`${what}\nGo on? [y/N] `);
    if (/^\s*y(es)?\s*$/i.test(answer)) return true;
  } finally {
    lines.close();
  }
  output.write('Nothing was done.\n');
  return false;
}
