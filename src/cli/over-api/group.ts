import type { Command } from '../command.ts';
import { UsageError } from '../options.ts';
import { plain } from '../print/plain.ts';
import type { Verb } from './command.ts';
import { runVerb } from './run-verb.ts';
import { usageOf } from './usage.ts';

/** A command that does several things: the first word says which. */
export function group(command: string, summary: string, verbs: readonly Verb[]): Command {
  const usage = usageOf(command, summary, verbs);
  const named = (word: string | undefined) => verbs.find(({ name }) => name === word);
  return {
    usage,
    usageFor: ([word]) => {
      const verb = named(word);
      return verb === undefined ? usage : usageOf(command, verb.text, [verb]);
    },
    async run([word, ...rest]) {
      const verb = named(word);
      if (verb !== undefined) return runVerb(command, verb, rest);
      const wrong =
        word === undefined
          ? `sluice ${command} needs to be told what to do.`
          : word.startsWith('-')
            ? `Unknown option '${plain(word)}' before what to do.`
            : `There is no \`sluice ${command} ${plain(word)}\`.`;
      throw new UsageError(`${wrong}\n${usage}`);
    },
  };
}

/** A command that does one thing. */
export function single(command: string, verb: Verb): Command {
  return {
    usage: usageOf(command, verb.text, [verb]),
    run: async (args) => runVerb(command, verb, args),
  };
}
