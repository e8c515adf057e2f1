import type pg from 'pg';
import type { Database } from '../connection/database.ts';
import { inTransactionOn } from '../connection/on-client.ts';
import { onConnection } from '../connection/on-connection.ts';
import { isLockTimeout, LOCK_NOT_AVAILABLE } from '../connection/unavailable.ts';
import { AHEAD_DAYS, type Leaf, LEAF_PARENTS, type LeafParent, leafAt, leavesAhead } from './grid.ts';
import { makeClass, readMissingClasses } from './make-class.ts';
import { readClock, readLeaves, type StoredLeaf } from './read-leaves.ts';

/** Makers take turns by it, for one parent at a time. */
const MAKER_LOCK = 5_105_830_115;

/** Making a leaf waits for a detach of the same parent, and for whoever analyses it. Those who write rows never wait for the maker. */
const LOCK_TIMEOUT_MS = 2_000;

/** Thrown when rows have no partition because somebody is detaching it, and its place cannot be taken before that has ended. */
export class PartitionHalfDetachedError extends Error {
  override readonly name = 'PartitionHalfDetachedError';
  /** Postgres' own for a lock that was not to be had in time: it passes. */
  readonly code = LOCK_NOT_AVAILABLE;

  constructor(partition: string, options: ErrorOptions) {
    super(
      `the partition ${partition} is being detached by another session, or an open transaction that has read it keeps a broken-off detach from its end; rows of its time wait until that session or transaction ends (pg_stat_activity), and then it is attached again`,
      options,
    );
  }
}

export interface Wanted {
  /** How far beyond now. Defaults to AHEAD_DAYS. */
  readonly aheadDays?: number;
  /** A moment beside that, and the parent in which a leaf is to hold it. */
  readonly also?: { readonly parent: string; readonly moment: Date };
}

/**
 * Makes the partitions by time that are missing: the leaves that hold now and the days after it. Does nothing when all are there. Any
 * number of processes may do it at once. Takes a session in which no transaction is open. Returns the names of what it made.
 *
 * A leaf is made as a table and then attached: CREATE TABLE ... PARTITION OF would stop every insert behind any reader.
 */
export async function makePartitions(client: pg.ClientBase, wanted: Wanted = {}): Promise<string[]> {
  const now = await readClock(client);
  const stored = await readLeaves(client);
  const withoutClass = new Set((await readMissingClasses(client)).map(({ name }) => name));
  const made: string[] = [];
  for (const parent of LEAF_PARENTS)
    if (withoutClass.has(parent.name) || missing(parent, stored, now, wanted).length > 0)
      made.push(...(await makeLeavesOf(client, parent, now, wanted)));
  return made;
}

/** As `makePartitions`, on a session of the pool. */
export async function makePartitionsOf(
  database: Pick<Database, 'pool'>,
  wanted: Wanted = {},
): Promise<string[]> {
  return await onConnection(database, (client) => makePartitions(client, wanted));
}

function missing(
  parent: LeafParent,
  stored: readonly StoredLeaf[],
  now: Date,
  { aheadDays = AHEAD_DAYS, also }: Wanted,
): Leaf[] {
  const leaves = leavesAhead(parent, now, aheadDays);
  if (also?.parent === parent.name) leaves.push(leafAt(parent, also.moment));
  const holds = ({ from, to }: StoredLeaf, moment: Date) =>
    (from === null || from <= moment) && (to === null || moment < to);
  const isThere = ({ from }: Leaf) =>
    stored.some((leaf) => leaf.parent === parent.name && !leaf.isDetachPending && holds(leaf, from));
  const byName = new Map(leaves.filter((leaf) => !isThere(leaf)).map((leaf) => [leaf.name, leaf]));
  return [...byName.values()];
}

/** Reads again what is there once it is its turn. One transaction for all of them: a table that is not attached is never left behind. */
async function makeLeavesOf(
  client: pg.ClientBase,
  parent: LeafParent,
  now: Date,
  wanted: Wanted,
): Promise<string[]> {
  return await inTransactionOn(client, async () => {
    await client.query(`set local lock_timeout = '${LOCK_TIMEOUT_MS}ms'`);
    await client.query('select pg_advisory_xact_lock($1)', [MAKER_LOCK]);
    await makeMissingClass(client, parent);
    const stored = await readLeaves(client, [parent.name]);
    const leaves = missing(parent, stored, now, wanted);
    for (const leaf of leaves) {
      for (const other of stored) if (isHalfDetachedFrom(leaf, other)) await finishDetach(client, other);
      await makeLeaf(client, leaf);
    }
    return leaves.map(({ name }) => name);
  });
}

async function makeMissingClass(client: pg.ClientBase, parent: LeafParent): Promise<void> {
  if (parent.subject === 'events') return;
  for (const { name, isDetachPending } of await readMissingClasses(client, [parent.name])) {
    if (isDetachPending) await finishDetach(client, { parent: parent.subject, name });
    await makeClass(client, parent);
  }
}

/** A detach of it began and did not end: rows no longer find it, and it still keeps its time from every other leaf. */
function isHalfDetachedFrom(wanted: Leaf, { from, to, isDetachPending }: StoredLeaf): boolean {
  return isDetachPending && (from === null || from < wanted.to) && (to === null || wanted.from < to);
}

/** Waits for the session that detaches it, and for whoever has read it before. */
async function finishDetach(
  client: pg.ClientBase,
  { parent, name }: Pick<StoredLeaf, 'parent' | 'name'>,
): Promise<void> {
  try {
    await client.query(`alter table ${parent} detach partition ${name} finalize`);
  } catch (error) {
    throw isLockTimeout(error) ? new PartitionHalfDetachedError(name, { cause: error }) : error;
  }
}

/** Its indexes come with the attachment. A table of its name that somebody detached by hand is attached again, with its rows. */
async function makeLeaf(client: pg.ClientBase, { parent, name, from, to }: Leaf): Promise<void> {
  await client.query(
    `create table if not exists ${name} (like ${parent} including all excluding indexes excluding comments)`,
  );
  await client.query(
    `alter table ${parent} attach partition ${name} for values from ('${from.toISOString()}') to ('${to.toISOString()}')`,
  );
}
