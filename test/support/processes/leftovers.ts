import { readFileSync, readdirSync } from 'node:fs';
import { poll } from '../../../src/async/poll.ts';
import { onServer } from '../../../src/db/server/on-server.ts';

/** How long a process that a test has told to stop may take to be gone when the run ends. */
const LEFTOVER_DEADLINE_MS = 5_000;

/** Databases that a test file made and did not drop. */
export async function databasesLeft(postgresUrl: string): Promise<string[]> {
  const { rows } = await onServer(postgresUrl, (client) =>
    client.query<{ datname: string }>(`select datname from pg_database where datname like 'sluice_test_%'`),
  );
  return rows.map(({ datname }) => `the database ${datname}`);
}

/**
 * Processes that still carry a run's mark in their environment; they are killed. Linux only: elsewhere the environment of a process cannot
 * be read.
 */
export async function endProcessesLeft(mark: string): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  await poll(() => marked(mark).length === 0, LEFTOVER_DEADLINE_MS);
  const left = marked(mark).map((pid) => ({ pid, command: readProc(pid, 'cmdline').replaceAll('\0', ' ') }));
  for (const { pid } of left) process.kill(Number(pid), 'SIGKILL');
  await poll(() => marked(mark).length === 0, LEFTOVER_DEADLINE_MS);
  return left.map(({ pid, command }) => `process ${pid}: ${command}`);
}

function marked(mark: string): string[] {
  return readdirSync('/proc').filter(
    (pid) =>
      /^\d+$/.test(pid) &&
      Number(pid) !== process.pid &&
      readProc(pid, 'environ').includes(`SLUICE_TEST_RUN=${mark}\0`),
  );
}

function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
