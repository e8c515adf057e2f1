import { sql } from 'drizzle-orm';
import { bigint, bigserial, index, jsonb, pgEnum, pgTable, text } from 'drizzle-orm/pg-core';
import { ACTS, CHANGE_SOURCES, type ChangedState } from '../../domain/change.ts';
import { instant } from './columns.ts';

export const actEnum = pgEnum('act', ACTS);
export const changeSourceEnum = pgEnum('change_source', CHANGE_SOURCES);

/**
 * Each act of a person or a program, written in the act's own transaction and never again. For people: what the audit judges limits by is
 * `limit_changes` and `tier_changes`. It outlives its workspace and its key.
 */
export const changes = pgTable(
  'changes',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    at: instant('at')
      .notNull()
      .default(sql`clock_timestamp()`),
    /** Null: it is about no workspace, or about all. */
    workspaceId: text('workspace_id'),
    act: actEnum('act').notNull(),
    /** The id of the key that asked for it; null without keys, and for what no key asked for. */
    by: text('by'),
    source: changeSourceEnum('source').notNull(),
    from: jsonb('from').$type<ChangedState>(),
    to: jsonb('to').$type<ChangedState>(),
    reason: text('reason'),
  },
  (t) => [index('changes_by_workspace').on(t.workspaceId, t.id)],
);

/**
 * Deletions of workspaces, open and finished. What stays of a workspace beside its changes: how much it did, and the number of its last event.
 * A workspace that is put again under the same id goes on from that number, so that no gate and no reader of events mistakes one life for the other.
 */
export const workspaceDeletions = pgTable(
  'workspace_deletions',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    workspaceId: text('workspace_id').notNull(),
    requestedAt: instant('requested_at')
      .notNull()
      .default(sql`clock_timestamp()`),
    requestedBy: text('requested_by'),
    /** Its executions by status, summed up batch by batch as their rows go. */
    usage: jsonb('usage')
      .$type<Readonly<Record<string, number>>>()
      .notNull()
      .default(sql`'{}'`),
    lastSeq: bigint('last_seq', { mode: 'number' }),
    lastEvent: bigint('last_event', { mode: 'number' }),
    finishedAt: instant('finished_at'),
  },
  (t) => [index('workspace_deletions_by_workspace').on(t.workspaceId, t.id)],
);
