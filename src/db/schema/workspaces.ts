import { sql } from 'drizzle-orm';
import {
  bigint,
  bigserial,
  boolean,
  check,
  index,
  integer,
  pgEnum,
  pgTable,
  primaryKey,
  smallint,
  text,
  uuid,
} from 'drizzle-orm/pg-core';
import { KEPT, type RetentionClass } from '../../domain/retention.ts';
import { LIMIT_MAX, LIMIT_MIN, TIERS, type TierConfig } from '../../domain/tier.ts';
import { instant } from './columns.ts';

export const tierEnum = pgEnum('tier', TIERS);

/** `pool`: Sluice's own workers serve the workspace's queue. `external`: somebody else's do, in any language. */
export const workersEnum = pgEnum('workspace_workers', ['pool', 'external']);
export type Workers = (typeof workersEnum.enumValues)[number];

/**
 * The cause of a change of a limit: a request to the API, a signal to the gate, the row of the workspace's tier, or configuration. The last one
 * made the first row of each tier, and changed workspaces under versions that had no such rows.
 */
export const limitChangeSourceEnum = pgEnum('limit_change_source', [
  'api',
  'signal',
  'configuration',
  'tier',
]);

/**
 * One row: which installation this database belongs to, and which Temporal namespace it works in. Children and gates carry the id in their
 * memo. The namespace is null until the first worker starts; its own id counts, its name is for people.
 */
export const deployment = pgTable(
  'deployment',
  {
    onlyRow: boolean('only_row').primaryKey().default(true),
    id: uuid('id')
      .notNull()
      .default(sql`gen_random_uuid()`),
    namespaceId: text('namespace_id'),
    namespaceName: text('namespace_name'),
    boundAt: instant('bound_at'),
    /** How many migrations have been applied whole, their batches included. A process refuses any other number than its own. */
    schemaVersion: integer('schema_version').notNull().default(0),
    /**
     * Raised when the database goes on after a restore: numbers of events that gates remember from an earlier epoch mean nothing. By the clock,
     * so that it is higher than any that gates remember of a time after the backup.
     */
    epoch: integer('epoch').notNull().default(1),
    /** Of one execution, as the API that started last has it; null before. `sluice.enqueue` refuses more at once. */
    maxInputBytes: integer('max_input_bytes'),
    /** Whether `sluice.enqueue` sends a NOTIFY, which takes a lock of the whole server at commit. */
    inboxNotify: boolean('inbox_notify').notNull().default(false),
  },
  (t) => [check('deployment_only_row', sql`${t.onlyRow}`)],
);

/** A function, because a column belongs to one table. */
const tierConfigColumns = () =>
  ({
    limit: integer('limit').notNull(),
    maxDurationSeconds: integer('max_duration_seconds').notNull(),
    maxPending: integer('max_pending').notNull(),
    maxPendingBytes: bigint('max_pending_bytes', { mode: 'number' }).notNull(),
    /** A retention class, as the next one. 0 by default, so that the rows of an upgraded database keep what they have. */
    retentionDays: smallint('retention_days').$type<RetentionClass>().notNull().default(KEPT),
    payloadRetentionDays: smallint('payload_retention_days').$type<RetentionClass>().notNull().default(KEPT),
  }) satisfies Record<keyof TierConfig, unknown>;

/**
 * The numbers of each tier, the one truth for every process: `migrate` makes the rows, the API changes them, and each decision by a row reads
 * it in its own statement. No transaction locks one while it holds a workspace.
 */
export const tiers = pgTable(
  'tiers',
  {
    name: tierEnum('name').primaryKey(),
    ...tierConfigColumns(),
    updatedAt: instant('updated_at')
      .notNull()
      .default(sql`clock_timestamp()`),
  },
  (t) => [
    check(
      'tiers_limit_range',
      sql`${t.limit} between ${sql.raw(String(LIMIT_MIN))} and ${sql.raw(String(LIMIT_MAX))}`,
    ),
    check(
      'tiers_positive',
      sql`${t.maxDurationSeconds} > 0 and ${t.maxPending} > 0 and ${t.maxPendingBytes} > 0`,
    ),
  ],
);

export type TierRow = typeof tiers.$inferSelect;

/** All settings that a tier ever had, in the order of their changes. It also keeps a tier's row from being deleted, which would leave its workspaces without a limit. */
export const tierChanges = pgTable('tier_changes', {
  id: bigserial('id', { mode: 'number' }).primaryKey(),
  tier: tierEnum('tier')
    .notNull()
    .references(() => tiers.name),
  changedAt: instant('changed_at')
    .notNull()
    .default(sql`clock_timestamp()`),
  source: limitChangeSourceEnum('source').notNull(),
  ...tierConfigColumns(),
  /** The id of the key that asked for it. */
  changedBy: text('changed_by'),
});

export const workspaces = pgTable(
  'workspaces',
  {
    id: text('id').primaryKey(),
    tier: tierEnum('tier').notNull(),
    limitOverride: integer('limit_override'),
    workers: workersEnum('workers').notNull().default('pool'),
    /** The limit that admissions last used or that the API last set: what limit_changes ends with. */
    limitInForce: integer('limit_in_force').notNull(),
    /** The newest execution's seq. Assigned under this row's lock, hence gapless and in commit order. */
    lastSeq: bigint('last_seq', { mode: 'number' }).notNull().default(0),
    /** Rows in the queue. Written only together with the rows, under this row's lock. For the depth limit and for people. */
    pending: integer('pending').notNull().default(0),
    /** Bytes of the inputs of rows in the queue, kept with `pending`. A version that does not know it leaves it too high until the queue is empty. */
    pendingBytes: bigint('pending_bytes', { mode: 'number' }).notNull().default(0),
    /** Rows that have yet to enter the queue, and the bytes of their inputs. They count against the same bounds, and are no work yet. */
    scheduled: integer('scheduled').notNull().default(0),
    scheduledBytes: bigint('scheduled_bytes', { mode: 'number' }).notNull().default(0),
    /** Rows that hold a slot, as last counted. For people and for finding work; admission counts the rows themselves. */
    running: integer('running').notNull().default(0),
    /**
     * Rows in the queue or in a slot. A column of its own, because an update of a column that an index names, in its condition too, has to write
     * every index of the table: and `pending` and `running` change with each request and each handoff.
     */
    hasWork: boolean('has_work').generatedAlwaysAs(sql`pending > 0 or running > 0`),
    /** No row up to this seq is pending: where the next claim begins to read. */
    claimedThroughSeq: bigint('claimed_through_seq', { mode: 'number' }).notNull().default(0),
    /** No row before this seq is running. */
    oldestRunningSeq: bigint('oldest_running_seq', { mode: 'number' }).notNull().default(0),
    /** The number of its newest event. Assigned like `last_seq`. */
    lastEvent: bigint('last_event', { mode: 'number' }).notNull().default(0),
    /** The newest event that an answer to its gate has named. Raised by reconciles alone, so that what is accepted after a restore does not hide it. */
    answeredEvent: bigint('answered_event', { mode: 'number' }).notNull().default(0),
    /** Set when its gate remembers a newer event than the database has: it was restored from a backup, and admits nothing. */
    restoringSince: instant('restoring_since'),
    /** Set with it: the last reconcile that the database knew of. What was written later may be lost. */
    restoredTo: instant('restored_to'),
    reconciledAt: instant('reconciled_at'),
    lastAdmissionAt: instant('last_admission_at'),
    /** The gate run that reconciled last. */
    gateRunId: text('gate_run_id'),
    /**
     * The pending rows up to this seq may be started by their gate before Postgres hears of it: each takes the place of an execution that has
     * ended. 0: none may. The rows stay pending and hold no slot, but nobody other than their gate may end them.
     */
    reservedThroughSeq: bigint('reserved_through_seq', { mode: 'number' }).notNull().default(0),
    /** The highest limit under which any of those rows was reserved: it bounds how many may be open. Null when none is. */
    reservedLimit: integer('reserved_limit'),
    /** The gate run that holds the reservation; null when none does. */
    reservedBy: text('reserved_by'),
    /** How often a reservation was recalled. A gate names the number that it knows, so that an answer to an earlier one settles nothing. */
    recallNumber: integer('recall_number').notNull().default(0),
    /** The reservation is recalled, and its gate has yet to confirm that it starts none of it any more. */
    isRecalling: boolean('is_recalling').notNull().default(false),
    /** The next reconcile is to recall the reservation: the end of one of its rows was asked for. */
    recallWanted: boolean('recall_wanted').notNull().default(false),
    /** Wakes by the sweep since the last reconcile; a gate woken twice in vain is wedged. */
    sweepWakes: integer('sweep_wakes').notNull().default(0),
    /** The sweep leaves this workspace alone until then: its back-off. */
    sweepAfter: instant('sweep_after'),
    /** Set while it admits nothing, or did until `paused_until`: a pause that has ended by the clock stays here until a worker has recorded its end. */
    pausedAt: instant('paused_at'),
    /** Null: until somebody resumes it. */
    pausedUntil: instant('paused_until'),
    pauseReason: text('pause_reason'),
    /** The id of the key that asked for it. */
    pausedBy: text('paused_by'),
    /** Set for good: it takes no request, its work is being ended, and its rows go. */
    deletingSince: instant('deleting_since'),
    deletingBy: text('deleting_by'),
    createdAt: instant('created_at')
      .notNull()
      .default(sql`clock_timestamp()`),
    updatedAt: instant('updated_at')
      .notNull()
      .default(sql`clock_timestamp()`),
  },
  (t) => [
    check('workspaces_id_form', sql`${t.id} ~ '^[A-Za-z0-9_-]{1,64}$'`),
    check(
      'workspaces_limit_override_range',
      sql`${t.limitOverride} between ${sql.raw(String(LIMIT_MIN))} and ${sql.raw(String(LIMIT_MAX))}`,
    ),
    check('workspaces_pending_not_negative', sql`${t.pending} >= 0`),
    index('workspaces_with_work')
      .on(t.id)
      .where(sql`${t.hasWork}`),
    index('workspaces_restoring')
      .on(t.id)
      .where(sql`${t.restoringSince} is not null`),
    index('workspaces_paused')
      .on(t.pausedUntil)
      .where(sql`${t.pausedAt} is not null`),
    index('workspaces_deleting')
      .on(t.id)
      .where(sql`${t.deletingSince} is not null`),
  ],
);

export type WorkspaceRow = typeof workspaces.$inferSelect;

/**
 * Who waits for what happens in a workspace: processes of the API that have a waiting request or an open stream. Its gate reports at once
 * then, and otherwise up to a second later. A row is void after its time, so a process that dies leaves nothing behind.
 */
export const workspaceListeners = pgTable(
  'workspace_listeners',
  {
    workspaceId: text('workspace_id').notNull(),
    /** One process. */
    listenerId: uuid('listener_id').notNull(),
    listensUntil: instant('listens_until').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.listenerId] }),
    index('workspace_listeners_until').on(t.listensUntil),
  ],
);

/** Every limit that was ever in force, in the order in which it came to be: what the audit judges the cap by. */
export const limitChanges = pgTable(
  'limit_changes',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id),
    changedAt: instant('changed_at')
      .notNull()
      .default(sql`clock_timestamp()`),
    source: limitChangeSourceEnum('source').notNull(),
    tier: tierEnum('tier').notNull(),
    limitOverride: integer('limit_override'),
    limit: integer('limit').notNull(),
    /** Names the signal that asked for it, so that one signal is written once however often it is retried. */
    signalKey: text('signal_key').unique('limit_changes_signal_key'),
    /** The id of the key that asked for it. */
    changedBy: text('changed_by'),
  },
  (t) => [index('limit_changes_by_workspace').on(t.workspaceId, t.id)],
);

/** The workflow types that the pool's workers know, as they publish them. `*` stands for a catch-all workflow. */
export const workflowTypes = pgTable('workflow_types', {
  name: text('name').primaryKey(),
  seenAt: instant('seen_at').notNull(),
});
