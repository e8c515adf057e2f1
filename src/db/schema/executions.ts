import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { RetryPolicy } from '../../domain/start/retry-policy.ts';
import { CLOSE_STATUSES, type Status } from '../../domain/status.ts';
import { bytea, instant } from './columns.ts';
import { workspaces } from './workspaces.ts';

/** In the order in which they came to be. */
export const statusEnum = pgEnum('execution_status', [
  'pending',
  'running',
  ...CLOSE_STATUSES,
  'scheduled',
  'expired',
  'rejected',
]);

export const payloadKindEnum = pgEnum('payload_kind', ['input', 'result']);

/** The columns that an execution keeps when it ends. A function, because a column belongs to one table. */
const liveColumns = () => ({
  workspaceId: text('workspace_id').notNull(),
  /** Null until a scheduled execution enters the queue. */
  seq: bigint('seq', { mode: 'number' }),
  status: statusEnum('status').$type<Status>().notNull(),
  workflowType: text('workflow_type').notNull(),
  /** Length of the input's JSON text in UTF-8; null when the request had no input. The text itself is a row of `payloads`. */
  inputBytes: integer('input_bytes'),
  /** Of its payloads: the retention class of its tier when it was accepted. */
  payloadRetentionDays: smallint('payload_retention_days').notNull(),
  idempotencyKey: text('idempotency_key'),
  /** SHA-256 of the workflow type and the input, for rows with a key: a faithful repeat is known by it when the input is gone. */
  contentDigest: bytea('content_digest'),
  createdAt: instant('created_at').notNull(),
  /** The claim: from here on the execution holds a slot. */
  admittedAt: instant('admitted_at'),
  /** The limit in force at the claim; for one that was started ahead of it, the highest one under which that could be. */
  limitAtAdmission: integer('limit_at_admission'),
  /** True when its gate had started it in the place of another before Postgres heard of it: then `admitted_at` is later than its start. */
  startedAhead: boolean('started_ahead'),
  /** Temporal's own start time. */
  startedAt: instant('started_at'),
  /** Temporal's first run, recorded once the gate knows that the start is saved. */
  runId: text('run_id'),
  cancelRequestedAt: instant('cancel_requested_at'),
  cancelDeliveredAt: instant('cancel_delivered_at'),
  terminateRequestedAt: instant('terminate_requested_at'),
  terminateDeliveredAt: instant('terminate_delivered_at'),
  // Room for what comes, so that the large tables are altered once. Nothing writes them yet.
  createdBy: text('created_by'),
  parentExecutionId: uuid('parent_execution_id'),
  rerunOf: uuid('rerun_of'),
  startAfter: instant('start_after'),
  startBefore: instant('start_before'),
  executionTimeoutSeconds: integer('execution_timeout_seconds'),
  retryPolicy: jsonb('retry_policy').$type<RetryPolicy>(),
  reference: text('reference'),
  labels: jsonb('labels').$type<Readonly<Record<string, string>>>(),
  traceparent: text('traceparent'),
  /** The id of the key that asked; null without keys, and of Temporal's own requests. */
  cancelRequestedBy: text('cancel_requested_by'),
  terminateRequestedBy: text('terminate_requested_by'),
});

/** Executions that are scheduled, pending or running, and nothing else, so that it stays small: an end moves its row to `ended_executions`. */
export const executions = pgTable(
  'executions',
  {
    id: uuid('id').primaryKey(),
    ...liveColumns(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id),
    status: statusEnum('status').$type<Status>().notNull().default('pending'),
    payloadRetentionDays: smallint('payload_retention_days').notNull().default(0),
    createdAt: instant('created_at')
      .notNull()
      .default(sql`clock_timestamp()`),
  },
  (t) => [
    uniqueIndex('executions_idempotency_key')
      .on(t.workspaceId, t.idempotencyKey)
      .where(sql`${t.idempotencyKey} is not null`),
    uniqueIndex('executions_pending')
      .on(t.workspaceId, t.seq)
      .where(sql`${t.status} = 'pending'`),
    uniqueIndex('executions_running')
      .on(t.workspaceId, t.seq)
      .where(sql`${t.status} = 'running'`),
    // For lists, which go by id.
    index('executions_by_workspace').on(t.workspaceId, t.id),
    index('executions_reference')
      .on(t.reference, t.workspaceId, t.id)
      .where(sql`${t.reference} is not null`),
    index('executions_start_time_unknown')
      .on(t.admittedAt)
      .where(sql`${t.admittedAt} is not null and ${t.startedAt} is null`),
    index('executions_scheduled')
      .on(t.startAfter)
      .where(sql`${t.seq} is null`),
    index('executions_scheduled_by_workspace')
      .on(t.workspaceId, t.startAfter, t.id)
      .where(sql`${t.seq} is null`),
    index('executions_start_before')
      .on(t.startBefore)
      .where(sql`${t.status} = 'pending' and ${t.startBefore} is not null`),
    index('executions_start_before_by_workspace')
      .on(t.workspaceId, t.startBefore)
      .where(sql`${t.status} = 'pending' and ${t.startBefore} is not null`),
    check('executions_running_is_admitted', sql`${t.status} <> 'running' or ${t.admittedAt} is not null`),
    check('executions_queued_has_seq', sql`(${t.status}::text = 'scheduled') = (${t.seq} is null)`),
    check('executions_live', sql`${t.status}::text in ('pending', 'running', 'scheduled')`),
  ],
);

/**
 * Executions that have ended. Partitioned by retention class and then by the time of the move, so that what is old enough is dropped and not
 * deleted. Nothing is unique across partitions: ids and keys are unique because a row comes from `executions`, under its workspace's lock.
 */
export const endedExecutions = pgTable(
  'ended_executions',
  {
    id: uuid('id').notNull(),
    ...liveColumns(),
    closedAt: instant('closed_at').notNull(),
    /** As `input_bytes`; null when there was no result, or it was omitted. */
    resultBytes: integer('result_bytes'),
    resultOmittedReason: text('result_omitted_reason'),
    resultOmittedBytes: integer('result_omitted_bytes'),
    failureType: text('failure_type'),
    failureMessage: text('failure_message'),
    /** The newest execution that was made by a rerun of it. Written when that one is. */
    latestRerun: uuid('latest_rerun'),
    /** When somebody asked for its payloads to be deleted. Retention leaves this null. */
    payloadsDeletedAt: instant('payloads_deleted_at'),
    /** The retention class of its tier when it ended; 0 is kept until every tier has one. */
    retentionDays: smallint('retention_days').notNull(),
    /** By Postgres' clock, when it was recorded; `closed_at` is Temporal's, and may be any time. */
    movedAt: instant('moved_at')
      .notNull()
      .default(sql`clock_timestamp()`),
  },
  (t) => [
    index('ended_executions_id').on(t.id),
    index('ended_executions_by_workspace').on(t.workspaceId, t.id),
    // Of what did not complete alone: nearly every end writes neither.
    index('ended_executions_by_status')
      .on(t.workspaceId, t.status, t.id)
      .where(sql`${t.status} <> 'completed'`),
    index('ended_executions_not_completed')
      .on(t.id)
      .where(sql`${t.status} <> 'completed'`),
    index('ended_executions_reference')
      .on(t.reference, t.workspaceId, t.id)
      .where(sql`${t.reference} is not null`),
    index('ended_executions_idempotency_key')
      .on(t.workspaceId, t.idempotencyKey)
      .where(sql`${t.idempotencyKey} is not null`),
    index('ended_executions_start_time_unknown')
      .on(t.admittedAt)
      .where(sql`${t.admittedAt} is not null and ${t.startedAt} is null`),
    check('ended_executions_ended', sql`${t.status}::text not in ('pending', 'running', 'scheduled')`),
  ],
);

/**
 * Inputs and results: written once and never moved with their execution. Partitioned by retention class and by the time from which retention
 * counts. That is the time of writing; when a partition is dropped, what is still needed goes on with a later one.
 */
export const payloads = pgTable(
  'payloads',
  {
    executionId: uuid('execution_id').notNull(),
    kind: payloadKindEnum('kind').notNull(),
    retentionDays: smallint('retention_days').notNull(),
    keptFrom: instant('kept_from')
      .notNull()
      .default(sql`clock_timestamp()`),
    /** Null: JSON text in UTF-8. */
    encoding: text('encoding'),
    data: bytea('data').notNull(),
  },
  (t) => [index('payloads_execution').on(t.executionId)],
);
