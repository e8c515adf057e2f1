import { isDeepStrictEqual } from 'node:util';
import { sql } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import type { BulkActKind } from '../../domain/bulk/bulk-act.ts';
import { BulkActKeyReusedError, MatchingChangedError } from '../../domain/bulk/bulk-refusals.ts';
import { recordChange } from '../changes/record-change.ts';
import type { Database, Db, Tx } from '../connection/database.ts';
import { now } from '../connection/now.ts';
import { inTransaction } from '../connection/transaction.ts';
import type { ExecutionFilter } from '../executions/list/execution-filter.ts';
import { bulkActs } from '../schema.ts';
import { type BulkActRow, bulkFilterOf } from './bulk-act-row.ts';
import { countMatching, type Matching } from './count-matching.ts';

export interface NewBulkAct {
  readonly act: BulkActKind;
  readonly filter: ExecutionFilter;
  /** How many the caller believes to match; null when it does not matter. */
  readonly expected: number | null;
  readonly reason: string | null;
  readonly idempotencyKey: string | null;
  /** The id of the key that asks. */
  readonly by: string | null;
}

/**
 * Accepts an act on all executions that match now: workers carry it on from its row. It is recorded among the changes, in the same transaction. A
 * repeat of an idempotency key gives the act that it stands for.
 *
 * @throws MatchingChangedError, BulkActKeyReusedError: nothing is done then
 */
export async function acceptBulkAct(
  database: Database,
  asked: NewBulkAct,
  options: { countMaxMs?: number } = {},
): Promise<BulkActRow> {
  const before = await findByKey(database.db, asked);
  if (before !== null) return before;
  // Divides what the act is about from what comes later.
  const acceptedAt = await now(database.db);
  const { act, filter, expected } = asked;
  const matching = await countMatching(database, { act, filter, acceptedAt }, options.countMaxMs);
  if (expected !== null && (matching.isLowerBound || matching.count !== expected))
    throw new MatchingChangedError(expected, matching);
  const accepted = await inTransaction(database, (tx) => insert(tx, asked, acceptedAt, matching));
  // Somebody else was faster with the same key.
  return accepted ?? (await findByKey(database.db, asked))!;
}

/** @throws BulkActKeyReusedError */
async function findByKey(db: Db, asked: NewBulkAct): Promise<BulkActRow | null> {
  const { act, filter, reason, idempotencyKey } = asked;
  if (idempotencyKey === null) return null;
  const [row] = await db
    .select()
    .from(bulkActs)
    .where(
      sql`coalesce(${bulkActs.workspaceId}, '*') = ${filter.workspaceId ?? '*'} and ${bulkActs.idempotencyKey} = ${idempotencyKey}`,
    );
  if (row === undefined) return null;
  const isSame =
    row.act === act && row.reason === reason && isDeepStrictEqual({ ...row.filter }, bulkFilterOf(filter));
  if (!isSame) throw new BulkActKeyReusedError(row.id);
  return row;
}

/** Null when another act has its key. */
async function insert(
  tx: Tx,
  asked: NewBulkAct,
  acceptedAt: Date,
  matching: Matching,
): Promise<BulkActRow | null> {
  const { act, reason, by, idempotencyKey } = asked;
  const { workspaceId } = asked.filter;
  const filter = bulkFilterOf(asked.filter);
  const [row] = await tx
    .insert(bulkActs)
    .values({
      id: uuidv7(),
      workspaceId,
      act,
      filter,
      reason,
      by,
      idempotencyKey,
      acceptedAt,
      matching: matching.count,
      matchingIsLowerBound: matching.isLowerBound,
    })
    .onConflictDoNothing()
    .returning();
  if (row === undefined) return null;
  await insertParts(tx, row, matching);
  await recordChange(
    tx,
    { by, source: 'api', reason },
    {
      workspaceId,
      act: `bulk_${act}`,
      from: null,
      to: {
        bulkActId: row.id,
        matching: row.matching,
        matchingIsLowerBound: row.matchingIsLowerBound,
        filter,
      },
    },
  );
  return row;
}

/** One for each workspace that it is about: where not all were counted, for each that there is. */
async function insertParts(
  tx: Tx,
  { id, workspaceId }: BulkActRow,
  { isLowerBound, byWorkspace }: Matching,
): Promise<void> {
  const counted = sql`select unnest(${sql.param([...byWorkspace.keys()])}::text[])`;
  const of = isLowerBound && workspaceId === null ? sql`select id from workspaces` : counted;
  await tx.execute(sql`
    insert into bulk_act_parts (act_id, workspace_id) select ${id}::uuid, part.workspace_id from (${of}) as part (workspace_id)`);
}
