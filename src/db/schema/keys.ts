import { sql } from 'drizzle-orm';
import { check, index, pgTable, text } from 'drizzle-orm/pg-core';
import { bytea, instant } from './columns.ts';

/** Keys of the API. Never deleted: executions and changes name the key that asked for them. The secret itself is nowhere. */
export const apiKeys = pgTable(
  'api_keys',
  {
    id: text('id').primaryKey(),
    name: text('name').notNull(),
    /** Null: all workspaces. No foreign key: a revoked key outlives its workspace. */
    workspaceId: text('workspace_id'),
    rights: text('rights').array().notNull(),
    /** SHA-256 of the secret, which has 256 random bits, so that nothing slower is needed. */
    secretHash: bytea('secret_hash').notNull(),
    createdAt: instant('created_at')
      .notNull()
      .default(sql`clock_timestamp()`),
    /** The id of the key that made it; null for one that was made against the database. */
    createdBy: text('created_by'),
    expiresAt: instant('expires_at'),
    revokedAt: instant('revoked_at'),
    revokedBy: text('revoked_by'),
    /** The key that a rotation made for it. */
    replacedBy: text('replaced_by'),
    /** Written at most once a minute. */
    lastUsedAt: instant('last_used_at'),
  },
  (t) => [
    index('api_keys_by_workspace').on(t.workspaceId, t.id),
    check('api_keys_id_form', sql`${t.id} ~ '^[0-9A-Za-z]{12}$'`),
    check(
      'api_keys_rights',
      sql`${t.rights} <@ array['enqueue', 'read', 'cancel', 'operate', 'admin'] and cardinality(${t.rights}) > 0`,
    ),
    check(
      'api_keys_workspace_rights',
      sql`${t.workspaceId} is null or not ${t.rights} && array['operate', 'admin']`,
    ),
  ],
);
