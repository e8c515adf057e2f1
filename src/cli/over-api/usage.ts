import type { Option, Options, Verb } from './command.ts';

/** Of every verb. */
const CONNECTION: Options = {
  url: {
    type: 'string',
    value: 'URL',
    text: 'where the API is; SLUICE_URL unless given, or http://127.0.0.1:8080',
  },
  'key-file': {
    type: 'string',
    value: 'FILE',
    text: 'has the key of the API; SLUICE_KEY or the file SLUICE_KEY_FILE unless given',
  },
  json: { type: 'boolean', text: 'JSON for programs: one document, or one line for each item of a list' },
};
const EVERY = {
  type: 'string',
  value: 'SECONDS',
  text: 'how often it is shown again; 2 unless given',
} as const;
const WATCH: Options = {
  watch: { type: 'boolean', text: 'shows it again and again, until Ctrl-C' },
  every: EVERY,
};
const WATCHED: Options = {
  once: { type: 'boolean', text: 'shows it once' },
  every: EVERY,
};
const ASK: Options = {
  yes: { type: 'boolean', text: 'does it without asking, for scripts' },
};

const EXIT_CODES =
  'Exit code: 0 done, 1 refused, 2 wrong arguments, 3 not reachable, 4 the execution has no result, 5 it has not ended in time.';

/** All options of a verb, those of every verb last. */
export function optionsOf({ options, kind }: Verb): Options {
  return {
    ...options,
    ...(kind === 'read' && WATCH),
    ...(kind === 'watched' && WATCHED),
    ...(kind === 'ask' && ASK),
    ...CONNECTION,
  };
}

/** What `--help` prints of a command: all that it can do, or one thing. */
export function usageOf(command: string, summary: string, verbs: readonly Verb[]): string {
  const options = Object.assign({}, ...verbs.map(optionsOf)) as Options;
  const shown = Object.entries(options).map(
    ([name, option]) => [optionText(name, option), option.text] as const,
  );
  const width = Math.max(...shown.map(([text]) => text.length));
  return [
    ...verbs.map((verb) => synopsis(command, verb)),
    `  ${summary}`,
    ...(verbs.length > 1 ? verbs.map(({ name, text }) => `  ${name.padEnd(width)}  ${text}`) : []),
    ...shown.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`),
    EXIT_CODES,
  ].join('\n');
}

function synopsis(command: string, { name, words, options }: Verb): string {
  const own = Object.entries(options).map(([option, spec]) => `[${optionText(option, spec)}]`);
  return ['sluice', command, name, ...words, ...own].filter((part) => part !== '').join(' ');
}

function optionText(name: string, { value, multiple }: Option): string {
  return `--${name}${value === undefined ? '' : ` ${value}`}${multiple === true ? ' ...' : ''}`;
}
