import type { Statement } from '../db/connection/pipelined-transaction.ts';
import { type EnqueueRequest, inputBytes } from './enqueue-request.ts';
import type { Place, Standing } from './place-requests.ts';

/** A row of findingKeys. */
export interface FoundKey extends Standing {
  /** The request's, from 0. */
  readonly index: number;
}

/** Finds what the requests' keys stand for, by their index, and whether it has their content, character for character. */
export function findingKeys(requests: readonly EnqueueRequest[]): Statement {
  return {
    name: 'find-keys',
    text: `
      select v.n::integer - 1 as index, e.id as "executionId",
        e.workflow_type = v.workflow_type and e.input is not distinct from v.input as "sameContent"
      from unnest($1::text[], $2::text[], $3::text[], $4::text[]) with ordinality
        as v (workspace_id, key, workflow_type, input, n)
      join executions e on e.workspace_id = v.workspace_id and e.idempotency_key = v.key`,
    values: [
      requests.map(({ workspaceId }) => workspaceId),
      requests.map(({ idempotencyKey }) => idempotencyKey),
      requests.map(({ workflowType }) => workflowType),
      requests.map(({ input }) => input),
    ],
  };
}

/** A row of appending. */
export interface Appended {
  readonly id: string;
  readonly createdAt: Date;
}

/** Writes the rows and their workspaces' counters, which nobody else writes while the workspaces are locked. */
export function appending(places: readonly Place[]): Statement {
  const counts = countsOf(places);
  return {
    name: 'append-executions',
    text: `
      with counted as (
        update workspaces w set last_seq = w.last_seq + v.n, pending = w.pending + v.n,
          pending_bytes = w.pending_bytes + v.bytes
        from unnest($1::text[], $2::integer[], $9::bigint[]) as v (id, n, bytes) where w.id = v.id)
      insert into executions (id, workspace_id, seq, workflow_type, input, idempotency_key)
      select v.id, v.workspace_id, v.seq, v.workflow_type, v.input, v.key
      from unnest($3::uuid[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[]) with ordinality
        as v (id, workspace_id, seq, workflow_type, input, key, n)
      order by v.n
      returning id, created_at as "createdAt"`,
    values: [
      [...counts.keys()],
      [...counts.values()].map(({ rows }) => rows),
      places.map(({ executionId }) => executionId),
      places.map(({ request }) => request.workspaceId),
      places.map(({ seq }) => seq),
      places.map(({ request }) => request.workflowType),
      places.map(({ request }) => request.input),
      places.map(({ request }) => request.idempotencyKey),
      [...counts.values()].map(({ bytes }) => bytes),
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
