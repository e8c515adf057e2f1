import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  doublePrecision,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uuid,
} from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

/**
 * What a workspace did in one minute, for people: a row for each minute in which it had work or an end, written some times in that minute and kept
 * for a day. No foreign key: that would lock the workspace's row, for which its reconciles would wait.
 */
export const workspaceSamples = pgTable(
  'workspace_samples',
  {
    workspaceId: text('workspace_id').notNull(),
    /** Its beginning. */
    minute: instant('minute').notNull(),
    /** As last counted in the minute. */
    pending: integer('pending').notNull(),
    running: integer('running').notNull(),
    /** In the minute. */
    admitted: integer('admitted').notNull().default(0),
    failed: integer('failed').notNull().default(0),
    /** From the queue to the slot, of the admissions of the last minutes; null when there was none. */
    waitP95Seconds: doublePrecision('wait_p95_seconds'),
    /** From the end that freed a slot to the next admission, where somebody waited; null when that was never so. */
    handoffP99Seconds: doublePrecision('handoff_p99_seconds'),
  },
  (t) => [
    primaryKey({ name: 'workspace_samples_pkey', columns: [t.workspaceId, t.minute] }),
    index('workspace_samples_minute').on(t.minute),
    index('workspace_samples_failed')
      .on(t.minute)
      .where(sql`${t.failed} > 0`),
  ],
);

/** One row: which process takes samples, until when, and up to which event it has counted. */
export const sampler = pgTable(
  'sampler',
  {
    onlyRow: boolean('only_row').primaryKey().default(true),
    /** Made up by the process. */
    holder: uuid('holder').notNull(),
    heldUntil: instant('held_until').notNull(),
    /** Null before the first look. */
    throughEventId: bigint('through_event_id', { mode: 'number' }),
  },
  (t) => [check('sampler_only_row', sql`${t.onlyRow}`)],
);
