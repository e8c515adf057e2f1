import type { Statement } from '../../db/connection/pipelined-transaction.ts';
import type { LockedWorkspace } from '../../db/workspaces/lock-workspace.ts';
import type { EnqueueRequest } from '../enqueue-request.ts';
import { attributesText } from '../request-attributes.ts';

/** An execution that was asked for and is not to be. */
export interface Rejected {
  readonly id: string;
  readonly request: EnqueueRequest;
  readonly error: Error;
}

/**
 * Writes what was refused as executions that have ended, with the reason and the input, for a transaction that has locked their workspace. Their keys are left
 * free: nothing was done for them.
 */
export function rejecting(workspace: LockedWorkspace, rejected: readonly Rejected[]): Statement {
  return {
    name: 'reject-executions',
    text: `
      with counted as (
        update workspaces w set last_event = w.last_event + $2 where w.id = $1 returning w.id, w.tier, w.last_event - $2 as events_before),
      new as (
        select * from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::jsonb[], $8::text[], $9::text[])
          with ordinality as v (id, workflow_type, input, created_by, attributes, failure_type, failure_message, n)),
      stored as (
        insert into payloads (execution_id, kind, retention_days, data)
        select id, 'input', $10::smallint, convert_to(input, 'UTF8') from new where input is not null),
      moved as (
        insert into ended_executions (id, workspace_id, status, workflow_type, input_bytes, payload_retention_days, created_at, created_by, reference,
          start_after, start_before, execution_timeout_seconds, retry_policy, labels, closed_at, failure_type, failure_message, retention_days)
        select new.id, counted.id, 'rejected', workflow_type, octet_length(input), $10::smallint, clock_timestamp(), created_by, attributes->>'reference',
          (attributes->>'startAfter')::timestamptz, (attributes->>'startBefore')::timestamptz, (attributes->>'executionTimeout')::integer,
          attributes->'retryPolicy', attributes->'labels', clock_timestamp(), failure_type, failure_message,
          (select t.retention_days from tiers t where t.name = counted.tier)
        from new cross join counted
        returning id, moved_at)
      insert into events (workspace_id, number, kind, execution_id, status, at)
      select counted.id, counted.events_before + new.n, 'ended', new.id, 'rejected', moved.moved_at
      from new join moved on moved.id = new.id cross join counted order by new.n`,
    values: [
      workspace.id,
      rejected.length,
      rejected.map(({ id }) => id),
      rejected.map(({ request }) => request.workflowType),
      rejected.map(({ request }) => request.input),
      rejected.map(({ request }) => request.createdBy),
      rejected.map(({ request: { attributes } }) => attributes && attributesText(attributes)),
      rejected.map(({ error }) => reasonOf(error)),
      rejected.map(({ error }) => error.message),
      workspace.payloadRetentionDays,
    ],
  };
}

/** As types of failures are named: QueueFull for a QueueFullError. */
export function reasonOf(error: Error): string {
  return error.name.replace(/Error$/, '');
}

/** An id that was given for a key which stands for another execution. */
export interface Alias {
  readonly id: string;
  readonly executionId: string;
}

export function aliasing(workspaceId: string, aliases: readonly Alias[]): Statement {
  return {
    name: 'alias-executions',
    text: `
      insert into execution_aliases (workspace_id, id, execution_id)
      select $1, id, execution_id from unnest($2::uuid[], $3::uuid[]) as v (id, execution_id)`,
    values: [workspaceId, aliases.map(({ id }) => id), aliases.map(({ executionId }) => executionId)],
  };
}
