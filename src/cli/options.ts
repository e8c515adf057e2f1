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
