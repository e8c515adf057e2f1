import type { EventKind } from '../../domain/event.ts';
import type { Status } from '../../domain/status.ts';

/** Something that happened to a workspace or to one of its executions. */
export interface WorkspaceEvent {
  /** Counts per workspace, without a gap, in the order of commits. */
  readonly number: number;
  readonly kind: EventKind;
  /** Null for a change of the workspace, like `seq` and `status`. */
  readonly executionId: string | null;
  readonly seq: number | null;
  /** The execution's after the change. */
  readonly status: Status | null;
  readonly at: Date;
}

/** A place in a workspace's events: all up to `number` lie before it. Numbers of another epoch, before the database was restored, mean nothing. */
export interface EventPosition {
  readonly epoch: number;
  readonly number: number;
}

/** What happened after a position. `reset`: that cannot be told; read the state anew, and go on from the position that it names. */
export type EventsAfter =
  | { readonly kind: 'events'; readonly events: readonly WorkspaceEvent[] }
  | {
      readonly kind: 'reset';
      /** Dropped by retention; of an epoch before a restore; or newer than the database, which was restored and does not say so yet. */
      readonly reason: 'too-old' | 'other-epoch' | 'newer-than-database';
      readonly position: EventPosition;
    };

/** Why nothing can be told from a position on when the database's events go through that one; null when it can, if they are still kept. */
export function resetReason(
  from: EventPosition,
  through: EventPosition,
): 'other-epoch' | 'newer-than-database' | null {
  if (from.epoch !== through.epoch) return 'other-epoch';
  return from.number > through.number ? 'newer-than-database' : null;
}

/** The columns of an event, as `WorkspaceEvent` names them. Numbers are doubles, which hold them exactly up to 2^53. */
export const EVENT_COLUMNS = `number::float8 as number, kind, execution_id as "executionId", seq::float8 as seq, status, at`;
