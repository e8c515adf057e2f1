import type { ClientBase } from 'pg';
import { KEPT } from '../../domain/retention.ts';

/** Some tenths of a second of work: what a batch has done is lost when the process is killed in it. */
const BATCH_MAX_ROWS = 5_000;

/** Of payloads, unless a single row has more. A batch's rows are written to disk once more in the write-ahead log. */
const BATCH_MAX_BYTES = 32 * 2 ** 20;

const COLUMNS = `id, workspace_id, seq, status, workflow_type, idempotency_key, created_at, admitted_at, started_at, run_id,
  cancel_requested_at, cancel_delivered_at, terminate_requested_at, terminate_delivered_at`;

/** As the enqueue makes it: a key of before an upgrade is to recognise its repeat after it. */
const CONTENT_DIGEST = `case when idempotency_key is not null then
  sha256(convert_to(workflow_type, 'UTF8') || '\\x00'::bytea || coalesce(convert_to(input, 'UTF8'), ''::bytea)) end`;

/**
 * Writes the next rows of `legacy_executions`, by id, to where they belong, and how far it has come. One statement: whoever kills it finds all
 * of it done or nothing. Nothing is deleted, because the whole table is dropped in the end. What was accepted under a version without
 * retention is kept until all tiers have one.
 */
const MOVE_BATCH = `
  with next as (
    select id, row_number() over by_id as rows,
      sum(coalesce(octet_length(input), 0) + coalesce(octet_length(result), 0)) over by_id as bytes
    from (
      select id, input, result from legacy_executions
      where id > (select through_id from legacy_executions_progress) order by id limit ${BATCH_MAX_ROWS}) as candidates
    window by_id as (order by id)),
  last as (select id from next where rows = 1 or bytes <= ${BATCH_MAX_BYTES} order by id desc limit 1),
  batch as materialized (
    select * from legacy_executions
    where id > (select through_id from legacy_executions_progress) and id <= (select id from last)),
  live as (
    insert into executions (${COLUMNS}, input_bytes, content_digest, payload_retention_days)
    select ${COLUMNS}, octet_length(input), ${CONTENT_DIGEST}, ${KEPT}
    from batch where closed_at is null),
  ended as (
    insert into ended_executions (${COLUMNS}, input_bytes, content_digest, payload_retention_days, closed_at, result_bytes,
      result_omitted_reason, result_omitted_bytes, failure_type, failure_message, retention_days)
    select ${COLUMNS}, octet_length(input), ${CONTENT_DIGEST}, ${KEPT}, closed_at, octet_length(result),
      result_omitted_reason, result_omitted_bytes, failure_type, failure_message, ${KEPT}
    from batch where closed_at is not null),
  written as (
    insert into payloads (execution_id, kind, retention_days, data)
    select b.id, v.kind::payload_kind, ${KEPT}, convert_to(v.text, 'UTF8')
    from batch b, lateral (values ('input', b.input), ('result', b.result)) as v (kind, text)
    where v.text is not null)
  update legacy_executions_progress p set through_id = last.id, moved = p.moved + (select count(*) from batch)
  from last
  returning moved::float8`;

/** Moves the next rows. Returns how many have been moved by now, by this process and by others before it; null when none are left. */
export async function moveBatch(client: ClientBase): Promise<number | null> {
  const { rows } = await client.query<{ moved: number }>(MOVE_BATCH);
  return rows[0]?.moved ?? null;
}
