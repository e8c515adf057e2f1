import { sql } from 'drizzle-orm';
import {
  boolean,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { BULK_ACTS, type BulkFilter } from '../../domain/bulk/bulk-act.ts';
import { instant } from './columns.ts';

export const bulkActEnum = pgEnum('bulk_act', BULK_ACTS);

/** Acts on all executions that match. Written once; how far an act has come is in its parts. */
export const bulkActs = pgTable(
  'bulk_acts',
  {
    id: uuid('id').primaryKey(),
    /** Null: in all workspaces. */
    workspaceId: text('workspace_id'),
    act: bulkActEnum('act').notNull(),
    filter: jsonb('filter').$type<BulkFilter>().notNull(),
    reason: text('reason'),
    /** The id of the key that asked for it. */
    by: text('by'),
    idempotencyKey: text('idempotency_key'),
    /** By Postgres' clock, as `created_at` of executions: one that was accepted later is none of its own. */
    acceptedAt: instant('accepted_at').notNull(),
    /** How many matched then. */
    matching: integer('matching').notNull(),
    matchingIsLowerBound: boolean('matching_is_lower_bound').notNull(),
  },
  (t) => [
    uniqueIndex('bulk_acts_idempotency_key')
      .on(sql`coalesce(${t.workspaceId}, '*')`, t.idempotencyKey)
      .where(sql`${t.idempotencyKey} is not null`),
  ],
);

/**
 * Of an act, what is to be done in one workspace. A cursor for each, so that a workspace whose queue is full, or whose row is held, keeps no other
 * waiting, and so that each page is read from an index of the workspace.
 */
export const bulkActParts = pgTable(
  'bulk_act_parts',
  {
    actId: uuid('act_id')
      .notNull()
      .references(() => bulkActs.id),
    /** No foreign key: an act outlives the workspace. */
    workspaceId: text('workspace_id').notNull(),
    /** The last execution that it has come to; they are taken in the order of their ids. */
    afterId: uuid('after_id')
      .notNull()
      .default(sql`'00000000-0000-0000-0000-000000000000'`),
    done: integer('done').notNull().default(0),
    skipped: integer('skipped').notNull().default(0),
    failed: integer('failed').notNull().default(0),
    /** What the last one failed for. */
    lastFailure: text('last_failure'),
    /** Whether the workspace's queue has no room for the next rerun. */
    waitsForRoom: boolean('waits_for_room').notNull().default(false),
    /** When it is somebody's turn to carry it on: also the end of a lease, so that a part is taken up whose process died. */
    dueAt: instant('due_at')
      .notNull()
      .default(sql`clock_timestamp()`),
    endedAt: instant('ended_at'),
  },
  (t) => [
    primaryKey({ columns: [t.actId, t.workspaceId] }),
    index('bulk_act_parts_due')
      .on(t.dueAt)
      .where(sql`${t.endedAt} is null`),
  ],
);
