import type { Database } from '../connection/database.ts';
import { readByOneIndex } from '../executions/list/read-by-one-index.ts';
import { type BulkScope, countingNext, type Far, SCAN_START, type ScanPlace } from './scan-matching.ts';

/** Rows of one look: some tens of milliseconds. */
export const COUNTED_PER_LOOK = 3_000;

/** A person waits for the count: some two million rows. */
const COUNT_MAX_MS = 2_000;

export interface Matching {
  readonly count: number;
  /** Set when there may be more, because counting took too long. */
  readonly isLowerBound: boolean;
  /** How many in which workspace. */
  readonly byWorkspace: ReadonlyMap<string, number>;
}

/** Counts the executions that an act would be about. It looks at a bounded number of rows in each statement, and ends after some seconds. */
export async function countMatching(
  database: Database,
  scope: BulkScope,
  maxMs = COUNT_MAX_MS,
): Promise<Matching> {
  const byWorkspace = new Map<string, number>();
  const endMs = performance.now() + maxMs;
  let after: ScanPlace | null = SCAN_START;
  let isLowerBound = false;
  while (after !== null && !isLowerBound) {
    after = await look(database, scope, after, byWorkspace);
    isLowerBound = after !== null && performance.now() >= endMs;
  }
  const count = [...byWorkspace.values()].reduce((sum, matching) => sum + matching, 0);
  return { count, isLowerBound, byWorkspace };
}

/** Gives where the next look begins; null when there are no more rows. */
async function look(
  database: Database,
  scope: BulkScope,
  after: ScanPlace,
  byWorkspace: Map<string, number>,
): Promise<ScanPlace | null> {
  const statement = countingNext(scope, after, COUNTED_PER_LOOK);
  if (statement === null) return null;
  const rows = await readByOneIndex<Far & { workspaceId: string | null; matching: number | null }>(
    database,
    statement,
  );
  for (const { workspaceId, matching } of rows)
    if (workspaceId !== null) byWorkspace.set(workspaceId, (byWorkspace.get(workspaceId) ?? 0) + matching!);
  const { scanned, throughWorkspace, through } = rows[0]!;
  return scanned < COUNTED_PER_LOOK ? null : { workspaceId: throughWorkspace!, id: through! };
}
