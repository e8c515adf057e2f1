import { copyFileSync, renameSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';

/** Large enough for weeks of quiet use; one older file is kept beside it. */
const LOG_FILE_MAX_BYTES = 50 * 1024 * 1024;

/** How often the servers' logs are measured: at a megabyte a second they are then a tenth too large. */
const MEASURE_EVERY_MS = 5_000;

/** Logs that other processes write, whose files stay theirs. */
const SERVER_LOGS = ['temporal.log', 'postgres.log'];

/** A log file that is set aside as `{file}.1` when it has grown too large, in the midst of writing. */
export function rotatingLogFile(file: string, maxBytes = LOG_FILE_MAX_BYTES): pino.DestinationStream {
  const destination = pino.destination({ dest: file, sync: true, mode: 0o600 });
  let bytes = sizeOf(file);
  return {
    write(line) {
      if (bytes >= maxBytes) {
        renameSync(file, `${file}.1`);
        destination.reopen();
        bytes = 0;
      }
      destination.write(line);
      bytes += Buffer.byteLength(line);
    },
  };
}

/**
 * Keeps the servers' logs in bounds until it is stopped. They hold their files open, so a log is copied aside and emptied; lines written
 * between the two are lost.
 */
export function keepServerLogsSmall(
  dataDir: string,
  { maxBytes = LOG_FILE_MAX_BYTES, everyMs = MEASURE_EVERY_MS } = {},
): { stop(): Promise<void> } {
  const measure = () => {
    for (const file of SERVER_LOGS.map((name) => join(dataDir, name))) {
      if (sizeOf(file) < maxBytes) continue;
      copyFileSync(file, `${file}.1`);
      truncateSync(file);
    }
  };
  measure();
  const timer = setInterval(measure, everyMs);
  return { stop: async () => clearInterval(timer) };
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
