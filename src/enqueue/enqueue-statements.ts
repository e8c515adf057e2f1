import type { Statement } from '../db/connection/pipelined-transaction.ts';
import { contentDigest } from './content-digest.ts';
import { type EnqueueRequest, inputBytes } from './enqueue-request.ts';
import type { Place, Standing } from './place-requests.ts';
import { attributesText } from './request-attributes.ts';

/** A row of findingKeys. */
export interface FoundKey extends Standing {
  /** The request's, from 0. */
  readonly index: number;
}

/**
 * Finds what the requests' keys stand for, by their index, and whether it has their content, by its digest: the input itself may be kept for a
 * shorter time than the key. `offset 0` keeps the look-ups apart: joined, they could read whole tables.
 */
export function findingKeys(requests: readonly EnqueueRequest[]): Statement {
  const keyed = requests.flatMap((request, index) =>
    request.idempotencyKey === null ? [] : [{ request, index }],
  );
  return {
    name: 'find-keys',
    text: `
      select v.index, e.id as "executionId", e.content_digest is not distinct from decode(v.digest, 'hex') as "sameContent"
      from unnest($1::integer[], $2::text[], $3::text[], $4::text[]) as v (index, workspace_id, key, digest)
      cross join lateral (
        select id, content_digest from executions where workspace_id = v.workspace_id and idempotency_key = v.key
        union all
        select id, content_digest from ended_executions where workspace_id = v.workspace_id and idempotency_key = v.key
        offset 0) e`,
    values: [
      keyed.map(({ index }) => index),
      keyed.map(({ request }) => request.workspaceId),
      keyed.map(({ request }) => request.idempotencyKey),
      keyed.map(({ request }) => contentDigest(request)),
    ],
  };
}

/** A row of appending. */
export interface Appended {
  readonly id: string;
  readonly createdAt: Date;
}

/** Writes the rows, their inputs and events, and their workspaces' counters, which nobody else writes while the workspaces are locked. */
export function appending(places: readonly Place[]): Statement {
  const counts = countsOf(places);
  return {
    name: 'append-executions',
    text: `
      with counted as (
        update workspaces w set last_seq = w.last_seq + v.n, last_event = w.last_event + v.n, pending = w.pending + v.n,
          pending_bytes = w.pending_bytes + v.bytes
        from unnest($1::text[], $2::integer[], $3::bigint[]) as v (id, n, bytes) where w.id = v.id
        returning w.id, w.last_event - w.last_seq as ahead),
      new as (
        select * from unnest($4::uuid[], $5::text[], $6::bigint[], $7::text[], $8::text[], $9::text[], $10::text[], $11::smallint[],
          $12::text[], $13::jsonb[])
          with ordinality as v (id, workspace_id, seq, workflow_type, input, key, digest, payload_retention_days, created_by, attributes, n)),
      stored as (
        insert into payloads (execution_id, kind, retention_days, data)
        select id, 'input', payload_retention_days, convert_to(input, 'UTF8') from new where input is not null),
      appended as (
        insert into executions (id, workspace_id, seq, workflow_type, input_bytes, payload_retention_days, idempotency_key, content_digest,
          created_by, reference, rerun_of)
        select id, workspace_id, seq, workflow_type, octet_length(input), payload_retention_days, key, decode(digest, 'hex'),
          created_by, attributes->>'reference', (attributes->>'rerunOf')::uuid
        from new order by n
        returning id, workspace_id, seq, created_at),
      told as (
        insert into events (workspace_id, number, kind, execution_id, seq, status, at)
        select a.workspace_id, a.seq + counted.ahead, 'accepted', a.id, a.seq, 'pending', a.created_at
        from appended a join counted on counted.id = a.workspace_id order by a.seq)
      select id, created_at as "createdAt" from appended`,
    values: [
      [...counts.keys()],
      [...counts.values()].map(({ rows }) => rows),
      [...counts.values()].map(({ bytes }) => bytes),
      places.map(({ executionId }) => executionId),
      places.map(({ request }) => request.workspaceId),
      places.map(({ seq }) => seq),
      places.map(({ request }) => request.workflowType),
      places.map(({ request }) => request.input),
      places.map(({ request }) => request.idempotencyKey),
      places.map(({ request }) => (request.idempotencyKey === null ? null : contentDigest(request))),
      places.map(({ payloadRetentionDays }) => payloadRetentionDays),
      places.map(({ request }) => request.createdBy),
      places.map(({ request: { attributes } }) => attributes && attributesText(attributes)),
    ],
  };
}

function countsOf(places: readonly Place[]): Map<string, { rows: number; bytes: number }> {
  const counts = new Map<string, { rows: number; bytes: number }>();
  for (const { request } of places) {
    const { rows, bytes } = counts.get(request.workspaceId) ?? { rows: 0, bytes: 0 };
    counts.set(request.workspaceId, { rows: rows + 1, bytes: bytes + inputBytes(request) });
  }
  return counts;
}
