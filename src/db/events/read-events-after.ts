import { WorkspaceNotFoundError } from '../../domain/refusals.ts';
import type { Database } from '../connection/database.ts';
import {
  EVENT_COLUMNS,
  type EventPosition,
  type EventsAfter,
  type WorkspaceEvent,
  resetReason,
} from './workspace-event.ts';

/** Events of one answer, whether it comes from memory or from the table. */
export const ANSWER_MAX_EVENTS = 500;

/** A process may have a clock that is behind Postgres' by so much. Partitions made for later days need not be read. */
const CLOCK_TOLERANCE_MS = 24 * 3_600_000;

/**
 * Reads a workspace's events after a position from the table, the oldest first and at most `ANSWER_MAX_EVENTS`, in one statement. Numbers have no
 * gap, so they bound what is read, whatever the plan.
 *
 * @throws WorkspaceNotFoundError
 */
export async function readEventsAfter(
  { pool }: Pick<Database, 'pool'>,
  workspaceId: string,
  from: EventPosition,
): Promise<EventsAfter> {
  const { number } = from;
  const { rows } = await pool.query<WorkspaceEvent & { epoch: number; last: number }>(
    `select d.epoch, w.last_event::float8 as last, e.*
     from workspaces w cross join deployment d left join lateral (
       select ${EVENT_COLUMNS} from events
       where workspace_id = w.id and events.number > $2::bigint and events.number <= $2::bigint + ${ANSWER_MAX_EVENTS} and at < $3) e on true
     where w.id = $1
     order by e.number`,
    [workspaceId, number, new Date(Date.now() + CLOCK_TOLERANCE_MS)],
  );
  const [first] = rows;
  if (first === undefined) throw new WorkspaceNotFoundError(workspaceId);
  const position = { epoch: first.epoch, number: first.last };
  const reason = resetReason(from, position);
  if (reason !== null) return { kind: 'reset', reason, position };
  if (number === position.number) return { kind: 'events', events: [] };
  const events = rows.map(({ epoch: _epoch, last: _last, ...event }) => event);
  // Retention drops the oldest partition first; somebody may have dropped another one by hand, and what comes behind that gap waits for its reset.
  const whole = events.filter((event, index) => event.number === number + 1 + index);
  return whole.length > 0
    ? { kind: 'events', events: whole }
    : { kind: 'reset', reason: 'too-old', position };
}
