import { parseArgs, type ParseArgsConfig } from 'node:util';
import { OperatorError } from '../process/operator-error.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

/** Thrown when the arguments of a subcommand are not as its usage says. */
export class UsageError extends OperatorError {
  override readonly name = 'UsageError';
}

/**
 * The options among a subcommand's arguments.
 *
 * @throws UsageError for an option that it does not have, one without its value, and a word too many; the message ends with `usage`.
 */
export function readOptions<const T extends Options>(
  args: readonly string[],
  options: T,
  usage: string,
): ReturnType<typeof parseArgs<{ args: string[]; options: T }>>['values'] {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (cause) {
    throw new UsageError(`${(cause as Error).message}\n${usage}`, { cause });
  }
}

/** The same for a subcommand that takes words, too. They may stand before, between and behind its options. */
export function readWords(
  args: readonly string[],
  options: Options,
  usage: string,
): { readonly words: readonly string[]; readonly values: Readonly<Record<string, unknown>> } {
  try {
    const { positionals, values } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { words: positionals, values };
  } catch (cause) {
    throw new UsageError(`${(cause as Error).message}\n${usage}`, { cause });
  }
}
