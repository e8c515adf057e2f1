import type { Database } from '../../src/db/connection/database.ts';
import { DAY_MS, LEAF_PARENTS, type Leaf, leafAt } from '../../src/db/partitions/grid.ts';
import { makePartitionsOf } from '../../src/db/partitions/make-partitions.ts';
import { idOf, INPUT } from './line.ts';

/** The retention class of every workspace of the bench. */
export const CLASS_DAYS = 30;

const WEEK_MS = 7 * DAY_MS;

/** Rows of one statement: some seconds each. */
const BATCH_ROWS = 200_000;

export interface EndedRows {
  readonly rows: number;
  readonly from: Date;
  readonly to: Date;
  /** Their workspaces are `{prefix}-0`, `{prefix}-1` and so on; the rows belong to one after another. */
  readonly prefix: string;
  readonly workspaces: number;
  /** Whether their inputs are written too, into partitions of their own. */
  readonly withInputs: boolean;
  readonly signal: AbortSignal;
  onRows(rows: number): void;
}

/** The leaf of one of these tables, in the bench's class, that holds a moment; made when it is missing, as it would have been then. */
export async function makeLeaf(
  database: Database,
  subject: 'ended_executions' | 'payloads',
  moment: Date,
): Promise<Leaf> {
  const parent = LEAF_PARENTS.find(({ name }) => name === `${subject}_${CLASS_DAYS}`)!;
  await makePartitionsOf(database, { also: { parent: parent.name, moment } });
  return leafAt(parent, moment);
}

/**
 * Writes rows that ended evenly between two moments, each with an idempotency key, into the partitions where the product would
 * have put them. Their ids are of their times.
 */
export async function insertEndedRows(database: Database, plan: EndedRows): Promise<void> {
  const { rows, from, to, prefix, workspaces, withInputs, signal, onRows } = plan;
  await insertWorkspaces(database, plan);
  const subjects = ['ended_executions', ...(withInputs ? (['payloads'] as const) : [])] as const;
  for (let ms = from.getTime(); ms < to.getTime() + WEEK_MS; ms += WEEK_MS)
    for (const subject of subjects) await makeLeaf(database, subject, new Date(Math.min(ms, to.getTime())));
  const input = withInputs ? INPUT : null;
  for (let done = 0; done < rows; done += BATCH_ROWS) {
    signal.throwIfAborted();
    const through = Math.min(done + BATCH_ROWS, rows);
    await database.pool.query(INSERT_ROWS, [
      rows,
      from.getTime(),
      to.getTime(),
      prefix,
      workspaces,
      done,
      through - 1,
      CLASS_DAYS,
      input,
    ]);
    onRows(through);
  }
}

/** The workspaces of such rows, without the rows. */
export async function insertWorkspaces(
  { pool }: Database,
  { rows, prefix, workspaces }: Pick<EndedRows, 'rows' | 'prefix' | 'workspaces'>,
): Promise<void> {
  await pool.query(
    `insert into workspaces (id, tier, limit_in_force, last_seq)
     select $2::text || '-' || n, 'pro', 5, ceil(($1::float8 - n) / $3::integer) from generate_series(0, $3::integer - 1) as n`,
    [rows, prefix, workspaces],
  );
}

const INSERT_ROWS = `
  with made as materialized (
    select n, $4::text || '-' || n % $5::integer as workspace_id, n / $5::integer + 1 as seq, to_timestamp(ms / 1000.0) as at,
      ${idOf('ms', 'n::text')} as id
    from generate_series($6::integer, $7::integer) as n,
      lateral (select ($2::bigint + n::float8 / $1::integer * ($3::bigint - $2::bigint))::bigint as ms) as moment),
  stored as (
    insert into payloads (execution_id, kind, retention_days, kept_from, data)
    select id, 'input', $8::integer, at, convert_to($9::text, 'UTF8') from made where $9::text is not null)
  insert into ended_executions (id, workspace_id, seq, status, workflow_type, input_bytes, payload_retention_days, idempotency_key,
    content_digest, created_at, admitted_at, limit_at_admission, started_at, run_id, closed_at, retention_days, moved_at)
  select id, workspace_id, seq, case when n % 20 = 0 then 'failed' else 'completed' end::execution_status, 'nothing', octet_length($9::text),
    $8::integer, 'key-' || n, sha256(convert_to(n::text, 'UTF8')), at, at, 5, at, md5(n::text), at, $8::integer, at
  from made`;
