import { sql } from 'drizzle-orm';
import type { ReconcileRequest } from '../workflows/gate/contract.ts';
import type { Tx } from './client.ts';
import { textArray } from './id-list.ts';

/** Writes down what a gate reports: starts, ends, delivered cancellations. What is recorded already stays as it is. */
export async function recordReports(tx: Tx, request: ReconcileRequest): Promise<void> {
  await recordStarts(tx, request);
  await recordCloses(tx, request);
  await recordCancelsDelivered(tx, request);
}

async function recordStarts(tx: Tx, { workspaceId, started }: ReconcileRequest): Promise<void> {
  if (started.length === 0) return;
  await tx.execute(sql`
    update executions e set run_id = v.run_id
    from unnest(${textArray(started.map((s) => s.executionId))}::uuid[], ${textArray(started.map((s) => s.runId))}::text[]) as v (id, run_id)
    where e.id = v.id and e.workspace_id = ${workspaceId} and e.run_id is null`);
}

async function recordCloses(tx: Tx, { workspaceId, closed }: ReconcileRequest): Promise<void> {
  if (closed.length === 0) return;
  const values = closed.map(
    ({ executionId, closedAt, outcome }) => sql`(
      ${executionId}::uuid, ${outcome.status}::execution_status, ${closedAt}::timestamptz, ${outcome.result}::text,
      ${outcome.resultOmitted?.reason ?? null}::text, ${outcome.resultOmitted?.bytes ?? null}::integer,
      ${outcome.failure?.type ?? null}::text, ${outcome.failure?.message ?? null}::text)`,
  );
  await tx.execute(sql`
    update executions e
    set status = v.status, closed_at = v.closed_at, result = v.result, result_omitted_reason = v.omitted_reason,
        result_omitted_bytes = v.omitted_bytes, failure_type = v.failure_type, failure_message = v.failure_message
    from (values ${sql.join(values, sql`, `)})
      as v (id, status, closed_at, result, omitted_reason, omitted_bytes, failure_type, failure_message)
    where e.id = v.id and e.workspace_id = ${workspaceId} and e.status = 'running'`);
}

async function recordCancelsDelivered(
  tx: Tx,
  { workspaceId, cancelsDelivered }: ReconcileRequest,
): Promise<void> {
  if (cancelsDelivered.length === 0) return;
  await tx.execute(sql`
    update executions set cancel_delivered_at = clock_timestamp()
    where id = any(${textArray(cancelsDelivered)}::uuid[]) and workspace_id = ${workspaceId} and cancel_delivered_at is null`);
}
