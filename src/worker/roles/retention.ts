import { repeatEvery } from '../../async/repeat.ts';
import { AHEAD_DAYS_MIN, readAheadDays } from '../../db/partitions/ahead-days.ts';
import { makePartitionsOf } from '../../db/partitions/make-partitions.ts';
import { RETENTION_QUEUE } from '../../domain/names.ts';
import { logRepeated } from '../../process/repeated-failures.ts';
import { runWorker, type StoredParts, type WorkerParts } from '../worker-parts.ts';
import { createRetentionWorker } from './retention-worker.ts';
import { watchVacuum } from './vacuum-watch.ts';

/** A partition that is missing is made when a row needs it, so nobody has to hear of it within minutes. */
const LOOK_INTERVAL_MS = 10 * 60_000;

/** The part of the role `gates` that keeps partitions: makes those of the coming weeks, runs retention's activities, and watches what lets tables grow. */
export async function startRetention(parts: WorkerParts, stored: StoredParts): Promise<void> {
  const { config, log, client, connection, metrics } = parts;
  const { database } = stored;
  await makeAhead(parts, stored);
  const deps = {
    database,
    databaseUrl: config.DATABASE_URL,
    log,
    onDropped: (table: string, { rows }: { rows: number }) => metrics.partitionDropped(table, rows),
  };
  const { namespace } = client.options;
  await runWorker(parts, 'retention', RETENTION_QUEUE, (polls) =>
    createRetentionWorker({ connection, namespace, config, deps, polls }),
  );
  watchAhead(parts, stored);
  watchVacuum(parts, stored);
}

/** A start goes on without them: they are made where they are needed, and the watch says when there are few. */
async function makeAhead({ log }: WorkerParts, { database }: StoredParts): Promise<void> {
  try {
    const made = await makePartitionsOf(database);
    if (made.length > 0) log.info({ partitions: made }, 'partitions made');
  } catch (error) {
    log.warn(
      { error },
      'partitions could not be made ahead; the schedule sluice-retention tries again. The role in DATABASE_URL has to own the tables and may have to be granted CREATE on their schema',
    );
  }
}

function watchAhead({ log, metrics, atStop }: WorkerParts, { database }: StoredParts): void {
  const look = async () => {
    const days = await readAheadDays(database);
    metrics.partitionsAhead(days);
    if (days >= AHEAD_DAYS_MIN) return;
    const message =
      'partitions reach few days ahead: see in the Web UI whether the schedule sluice-retention is paused, and what its last run says; rows go on being written meanwhile';
    logRepeated(log, 'warn', { days: Math.floor(days) }, message);
  };
  const watch = repeatEvery(LOOK_INTERVAL_MS, look, (error) =>
    logRepeated(log, 'warn', { error }, 'it could not be read how far ahead partitions reach'),
  );
  atStop.drain(() => watch.stop());
}
