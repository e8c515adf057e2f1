import type { Micros } from './micros.ts';
import type { LimitChange } from './workspace-record.ts';

/**
 * The limit in force at a moment of Postgres' clock; null before the first one. Changes and admissions hold the workspace's lock and
 * are stamped under it, so a change is seen by an admission exactly when its stamp is not later.
 */
export function limitAt(changes: readonly LimitChange[], at: Micros): number | null {
  let low = 0;
  let high = changes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (changes[middle]!.changedAt <= at) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? null : changes[low - 1]!.limit;
}
