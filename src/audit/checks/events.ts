import type { EventKind } from '../../domain/event.ts';
import { isTerminal, type Status } from '../../domain/status.ts';
import type { Breach } from '../judging/breach.ts';
import type { Check } from '../judging/check.ts';
import { isoOf, type Micros, SECOND_MICROS } from '../record/micros.ts';
import type { AuditedEvent, ExecutionRecord, WorkspaceRecord } from '../record/workspace-record.ts';

export interface EventsChecked {
  readonly breaches: readonly Breach[];
  readonly events: number;
}

/** Events are kept for so long, and rows at least as long: an older event may have outlived its row. */
const KEPT_MICROS = 7 * 24 * 3600 * SECOND_MICROS;

export function eventsCheck(): Check {
  let events = 0;
  return {
    name: 'EVENTS',
    checkWorkspace(record) {
      const checked = checkEvents(record);
      events += checked.events;
      return checked;
    },
    measured: () => `${events} events`,
  };
}

/**
 * EVENTS: as far as events are kept, their numbers have no gap and end with the workspace's newest, and each change of an execution since then has one
 * event, with the time that its row says. So who follows the events from any of them on sees what the rows say.
 */
export function checkEvents(record: WorkspaceRecord): EventsChecked {
  return { breaches: [...outOfStep(record), ...notOfRows(record)], events: record.events.length };
}

function outOfStep(record: WorkspaceRecord): Breach[] {
  const { events, lastEvent, workspaceId } = record;
  const breaches: Breach[] = [];
  const say = (what: string, times: readonly Micros[]) =>
    breaches.push({
      workspaceId,
      executionIds: [],
      seqs: [],
      times: times.map(isoOf),
      what: `Workspace ${workspaceId}: ${what}.`,
    });
  for (const [index, { number, at }] of events.entries()) {
    const before = events[index - 1];
    if (before !== undefined && number !== before.number + 1)
      say(`event ${number} follows event ${before.number}`, [before.at, at]);
  }
  const newest = events.at(-1);
  if (newest !== undefined && newest.number !== lastEvent)
    say(
      `its row says that its newest event is ${lastEvent}, and the newest that is kept is ${newest.number}`,
      [newest.at],
    );
  return breaches;
}

function notOfRows(record: WorkspaceRecord): Breach[] {
  const keptFrom = record.events[0]?.at;
  if (keptFrom === undefined) return [];
  const byExecution = new Map<string, AuditedEvent[]>();
  for (const event of record.events) {
    if (event.executionId === null) continue;
    const others = byExecution.get(event.executionId);
    if (others) others.push(event);
    else byExecution.set(event.executionId, [event]);
  }
  const breaches = record.executions.flatMap((row) => {
    const what = disagreement(row, byExecution.get(row.id) ?? [], keptFrom);
    byExecution.delete(row.id);
    return what === null ? [] : [breach(record, [row], row.id, what)];
  });
  for (const [executionId, events] of byExecution)
    if (events.at(-1)!.at > record.readAt - KEPT_MICROS)
      breaches.push(
        breach(record, [], executionId, `event ${events.at(-1)!.number} is of it, and it has no row`),
      );
  return breaches;
}

/** What is wrong, as the end of a sentence; null when row and events agree. */
function disagreement(
  row: ExecutionRecord,
  events: readonly AuditedEvent[],
  keptFrom: Micros,
): string | null {
  const scheduled = row.startAfter !== null && events.some(({ kind }) => kind === 'scheduled');
  // Once that event is gone, nothing says any more whether it was scheduled, or accepted at once.
  const isForgotten = row.startAfter !== null && !scheduled && row.createdAt <= keptFrom;
  const first: EventKind = scheduled ? 'scheduled' : 'accepted';
  const changes: readonly (readonly [kind: EventKind, rowsTime: Micros | null])[] = [
    // What is rejected was never accepted.
    ...(isForgotten ? [] : [[first, row.status === 'rejected' ? null : row.createdAt] as const]),
    ['admitted', row.admittedAt],
    ['ended', row.movedAt],
  ];
  for (const [kind, rowsTime] of changes) {
    const ofKind = events.filter((event) => event.kind === kind);
    if (ofKind.length > 1) return `it has ${ofKind.length} events that say it was ${kind}`;
    if (ofKind.length === 0 && rowsTime !== null && rowsTime > keptFrom)
      return `its row says that it was ${kind} at ${isoOf(rowsTime)}, and no event does`;
    const [event] = ofKind;
    if (event !== undefined && event.at !== rowsTime)
      return `event ${event.number} says that it was ${kind} at ${isoOf(event.at)}, and its row does not`;
  }
  const entered = events.filter(({ kind }) => kind === 'accepted').length;
  if (scheduled && entered !== (row.seq === null ? 0 : 1))
    return `its seq is ${row.seq}, and ${entered} events say that it was accepted`;
  let status: Status | null = null;
  for (const event of events) {
    if (status !== null && !mayFollow(event, status))
      return `event ${event.number} says that it was ${event.kind} and is ${event.status} after it was ${status}`;
    status = event.status;
  }
  return status === null || status === row.status
    ? null
    : `its last event says that it is ${status}, and its row ${row.status}`;
}

function mayFollow({ kind, status: after }: AuditedEvent, before: Status): boolean {
  switch (kind) {
    case 'scheduled':
    case 'workspace_changed':
      return false;
    case 'accepted':
      return before === 'scheduled' && after === 'pending';
    case 'admitted':
      return before === 'pending' && after === 'running';
    case 'cancel_requested':
    case 'terminate_requested':
      // A pending one is asked to end, and not ended, while its gate may have started it.
      return before === after && (after === 'running' || after === 'pending');
    case 'ended':
      return !isTerminal(before) && after !== null && isTerminal(after);
    default:
      return kind satisfies never;
  }
}

function breach(
  record: WorkspaceRecord,
  rows: readonly ExecutionRecord[],
  executionId: string,
  what: string,
): Breach {
  return {
    workspaceId: record.workspaceId,
    executionIds: [executionId],
    seqs: rows.map(({ seq }) => seq),
    times: [isoOf(record.readAt)],
    what: `Execution ${executionId}: ${what}.`,
  };
}
