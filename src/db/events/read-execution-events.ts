import { WorkspaceNotFoundError } from '../../domain/refusals.ts';
import type { Database } from '../connection/database.ts';
import {
  EVENT_COLUMNS,
  type EventPosition,
  type EventsAfter,
  type WorkspaceEvent,
  resetReason,
} from './workspace-event.ts';

/** An event may be older than its execution's row by as much as Postgres' clock jumps when another server takes over. */
const CLOCK_TOLERANCE_MS = 3_600_000;

/**
 * Reads one execution's events after a position from the table, the oldest first, in one statement: there are a handful. They are complete
 * up to `through`.
 *
 * @param createdAt of the execution: partitions before it need not be read
 * @throws WorkspaceNotFoundError
 */
export async function readExecutionEvents(
  { pool }: Pick<Database, 'pool'>,
  { workspaceId, id, createdAt }: { workspaceId: string; id: string; createdAt: Date },
  from: EventPosition,
): Promise<EventsAfter & { readonly through: EventPosition }> {
  const { rows } = await pool.query<
    WorkspaceEvent & { epoch: number; last: number; isKept: boolean; number: number | null }
  >(
    `select d.epoch, w.last_event::float8 as last, e.*,
       $2::bigint >= w.last_event or exists (select from events where workspace_id = w.id and events.number = $2::bigint + 1) as "isKept"
     from workspaces w cross join deployment d left join lateral (
       select ${EVENT_COLUMNS} from events
       where workspace_id = w.id and events.number > $2::bigint and execution_id = $3 and at >= $4) e on true
     where w.id = $1
     order by e.number`,
    [workspaceId, from.number, id, new Date(createdAt.getTime() - CLOCK_TOLERANCE_MS)],
  );
  const [first] = rows;
  if (first === undefined) throw new WorkspaceNotFoundError(workspaceId);
  const through = { epoch: first.epoch, number: first.last };
  const reason = resetReason(from, through) ?? (first.isKept ? null : 'too-old');
  if (reason !== null) return { kind: 'reset', reason, position: through, through };
  const events = rows
    .filter((row) => row.number !== null)
    .map(({ epoch: _epoch, last: _last, isKept: _isKept, ...event }) => event);
  return { kind: 'events', events, through };
}
