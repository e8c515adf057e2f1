import { sql } from 'drizzle-orm';
import { bigint, bigserial, index, pgEnum, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { EVENT_KINDS } from '../../domain/event.ts';
import type { Status } from '../../domain/status.ts';
import { instant } from './columns.ts';
import { statusEnum } from './executions.ts';

export const eventKindEnum = pgEnum('event_kind', EVENT_KINDS);

/**
 * Each change of a workspace and of its executions, written in the change's own transaction and never again. `number` counts per workspace
 * without a gap, in the order of commits, under the workspace's lock. `id` finds what is new: a lower one may be committed later.
 */
export const events = pgTable(
  'events',
  {
    id: bigserial('id', { mode: 'number' }).notNull(),
    workspaceId: text('workspace_id').notNull(),
    number: bigint('number', { mode: 'number' }).notNull(),
    kind: eventKindEnum('kind').notNull(),
    executionId: uuid('execution_id'),
    seq: bigint('seq', { mode: 'number' }),
    /** After the change; null for a change of the workspace. */
    status: statusEnum('status').$type<Status>(),
    at: instant('at')
      .notNull()
      .default(sql`clock_timestamp()`),
  },
  (t) => [index('events_id').on(t.id), index('events_number').on(t.workspaceId, t.number)],
);
