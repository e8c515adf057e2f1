import leven from 'leven';
import { printError } from '../process/operator-error.ts';
import type { Command } from './command.ts';
import { type Completed, completedOf } from './completion/completed.ts';
import { EXIT } from './exit-codes.ts';
import { UsageError } from './options.ts';

interface Entry {
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** Each is imported when it is asked for, so that the API does not load what only a worker needs. */
const OVER_API: Readonly<Record<string, Entry>> = {
  workspaces: {
    summary: 'lists, shows, creates, resizes, pauses and deletes workspaces',
    load: async () => (await import('./over-api/workspaces/workspaces.ts')).workspaces,
  },
  executions: {
    summary: 'starts, lists, explains and ends executions, one or all that match',
    load: async () => (await import('./over-api/executions/executions.ts')).executions,
  },
  tiers: {
    summary: 'lists and changes tiers',
    load: async () => (await import('./over-api/installation/tiers.ts')).tiers,
  },
  top: {
    summary: 'shows workspaces live, the ones in need first',
    load: async () => (await import('./over-api/installation/top.ts')).top,
  },
  tail: {
    summary: 'prints what happens in a workspace, one line for each event',
    load: async () => (await import('./over-api/installation/tail.ts')).tail,
  },
  heal: {
    summary: 'wakes the gate of a workspace, and says what was wrong',
    load: async () => (await import('./over-api/installation/heal.ts')).heal,
  },
};

const OF_INSTALLATION: Readonly<Record<string, Entry>> = {
  keys: {
    summary: 'makes, lists, rotates and revokes keys of the API, in the database or over the API',
    load: () => import('./keys.ts'),
  },
  grants: {
    summary: 'lets roles of Postgres enqueue in transactions of their own, and lists who may',
    load: () => import('./inbox/grants.ts'),
  },
  database: {
    summary: 'prints the URL of the database, for psql',
    load: () => import('./inbox/database.ts'),
  },
  'notify-inbox': {
    summary: 'whether what is enqueued so notifies the API at its commit',
    load: () => import('./inbox/notify-inbox.ts'),
  },
  start: {
    summary: 'everything on this machine, with a Postgres and a Temporal of its own',
    load: () => import('./start.ts'),
  },
  server: { summary: 'the API', load: () => import('./server.ts') },
  worker: { summary: 'a worker, for the parts in WORKER_ROLES', load: () => import('./worker.ts') },
  relay: {
    summary: 'moves the requests of an outbox, in a database of your own, to a Sluice',
    load: () => import('./over-api/relay.ts'),
  },
  migrate: { summary: 'brings the schema of the database up to date', load: () => import('./migrate.ts') },
  audit: { summary: 'checks every invariant of a deployment', load: () => import('./audit.ts') },
  bind: { summary: 'moves a database to another Temporal namespace', load: () => import('./bind.ts') },
  resume: {
    summary: 'lets workspaces go on after Postgres was restored from a backup',
    load: () => import('./resume.ts'),
  },
  completion: {
    summary: 'prints what lets bash, zsh or fish complete commands',
    load: async () => (await import('./completion/completion.ts')).completion(allCompleted),
  },
};

export const COMMANDS = { ...OVER_API, ...OF_INSTALLATION };

/** A typing error is that near; anything farther is another word. */
const EDITS_MAX = 2;

/** Runs one subcommand to its end and gives the exit code; 2 when there is none of that name, or its arguments are not as they must be. */
export async function runCommandLine([name, ...args]: readonly string[]): Promise<number> {
  if (isHelp(name)) {
    console.log(help());
    return 0;
  }
  const entry = name === undefined || !Object.hasOwn(COMMANDS, name) ? undefined : COMMANDS[name];
  if (entry === undefined) {
    console.error(name === undefined ? help() : unknownText(name));
    return EXIT.usage;
  }
  const command = await entry.load();
  if (args.some(isHelp)) {
    console.log(command.usageFor?.(args) ?? command.usage);
    return 0;
  }
  try {
    return await command.run(args);
  } catch (error) {
    printError(error);
    return error instanceof UsageError ? EXIT.usage : EXIT.refused;
  }
}

function isHelp(arg: string | undefined): boolean {
  return arg === '--help' || arg === '-h';
}

function help(): string {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length));
  const lines = (commands: Readonly<Record<string, Entry>>) =>
    Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return [
    'sluice COMMAND [options]',
    'Over the API, at SLUICE_URL with SLUICE_KEY or SLUICE_KEY_FILE:',
    ...lines(OVER_API),
    'With the database, or as a process of the installation:',
    ...lines(OF_INSTALLATION),
    '`sluice COMMAND --help` shows the options of one. Settings are environment variables: docs/configuration.md.',
  ].join('\n');
}

async function allCompleted(): Promise<Completed[]> {
  return Promise.all(
    Object.entries(COMMANDS).map(async ([name, { summary, load }]) =>
      completedOf(name, summary, (await load()).usage),
    ),
  );
}

function unknownText(name: string): string {
  const [nearest] = Object.keys(COMMANDS)
    .map((command) => ({ command, edits: leven(name, command, { maxDistance: EDITS_MAX + 1 }) }))
    .filter(({ edits }) => edits <= EDITS_MAX)
    .sort((a, b) => a.edits - b.edits);
  const meant = nearest === undefined ? '' : ` Did you mean \`sluice ${nearest.command}\`?`;
  return `sluice has no command ${name}.${meant} \`sluice --help\` lists them.`;
}
