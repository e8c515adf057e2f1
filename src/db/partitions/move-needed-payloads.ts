import type pg from 'pg';
import { inTransactionOn } from '../connection/on-client.ts';
import { makePartitions } from './make-partitions.ts';
import { withPartitionsMadeBy } from './with-partitions.ts';

/** Of executions in one transaction. At a megabyte each it writes what Postgres can take between two checkpoints. */
const BATCH_EXECUTIONS = 500;

/** Somebody deletes payloads for that long at most. */
const LOCK_TIMEOUT_MS = 5_000;

const NO_ID = '00000000-0000-0000-0000-000000000000';

/**
 * Moves the payloads that are still needed out of a partition that is to be dropped, and returns how many. Those of executions that have not
 * ended begin anew, those of ended ones count from the end; `endedBefore` is the end that no longer counts.
 *
 * A row is deleted here and inserted there by one statement, so a reader finds it once, and a process that dies has lost nothing. Whoever
 * deletes an execution's payloads waits for the batch, and then finds them where they are.
 */
export async function moveNeededPayloads(
  client: pg.ClientBase,
  partition: string,
  endedBefore: Date,
): Promise<number> {
  // Only executions of these ids can have payloads here; ids ascend with time, so it is a small part of the ended ones.
  const { rows } = await client.query<{ last: string }>(
    `select execution_id as last from ${partition} order by execution_id desc limit 1`,
  );
  if (rows[0] === undefined) return 0;
  const through = rows[0].last;
  let after = NO_ID;
  let moved = 0;
  for (;;) {
    const batch = await withPartitionsMadeBy(
      (wanted) => makePartitions(client, wanted),
      () => moveBatch(client, partition, [after, through, endedBefore]),
    );
    moved += batch.moved;
    if (batch.last === null) return moved;
    after = batch.last;
  }
}

interface Batch {
  /** Of executions that were looked at; null when there was none. */
  readonly last: string | null;
  readonly moved: number;
}

async function moveBatch(
  client: pg.ClientBase,
  partition: string,
  values: readonly [after: string, through: string, endedBefore: Date],
): Promise<Batch> {
  return await inTransactionOn(client, async () => {
    await client.query(`set local lock_timeout = '${LOCK_TIMEOUT_MS}ms'`);
    await client.query(`lock table ${partition} in share row exclusive mode`);
    const { rows } = await client.query<Batch>(MOVE(partition), [...values]);
    return rows[0]!;
  });
}

const MOVE = (partition: string) => `
  with needed as materialized (
    (select id, clock_timestamp() as kept_from from executions where id > $1 and id <= $2 order by id limit ${BATCH_EXECUTIONS})
    union all
    (select id, moved_at from ended_executions
     where id > $1 and id <= $2 and moved_at > $3 order by id limit ${BATCH_EXECUTIONS})
    order by id limit ${BATCH_EXECUTIONS}),
  moved as (
    delete from ${partition} p using needed n where p.execution_id = n.id
    returning p.execution_id, p.kind, p.retention_days, n.kept_from, p.encoding, p.data),
  written as (
    insert into payloads (execution_id, kind, retention_days, kept_from, encoding, data)
    select execution_id, kind, retention_days, kept_from, encoding, data from moved returning 1)
  select (select id from needed order by id desc limit 1) as last, (select count(*)::int from written) as moved`;
