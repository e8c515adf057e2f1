import { bigint, boolean, check, index, integer, pgEnum, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { sql } from 'drizzle-orm';
import { STALL_REASONS } from '../../domain/stall.ts';
import { instant } from './columns.ts';

export const stallReasonEnum = pgEnum('stall_reason', STALL_REASONS);

/**
 * Running executions that cannot make progress, as Temporal last said. A table of its own, so that nothing is written for the others. A row
 * whose execution has ended means nothing; the next round deletes it, and says that it goes on, so no end takes it along.
 */
export const stalledExecutions = pgTable(
  'stalled_executions',
  {
    executionId: uuid('execution_id').primaryKey(),
    workspaceId: text('workspace_id').notNull(),
    reason: stallReasonEnum('reason').notNull(),
    message: text('message').notNull(),
    since: instant('since').notNull(),
    /** The last failure of its workflow task; set for `task-failing` alone. */
    failureCause: text('failure_cause'),
    failureMessage: text('failure_message'),
    attempt: integer('attempt'),
    seenAt: instant('seen_at')
      .notNull()
      .default(sql`clock_timestamp()`),
  },
  (t) => [index('stalled_executions_by_workspace').on(t.workspaceId)],
);

/** One row: when the next round over the running executions is due, and after which of them it begins. */
export const stallRound = pgTable(
  'stall_round',
  {
    onlyRow: boolean('only_row').primaryKey().default(true),
    dueAt: instant('due_at').notNull(),
    afterWorkspaceId: text('after_workspace_id').notNull().default(''),
    afterSeq: bigint('after_seq', { mode: 'number' }).notNull().default(0),
  },
  (t) => [check('stall_round_only_row', sql`${t.onlyRow}`)],
);
