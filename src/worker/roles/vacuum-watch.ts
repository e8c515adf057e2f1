import { HorizonWatch, readVacuumHorizon } from '../../db/server/read-vacuum-horizon.ts';
import { repeatEvery } from '../../async/repeat.ts';
import { logRepeated } from '../../process/repeated-failures.ts';
import type { StoredParts, WorkerParts } from '../worker-parts.ts';

const LOOK_INTERVAL_MS = 15_000;

/** A report or a dump may take some minutes; what is open for longer is forgotten more often than not. */
const WARN_AFTER_SECONDS = 3_600;

/** Watches what keeps Postgres from cleaning up: no handoff waits for it, but the tables grow for as long. */
export function watchVacuum({ log, metrics, atStop }: WorkerParts, { database }: StoredParts): void {
  const horizons = new HorizonWatch();
  const look = async () => {
    const horizon = await readVacuumHorizon(database);
    const seconds = horizons.heldSeconds(horizon, performance.now());
    metrics.vacuumHeldBack(seconds, horizon?.transactions ?? 0);
    if (horizon === null || seconds < WARN_AFTER_SECONDS) return;
    const { heldBy, transactions } = horizon;
    const message =
      'something has been open in Postgres for over an hour, and nothing that was written since can be cleaned up: the tables grow until it ends (docs/postgres.md)';
    logRepeated(log, 'warn', { heldBy, seconds: Math.floor(seconds), transactions }, message);
  };
  const watch = repeatEvery(LOOK_INTERVAL_MS, look, (error) =>
    logRepeated(log, 'warn', { error }, 'it could not be read what keeps Postgres from cleaning up'),
  );
  atStop.drain(() => watch.stop());
}
