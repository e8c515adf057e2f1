import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Database } from '../../db/connection/database.ts';
import { onConnection } from '../../db/connection/on-connection.ts';
import { deleteOrphanedAliases } from '../../db/inbox/delete-orphaned-aliases.ts';
import { readAheadDays } from '../../db/partitions/ahead-days.ts';
import { dropPartition } from '../../db/partitions/drop-partition.ts';
import { findDuePartitions } from '../../db/partitions/find-due-partitions.ts';
import { makePartitionsOf } from '../../db/partitions/make-partitions.ts';
import type { Blocker } from '../../db/partitions/while-blocked.ts';
import type { Log } from '../../process/log.ts';
import {
  type DroppedPartition,
  PARTITION_HELD,
  type RetentionActivities,
} from '../../workflows/retention/contract.ts';

/** Within the workflow's heartbeat time-out of 30 s. */
const HEARTBEAT_INTERVAL_MS = 5_000;

/** A drop that has waited so long for others gives up, and the next run goes on with it. */
const HELD_MAX_MS = 15 * 60_000;

export interface RetentionActivityDeps {
  readonly database: Database;
  readonly databaseUrl: string;
  readonly log: Log;
  onDropped(parent: string, dropped: DroppedPartition): void;
}

export function createRetentionActivities(deps: RetentionActivityDeps) {
  const { database, log } = deps;
  return {
    async makePartitions() {
      const made = await makePartitionsOf(database);
      if (made.length > 0) log.info({ partitions: made }, 'partitions made');
      return { made, aheadDays: await readAheadDays(database) };
    },
    async findDuePartitions() {
      const due = await onConnection(database, (client) => findDuePartitions(client, new Date()));
      return due.map(({ name, parent }) => ({ name, parent }));
    },
    async dropPartition(name) {
      const dropped = await dropWithHeartbeats(deps, name);
      if (dropped === null) return null;
      deps.onDropped(name.replace(/_\d+$/, ''), dropped);
      const { name: partition, ...facts } = dropped;
      log.info({ partition, ...facts }, 'partition dropped: it was past its retention');
      if (name.startsWith('ended_executions')) await dropAliases(deps);
      return dropped;
    },
  } satisfies RetentionActivities;
}

/** What cannot be deleted now is with the next partition. */
async function dropAliases({ database, log }: RetentionActivityDeps): Promise<void> {
  try {
    const aliases = await deleteOrphanedAliases(database.db);
    if (aliases > 0) log.info({ aliases }, 'aliases deleted: their executions are past their retention');
  } catch (error) {
    log.warn(
      { error },
      'aliases of executions that are gone could not be deleted; it is tried with the next partition',
    );
  }
}

async function dropWithHeartbeats(
  { database, databaseUrl, log }: RetentionActivityDeps,
  name: string,
): Promise<DroppedPartition | null> {
  const context = Context.current();
  let waitsFor: readonly Blocker[] = [];
  let heldSinceMs: number | null = null;
  const held = new AbortController();
  const onBlocked = (blockers: readonly Blocker[]) => {
    waitsFor = blockers;
    if (blockers.length === 0) {
      heldSinceMs = null;
      return;
    }
    if (heldSinceMs === null)
      log.warn(
        { partition: name, waitsFor: blockers },
        'a partition that is to be dropped waits for a transaction that has read it; nothing waits for the drop, but the partition keeps its disk space until that transaction ends',
      );
    heldSinceMs ??= performance.now();
    if (performance.now() - heldSinceMs > HELD_MAX_MS) held.abort(heldFailure(blockers));
  };
  const heartbeat = setInterval(
    () => context.heartbeat({ partition: name, waitsFor }),
    HEARTBEAT_INTERVAL_MS,
  );
  try {
    const signal = AbortSignal.any([context.cancellationSignal, held.signal]);
    return await dropPartition(name, { url: databaseUrl, database, signal, onBlocked });
  } finally {
    clearInterval(heartbeat);
  }
}

function heldFailure(blockers: readonly Blocker[]): ApplicationFailure {
  const sessions = blockers.map(
    ({ pid, application, openSeconds }) =>
      `pid ${pid} (${application || 'unnamed'}), open for ${openSeconds} s`,
  );
  return ApplicationFailure.nonRetryable(
    `it waited for ${sessions.join('; ')}; the next run goes on with it`,
    PARTITION_HELD,
  );
}
