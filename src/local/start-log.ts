import { existsSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';

/** Large enough for weeks of quiet use; one older file is kept beside it. */
const LOG_FILE_MAX_BYTES = 50 * 1024 * 1024;

/** Sets aside logs that have grown too large; called before anybody writes to them. */
export function setAsideLargeLogs(dataDir: string): void {
  for (const name of ['sluice.log', 'temporal.log', 'postgres.log']) {
    const file = join(dataDir, name);
    if (existsSync(file) && statSync(file).size > LOG_FILE_MAX_BYTES) renameSync(file, `${file}.1`);
  }
}

/** Everything goes to the file, as JSON; warnings and errors to the terminal too, as short lines. */
export function logToFileAndTerminal(file: string, level: pino.Level | 'silent'): pino.DestinationStream {
  const streams: pino.StreamEntry[] = [
    {
      level: level === 'silent' ? 'fatal' : level,
      stream: pino.destination({ dest: file, sync: true, mode: 0o600 }),
    },
    { level: 'warn', stream: { write: (line) => process.stderr.write(`${forPeople(line)}\n`) } },
  ];
  return pino.multistream(streams);
}

const SHOWN_FIELDS = ['workspaceId', 'executionId', 'workflowId', 'taskQueue'] as const;

function forPeople(line: string): string {
  const entry = JSON.parse(line) as { level: number; time: string; msg?: string } & Record<string, unknown>;
  const level = pino.levels.labels[entry.level]?.toUpperCase() ?? '';
  const facts = SHOWN_FIELDS.filter((name) => entry[name] !== undefined).map(
    (name) => ` ${name}=${String(entry[name])}`,
  );
  const error = (entry['err'] ?? entry['error']) as { message?: string } | undefined;
  const why = error?.message ? `: ${error.message}` : '';
  return `${entry.time.slice(11, 19)} ${level} ${entry.msg ?? ''}${why}${facts.join('')}`;
}
