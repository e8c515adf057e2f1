import type { Sluice } from '../../../packages/client/src/index.ts';
import type { Paint } from '../print/colour.ts';
import type { Column } from '../print/table.ts';

/** An option of a verb, as parseArgs takes it and as help shows it. */
export interface Option {
  readonly type: 'string' | 'boolean';
  readonly multiple?: boolean;
  /** What stands for its value in help. */
  readonly value?: string;
  readonly text: string;
}
export type Options = Readonly<Record<string, Option>>;

type ValueOf<O extends Option> = O['type'] extends 'boolean'
  ? boolean
  : O extends { multiple: true }
    ? string[]
    : string;
export type Values<O extends Options> = { readonly [Name in keyof O]?: ValueOf<O[Name]> | undefined };

/** What a verb has at hand. */
export interface Context {
  readonly sluice: Sluice;
  readonly isJson: boolean;
  readonly paint: Paint;
  /** Writes what was shown so far: for what goes on for long. */
  flush(): void;
  /** The result, for standard output: a document with --json, lines for people without. */
  show(document: unknown, lines: () => readonly string[]): void;
  /** A table for people, JSON lines with --json. */
  list<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): void;
  /** For people, on standard error. */
  say(line: string): void;
  /** Asks whether to go on, unless --yes. */
  confirm(what: string): Promise<boolean>;
}

/** One thing to do over the API. */
export interface Verb {
  /** After the command's own name; empty for a command that does one thing. */
  readonly name: string;
  /** Words that it takes, one that may be left out in brackets: `WORKSPACE`, `[WORKSPACE]`. */
  readonly words: readonly string[];
  readonly text: string;
  readonly options: Options;
  /** `read`: can be watched. `watched`: is watched unless told otherwise. `live`: goes on by itself. `ask`: may have a question. */
  readonly kind: 'read' | 'watched' | 'live' | 'act' | 'ask';
  /** Resolves to the exit code; nothing is 0. */
  run(context: Context, words: readonly string[], values: never): Promise<number | void>;
}

/** Ties the values that `run` gets to the options. */
export function verb<const O extends Options>(
  definition: Omit<Verb, 'options' | 'run'> & {
    readonly options: O;
    run(context: Context, words: readonly string[], values: Values<O>): Promise<number | void>;
  },
): Verb {
  return definition;
}
