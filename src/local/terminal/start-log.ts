import pino from 'pino';
import { rotatingLogFile } from '../processes/growing-logs.ts';
import { quietTerminal } from './quiet-terminal.ts';

/** Everything goes to the file, as JSON; warnings and errors to the terminal too, as short lines, but not many of one kind. */
export function logToFileAndTerminal(file: string, level: pino.Level | 'silent'): pino.DestinationStream {
  const terminal = quietTerminal((line) => process.stderr.write(`${line}\n`));
  const streams: pino.StreamEntry[] = [
    { level: level === 'silent' ? 'fatal' : level, stream: rotatingLogFile(file) },
    {
      level: 'warn',
      stream: {
        write: (text) => {
          const entry = JSON.parse(text) as Entry;
          terminal.show(entry.msg ?? '', forPeople(entry));
        },
      },
    },
  ];
  return pino.multistream(streams);
}

type Entry = { level: number; time: string; msg?: string } & Record<string, unknown>;

const SHOWN_FIELDS = ['workspaceId', 'executionId', 'workflowId', 'taskQueue', 'repeated'] as const;

function forPeople(entry: Entry): string {
  const level = pino.levels.labels[entry.level]?.toUpperCase() ?? '';
  const facts = SHOWN_FIELDS.filter((name) => entry[name] !== undefined).map(
    (name) => ` ${name}=${String(entry[name])}`,
  );
  const error = (entry['err'] ?? entry['error']) as { message?: string } | undefined;
  const why = error?.message ? `: ${error.message}` : '';
  return `${entry.time.slice(11, 19)} ${level} ${entry.msg ?? ''}${why}${facts.join('')}`;
}
