import type { Statement } from '../../db/connection/pipelined-transaction.ts';
import { contentDigest } from '../content-digest.ts';
import { type EnqueueRequest, inputBytes } from '../enqueue-request.ts';
import type { Place, Standing } from '../place-requests.ts';
import { attributesText } from '../request-attributes.ts';

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
  const { counts, numbers } = countsOf(places);
  return {
    name: 'append-executions',
    text: `
      with counted as (
        update workspaces w set last_seq = w.last_seq + v.queued, last_event = w.last_event + v.queued + v.scheduled,
          pending = w.pending + v.queued, pending_bytes = w.pending_bytes + v.queued_bytes,
          scheduled = w.scheduled + v.scheduled, scheduled_bytes = w.scheduled_bytes + v.scheduled_bytes
        from unnest($1::text[], $2::integer[], $3::bigint[], $14::integer[], $15::bigint[])
          as v (id, queued, queued_bytes, scheduled, scheduled_bytes) where w.id = v.id
        returning w.id, w.last_event - v.queued - v.scheduled as events_before),
      new as (
        select * from unnest($4::uuid[], $5::text[], $6::bigint[], $7::text[], $8::text[], $9::text[], $10::text[], $11::smallint[],
          $12::text[], $13::jsonb[], $16::integer[])
          with ordinality as v (id, workspace_id, seq, workflow_type, input, key, digest, payload_retention_days, created_by, attributes, number, n)),
      stored as (
        insert into payloads (execution_id, kind, retention_days, data)
        select id, 'input', payload_retention_days, convert_to(input, 'UTF8') from new where input is not null),
      appended as (
        insert into executions (id, workspace_id, seq, status, workflow_type, input_bytes, payload_retention_days, idempotency_key, content_digest,
          created_by, reference, rerun_of, start_after, start_before, execution_timeout_seconds, retry_policy, labels)
        select id, workspace_id, seq, (case when seq is null then 'scheduled' else 'pending' end)::execution_status, workflow_type, octet_length(input), payload_retention_days, key, decode(digest, 'hex'),
          created_by, attributes->>'reference', (attributes->>'rerunOf')::uuid, (attributes->>'startAfter')::timestamptz,
          (attributes->>'startBefore')::timestamptz, (attributes->>'executionTimeout')::integer, attributes->'retryPolicy', attributes->'labels'
        from new order by n
        returning id, workspace_id, seq, status, created_at),
      told as (
        insert into events (workspace_id, number, kind, execution_id, seq, status, at)
        select a.workspace_id, counted.events_before + new.number, (case when a.seq is null then 'scheduled' else 'accepted' end)::event_kind,
          a.id, a.seq, a.status, a.created_at
        from appended a join new on new.id = a.id join counted on counted.id = a.workspace_id order by new.n)
      select id, created_at as "createdAt" from appended`,
    values: [
      [...counts.keys()],
      [...counts.values()].map(({ queued }) => queued.rows),
      [...counts.values()].map(({ queued }) => queued.bytes),
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
      [...counts.values()].map(({ scheduled }) => scheduled.rows),
      [...counts.values()].map(({ scheduled }) => scheduled.bytes),
      numbers,
    ],
  };
}

/** Lets ended executions name what was made of them by these places; null when none is a rerun. Sent with `appending`, under the same locks. */
export function namingReruns(places: readonly Place[]): Statement | null {
  const reruns = places.filter(({ request }) => request.attributes?.rerunOf !== undefined);
  if (reruns.length === 0) return null;
  return {
    name: 'name-reruns',
    text: `
      update ended_executions e set latest_rerun = v.id
      from (
        select distinct on (old) id, workspace_id, old
        from unnest($1::uuid[], $2::text[], $3::uuid[]) with ordinality as v (id, workspace_id, old, n) order by old, n desc) v
      where e.id = v.old and e.workspace_id = v.workspace_id`,
    values: [
      reruns.map(({ executionId }) => executionId),
      reruns.map(({ request }) => request.workspaceId),
      reruns.map(({ request }) => request.attributes!.rerunOf!),
    ],
  };
}

interface Count {
  rows: number;
  bytes: number;
}

/** By workspace what it gets, and for each place its number among those of its workspace, from 1. */
function countsOf(places: readonly Place[]) {
  const counts = new Map<string, { queued: Count; scheduled: Count }>();
  const numbers = places.map(({ request, seq }) => {
    let ofWorkspace = counts.get(request.workspaceId);
    if (ofWorkspace === undefined) {
      ofWorkspace = { queued: { rows: 0, bytes: 0 }, scheduled: { rows: 0, bytes: 0 } };
      counts.set(request.workspaceId, ofWorkspace);
    }
    const count = seq === null ? ofWorkspace.scheduled : ofWorkspace.queued;
    count.rows += 1;
    count.bytes += inputBytes(request);
    return ofWorkspace.queued.rows + ofWorkspace.scheduled.rows;
  });
  return { counts, numbers };
}
