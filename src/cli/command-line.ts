import leven from 'leven';
import { printError } from '../process/operator-error.ts';

/** What the file of a subcommand exports. */
interface Command {
  /** What `--help` prints. */
  readonly usage: string;
  /** Resolves to the exit code. */
  run(args: readonly string[]): Promise<number>;
}

/** Each is imported when it is asked for, so that the API does not load what only a worker needs. */
export const COMMANDS: Readonly<Record<string, { summary: string; load: () => Promise<Command> }>> = {
  start: {
    summary: 'everything on this machine, with a Postgres and a Temporal of its own',
    load: () => import('./start.ts'),
  },
  server: { summary: 'the API', load: () => import('./server.ts') },
  worker: { summary: 'a worker, for the parts in WORKER_ROLES', load: () => import('./worker.ts') },
  migrate: { summary: 'brings the schema of the database up to date', load: () => import('./migrate.ts') },
  audit: { summary: 'checks every invariant of a deployment', load: () => import('./audit.ts') },
  keys: { summary: 'makes, lists, rotates and revokes keys of the API', load: () => import('./keys.ts') },
  bind: { summary: 'moves a database to another Temporal namespace', load: () => import('./bind.ts') },
  resume: {
    summary: 'lets workspaces go on after Postgres was restored from a backup',
    load: () => import('./resume.ts'),
  },
};

const EXIT_FAILED = 1;
/** Not the 1 of an audit that found a breach. */
const EXIT_NO_COMMAND = 2;

/** A typing error is that near; anything farther is another word. */
const EDITS_MAX = 2;

/** Runs one subcommand to its end and gives the exit code; 2 when there is none of that name. */
export async function runCommandLine([name, ...args]: readonly string[]): Promise<number> {
  if (isHelp(name)) {
    console.log(help());
    return 0;
  }
  const entry = name === undefined || !Object.hasOwn(COMMANDS, name) ? undefined : COMMANDS[name];
  if (entry === undefined) {
    console.error(name === undefined ? help() : unknownText(name));
    return EXIT_NO_COMMAND;
  }
  const command = await entry.load();
  if (args.some(isHelp)) {
    console.log(command.usage);
    return 0;
  }
  try {
    return await command.run(args);
  } catch (error) {
    printError(error);
    return EXIT_FAILED;
  }
}

function isHelp(arg: string | undefined): boolean {
  return arg === '--help' || arg === '-h';
}

function help(): string {
  const names = Object.keys(COMMANDS);
  const width = Math.max(...names.map((name) => name.length));
  return [
    'sluice COMMAND [options]',
    ...names.map((name) => `  ${name.padEnd(width)}  ${COMMANDS[name]!.summary}`),
    '`sluice COMMAND --help` shows the options of one. Settings are environment variables: docs/configuration.md.',
  ].join('\n');
}

function unknownText(name: string): string {
  const [nearest] = Object.keys(COMMANDS)
    .map((command) => ({ command, edits: leven(name, command, { maxDistance: EDITS_MAX + 1 }) }))
    .filter(({ edits }) => edits <= EDITS_MAX)
    .sort((a, b) => a.edits - b.edits);
  const meant = nearest === undefined ? '' : ` Did you mean \`sluice ${nearest.command}\`?`;
  return `sluice has no command ${name}.${meant} \`sluice --help\` lists them.`;
}
