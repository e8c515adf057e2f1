import type { EventsAfter } from '../../db/events/workspace-event.ts';

type Reset = Extract<EventsAfter, { kind: 'reset' }>;

const REASONS: Record<Reset['reason'], string> = {
  'too-old': 'Events after this id are no longer kept.',
  'other-epoch': 'This id is from before the database was restored from a backup.',
  'newer-than-database': 'This id is newer than the database, which was restored from a backup.',
};

/** Thrown when events after an id cannot be told. */
export class EventsGoneError extends Error {
  override readonly name = 'EventsGoneError';
  /** The id after which they can. */
  readonly after: string;

  constructor(reason: Reset['reason'], after: string) {
    super(`${REASONS[reason]} Read the state anew, then go on with ?after=${after}.`);
    this.after = after;
  }
}
