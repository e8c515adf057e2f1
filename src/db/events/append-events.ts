import type { EventKind } from '../../domain/event.ts';

interface Appending {
  /** The name of a common table expression with the columns id and seq: the executions that changed, all of that workspace. */
  readonly of: string;
  /** The name of one with the workspace's id and last_event. */
  readonly to: string;
  readonly kind: EventKind;
  /** As SQL: their status after the change, and the time that their rows have for it. */
  readonly status: string;
  readonly at: string;
}

/**
 * Text for a statement that changes executions of a locked workspace: appends an event for each, in seq order. The numbers follow `last_event` as
 * it was when the statement began, so the same statement must raise it by the number of rows.
 */
export function appendingEvents({ of, to, kind, status, at }: Appending): string {
  return `
    insert into events (workspace_id, number, kind, execution_id, seq, status, at)
    select w.id, w.last_event + row_number() over (order by c.seq), '${kind}', c.id, c.seq, ${status}, ${at}
    from ${of} c, ${to} w order by c.seq`;
}
