import { setTimeout as pause } from 'node:timers/promises';
import { SluiceError } from '../../../packages/client/src/index.ts';
import { ConfigError } from '../../config/config.ts';
import { printError } from '../../process/operator-error.ts';
import { EXIT } from '../exit-codes.ts';
import { readWords, UsageError } from '../options.ts';
import { type Paint, paintFor } from '../print/colour.ts';
import { jsonLine, plain } from '../print/plain.ts';
import { tableLines } from '../print/table.ts';
import { secondsOf } from '../print/times.ts';
import type { Context, Options, Verb } from './command.ts';
import { confirm } from './confirm.ts';
import { connect } from './connection.ts';
import { exitCodeOf, reportError } from './report-error.ts';
import { optionsOf, usageOf } from './usage.ts';

/** What every verb has beside its own. */
interface CommonValues {
  readonly json?: boolean;
  readonly yes?: boolean;
  readonly watch?: boolean;
  readonly once?: boolean;
  readonly every?: string;
  readonly url?: string;
  readonly 'key-file'?: string;
}

const WATCH_SECONDS_DEFAULT = 2;
const WATCH_SECONDS_MIN = 0.5;

/** Does one thing over the API and gives the exit code. */
export async function runVerb(command: string, verb: Verb, args: readonly string[]): Promise<number> {
  const usage = usageOf(command, verb.text, [verb]);
  const { words, values } = parse(verb, args, usage);
  const common = values as CommonValues;
  const isJson = common.json === true;
  endWithReader();
  try {
    const context = contextOf(common, connect(common), paintFor(process.stdout, process.env));
    const run = () => verb.run(context, words, values as never);
    const isWatched = common.watch === true || (verb.kind === 'watched' && common.once !== true);
    if (!isWatched) {
      const code = await run();
      context.flush();
      return code ?? EXIT.done;
    }
    return await watch(context, run, everySeconds(common.every, usage));
  } catch (error) {
    if (!(error instanceof ConfigError)) return reportError(error, isJson);
    printError(error);
    return EXIT.usage;
  }
}

function parse(verb: Verb, args: readonly string[], usage: string) {
  const { words, values } = readWords(args, parsed(optionsOf(verb)), usage);
  const needed = verb.words.filter((word) => !word.startsWith('['));
  if (words.length < needed.length) throw new UsageError(`${needed[words.length]} is missing.\n${usage}`);
  if (words.length > verb.words.length)
    throw new UsageError(`${plain(words[verb.words.length]!)} is a word too many.\n${usage}`);
  return { words, values };
}

/** Without what only help shows. */
function parsed(options: Options) {
  return Object.fromEntries(
    Object.entries(options).map(([name, { type, multiple = false }]) => [name, { type, multiple }]),
  );
}

function everySeconds(text: string | undefined, usage: string): number {
  if (text === undefined) return WATCH_SECONDS_DEFAULT;
  const seconds = secondsOf(text);
  if (seconds === null || seconds < WATCH_SECONDS_MIN)
    throw new UsageError(`--every ${text} is no number of seconds from ${WATCH_SECONDS_MIN} on.\n${usage}`);
  return seconds;
}

/** Whoever reads what is printed may have seen enough, as `head` has. */
function endWithReader(): void {
  process.stdout.once('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? EXIT.done : EXIT.refused);
  });
}

interface Buffered extends Context {
  /** Takes what was shown since the last time. */
  take(): string;
}

function contextOf(common: CommonValues, sluice: Context['sluice'], paint: Paint): Buffered {
  const isJson = common.json === true;
  let shown: string[] = [];
  const take = () => {
    const text = shown.map((line) => `${line}\n`).join('');
    shown = [];
    return text;
  };
  return {
    sluice,
    isJson,
    paint,
    show: (document, lines) => void shown.push(...(isJson ? [jsonLine(document)] : lines())),
    list(rows, columns) {
      if (isJson) shown.push(...rows.map((row) => jsonLine(row)));
      else if (rows.length > 0) shown.push(...tableLines(rows, columns, paint));
    },
    say(line) {
      if (!isJson) console.error(plain(line));
    },
    confirm: async (what) => common.yes === true || confirm(what),
    take,
    flush: () => void process.stdout.write(take()),
  };
}

/** Home, and what was there is cleared after the new text is written, line by line: nothing flickers. */
const HOME = '\u001b[H';
const CLEAR_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

async function watch(context: Buffered, run: () => Promise<number | void>, seconds: number): Promise<number> {
  const isScreen = process.stdout.isTTY && !context.isJson;
  if (isScreen) process.stdout.write('\u001b[2J');
  for (;;) {
    let outage = '';
    try {
      await run();
    } catch (error) {
      // An outage passes: what else is wrong stays so.
      if (!(error instanceof SluiceError) || exitCodeOf(error) !== EXIT.notReachable) throw error;
      outage = plain(error.message);
    }
    const text = context.take();
    if (isScreen) {
      const lines = [outage || new Date().toLocaleTimeString(), ...text.split('\n')].map(
        (line) => `${line}${CLEAR_LINE}`,
      );
      process.stdout.write(`${HOME}${lines.join('\n')}${CLEAR_BELOW}`);
    } else if (outage === '') process.stdout.write(context.isJson ? text : `${text}\n`);
    else console.error(outage);
    await pause(seconds * 1000);
  }
}
