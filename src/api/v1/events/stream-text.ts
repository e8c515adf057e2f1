import type { EventPosition, WorkspaceEvent } from '../../../db/events/workspace-event.ts';
import { stringify } from '../../json/raw-json.ts';
import type { Execution } from '../executions/executions.schemas.ts';
import type { WorkspaceEvent as Shown } from './events.schemas.ts';
import { eventId } from './event-id.ts';

/** A reader that was cut off comes again after that time. */
const RETRY_MS = 1_000;

/** What a stream without ids begins with. */
export const RETRY_TEXT = `retry: ${RETRY_MS}\n\n`;

/** Workspaces in which something has happened. */
export function changedText(ids: readonly string[]): string {
  return `event: workspaces\ndata: ${JSON.stringify({ ids })}\n\n`;
}

/** What a stream begins with: a reader that is cut off before the first event comes again with this id. It is no event by itself. */
export function openingText(position: EventPosition): string {
  return `retry: ${RETRY_MS}\nid: ${eventId(position)}\n\n`;
}

export function eventText(workspaceId: string, epoch: number, event: WorkspaceEvent): string {
  const { number, kind, executionId, seq, status, at } = event;
  const id = eventId({ epoch, number });
  const shown: Shown = { id, kind, workspaceId, executionId, seq, status, at: at.toISOString() };
  return `id: ${id}\nevent: ${kind}\ndata: ${JSON.stringify(shown)}\n\n`;
}

/** A state of an execution, between its events. It leaves the last id as it is. */
export function executionText(execution: Execution): string {
  // Payloads are as they were sent: their white space may break lines.
  return `event: execution\ndata: ${stringify(execution).replaceAll(/\r\n|\r|\n/g, '\ndata: ')}\n\n`;
}
