import type pg from 'pg';
import { DAY_MS, isDue, LEAF_PARENTS, type LeafParent } from './grid.ts';
import { readClock, readDetached, readLeaves, type StoredLeaf } from './read-leaves.ts';

/** A partition that retention is to drop, or was about to drop when its process ended. */
export interface DuePartition {
  readonly name: string;
  readonly parent: string;
  readonly subject: LeafParent['subject'];
  /** Null once it is detached. */
  readonly leaf: StoredLeaf | null;
  /** What ended before that is kept no longer, whatever partition its payloads are in. Null for events, and once it is detached. */
  readonly endedBefore: Date | null;
}

/**
 * What is due for dropping, by the rows of the tiers as they are now: first what was begun, then the oldest. A partition is due only by both
 * clocks, Postgres' and `processNow`: one of them in the wrong year must not drop what was written yesterday.
 */
export async function findDuePartitions(client: pg.ClientBase, processNow: Date): Promise<DuePartition[]> {
  const clock = await readClock(client);
  const now = clock < processNow ? clock : processNow;
  const longest = await readLongestRetention(client);
  const leaves = await readLeaves(client);
  const due = LEAF_PARENTS.flatMap((parent) => dueOf(parent, leaves, now, longest));
  const detached = (await readDetached(client)).flatMap((name) => {
    const parent = LEAF_PARENTS.find((candidate) => name.startsWith(`${candidate.name}_`));
    return parent === undefined
      ? []
      : [{ name, parent: parent.name, subject: parent.subject, leaf: null, endedBefore: null }];
  });
  const begun = due.filter(({ leaf }) => leaf!.isDetachPending);
  return [...detached, ...begun, ...due.filter(({ leaf }) => !leaf!.isDetachPending)];
}

type Longest = Readonly<Record<LeafParent['subject'], number | null>>;

function dueOf(
  parent: LeafParent,
  leaves: readonly StoredLeaf[],
  now: Date,
  longest: Longest,
): DuePartition[] {
  const { name, subject } = parent;
  const days = parent.keptDays || longest[subject];
  const endedBefore = subject === 'events' || days === null ? null : new Date(now.getTime() - days * DAY_MS);
  return leaves
    .filter((leaf) => leaf.parent === name)
    .filter(
      ({ to, isDetachPending, isMarked }) =>
        (isDetachPending && isMarked) || (to !== null && isDue(parent, to, now, longest[subject])),
    )
    .map((leaf) => ({ name: leaf.name, parent: name, subject, leaf, endedBefore }));
}

/** In days; null while a tier has none. */
async function readLongestRetention(client: pg.ClientBase): Promise<Longest> {
  const { rows } = await client.query<{ rows: number | null; payloads: number | null }>(
    `select case when min(retention_days) > 0 then max(retention_days) end as rows,
       case when min(payload_retention_days) > 0 then max(payload_retention_days) end as payloads
     from tiers`,
  );
  return { ended_executions: rows[0]!.rows, payloads: rows[0]!.payloads, events: null };
}
