import { sql } from 'drizzle-orm';
import { index, jsonb, pgEnum, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

export const inboxKindEnum = pgEnum('inbox_kind', ['enqueue', 'put_workspace']);

/**
 * What SQL functions of ours have been asked for inside their callers' transactions, until it is sequenced. A caller's transaction may stay open for
 * as long as it likes, so nothing here may make anybody wait for it: no foreign key, no unique constraint that another caller could meet, no lock on a
 * row of another table.
 */
export const inbox = pgTable(
  'inbox',
  {
    /** The execution's. A UUIDv7 by Postgres' clock, so that the calls of one session stand in their order. */
    id: uuid('id').primaryKey(),
    workspaceId: text('workspace_id').notNull(),
    kind: inboxKindEnum('kind').notNull(),
    workflowType: text('workflow_type'),
    /** JSON text as it was given. */
    input: text('input'),
    idempotencyKey: text('idempotency_key'),
    /** As their digest is made of them; null for none. */
    attributes: jsonb('attributes').$type<Readonly<Record<string, unknown>>>(),
    tier: text('tier'),
    /** `role:` and the name of the session's role. */
    by: text('by').notNull(),
    /** When the function was called, which is before its transaction committed. */
    at: instant('at')
      .notNull()
      .default(sql`clock_timestamp()`),
  },
  (t) => [index('inbox_by_workspace').on(t.workspaceId, t.id)],
);

export type InboxRow = typeof inbox.$inferSelect;

/** Ids that `sluice.enqueue` has given for a key that another call turned out to have had first: they stand for that one's execution. */
export const executionAliases = pgTable(
  'execution_aliases',
  {
    workspaceId: text('workspace_id').notNull(),
    id: uuid('id').notNull(),
    executionId: uuid('execution_id').notNull(),
    createdAt: instant('created_at')
      .notNull()
      .default(sql`clock_timestamp()`),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    index('execution_aliases_execution').on(t.executionId),
  ],
);

export const roleRightEnum = pgEnum('role_right', ['enqueue', 'put_workspace']);

/** What a role of Postgres may ask the SQL functions for. */
export const roleGrants = pgTable(
  'role_grants',
  {
    role: text('role').notNull(),
    /** `*` for every workspace, also those to come. */
    workspaceId: text('workspace_id').notNull(),
    right: roleRightEnum('right').notNull(),
    grantedAt: instant('granted_at')
      .notNull()
      .default(sql`clock_timestamp()`),
  },
  (t) => [primaryKey({ columns: [t.role, t.workspaceId, t.right] })],
);
