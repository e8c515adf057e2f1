import type pg from 'pg';
import type { DroppedPartition } from '../../workflows/retention/contract.ts';
import { onServer } from '../server/on-server.ts';
import { type DuePartition, findDuePartitions } from './find-due-partitions.ts';
import { moveNeededPayloads } from './move-needed-payloads.ts';
import { DROP_MARK, readLeaves } from './read-leaves.ts';
import { whileBlocked, type WhileBlocked } from './while-blocked.ts';

/** One process at a time drops. */
const DROPPER_LOCK = 5_105_830_116;

const CONNECT_TIMEOUT_MS = 10_000;

/** Rows of a table up to this size are counted, some tens of milliseconds; of a larger one Postgres' own estimate has to do. */
const COUNTED_MAX_BYTES = 256 * 2 ** 20;

export interface DropOptions extends WhileBlocked {
  readonly url: string;
}

/** Thrown when another process drops partitions of this database at the moment. */
export class DropperBusyError extends Error {
  override readonly name = 'DropperBusyError';

  constructor() {
    super('another process drops partitions of this database at the moment');
  }
}

/**
 * Drops a partition that is due, and returns null when it is not, or is no longer there. On a session of its own, because the detach waits
 * for every transaction that reads the partition, however long; nobody waits for it meanwhile. When it ends half-way, by the signal or by
 * the death of the process, the next call goes on where it ended.
 *
 * @throws DropperBusyError, the signal's reason, and what Postgres throws
 */
export async function dropPartition(name: string, options: DropOptions): Promise<DroppedPartition | null> {
  return await onServer(
    options.url,
    async (client) => {
      await prepareSession(client);
      const due = (await findDuePartitions(client, new Date())).find((partition) => partition.name === name);
      if (due === undefined) return null;
      return await whileBlocked(client, options, () => drop(client, due));
    },
    { connectTimeoutMs: CONNECT_TIMEOUT_MS },
  );
}

/** One statement a query: a detach that waits can be in no transaction, and a time-out would leave it half-way. */
async function prepareSession(client: pg.Client): Promise<void> {
  await client.query("set application_name = 'sluice-retention'");
  await client.query('set statement_timeout = 0');
  await client.query('set lock_timeout = 0');
  // A session whose process is gone ends while it waits; where the platform cannot tell, it ends when it has waited enough.
  await client.query("set client_connection_check_interval = '5s'").catch(() => {});
  const { rows } = await client.query<{ mine: boolean }>('select pg_try_advisory_lock($1) as mine', [
    DROPPER_LOCK,
  ]);
  if (!rows[0]!.mine) throw new DropperBusyError();
}

async function drop(client: pg.Client, due: DuePartition): Promise<DroppedPartition> {
  const { name, parent, subject, leaf, endedBefore } = due;
  let movedPayloads = 0;
  if (leaf !== null) {
    await finalizeOthers(client, due);
    if (!leaf.isDetachPending) {
      if (subject === 'payloads' && endedBefore !== null)
        movedPayloads = await moveNeededPayloads(client, name, endedBefore);
      // Before the detach: it says whose the table is, from the moment on at which it is nobody's partition.
      await client.query(`comment on table ${name} is '${DROP_MARK}'`);
    }
    await client.query(
      `alter table ${parent} detach partition ${name} ${leaf.isDetachPending ? 'finalize' : 'concurrently'}`,
    );
  }
  const size = await sizeOf(client, name);
  await client.query(`drop table ${name}`);
  return { name, ...size, movedPayloads };
}

/** A detach that began and did not end keeps every other one of its parent from beginning. */
async function finalizeOthers(client: pg.Client, { name, parent }: DuePartition): Promise<void> {
  for (const leaf of await readLeaves(client, [parent]))
    if (leaf.isDetachPending && leaf.name !== name)
      await client.query(`alter table ${parent} detach partition ${leaf.name} finalize`);
}

async function sizeOf(client: pg.Client, name: string): Promise<{ rows: number; bytes: number }> {
  const { rows: found } = await client.query<{ bytes: string; estimate: string }>(
    `select pg_total_relation_size(oid) as bytes, greatest(reltuples, 0)::bigint as estimate
     from pg_class where oid = $1::regclass`,
    [name],
  );
  const bytes = Number(found[0]!.bytes);
  if (bytes > COUNTED_MAX_BYTES) return { rows: Number(found[0]!.estimate), bytes };
  const { rows } = await client.query<{ rows: string }>(`select count(*) as rows from ${name}`);
  return { rows: Number(rows[0]!.rows), bytes };
}
