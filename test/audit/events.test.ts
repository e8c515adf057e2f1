import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkEvents } from '../../src/audit/checks/events.ts';
import type {
  AuditedEvent,
  ExecutionRecord,
  WorkspaceRecord,
} from '../../src/audit/record/workspace-record.ts';
import { admitted, at, execution, workspace } from './records.ts';

const whats = (record: WorkspaceRecord) => checkEvents(record).breaches.map(({ what }) => what);

/** The events that these rows come to, in the order of their times, from `first` on. */
function eventsOf(rows: readonly ExecutionRecord[], first = 1): AuditedEvent[] {
  const events = rows.flatMap(({ id: executionId, status, createdAt, admittedAt, movedAt }) => [
    { kind: 'accepted' as const, executionId, status: 'pending' as const, at: createdAt },
    ...(admittedAt === null
      ? []
      : [{ kind: 'admitted' as const, executionId, status: 'running' as const, at: admittedAt }]),
    ...(movedAt === null ? [] : [{ kind: 'ended' as const, executionId, status, at: movedAt }]),
  ]);
  return events
    .sort((one, other) => one.at - other.at)
    .map((event, index) => ({ number: first + index, ...event }));
}

const ROWS = [
  admitted(1, { admitted: 2, closed: 5 }, { createdAt: at(1), movedAt: at(5.5) }),
  admitted(2, { admitted: 3 }, { createdAt: at(1.5) }),
  execution(3, { createdAt: at(4) }),
  execution(4, { createdAt: at(6), status: 'cancelled', closedAt: at(7), movedAt: at(7) }),
];

const record = (events: readonly AuditedEvent[], rows = ROWS) =>
  workspace(rows, { events, lastEvent: events.at(-1)?.number ?? 0 });

test('EVENTS: rows and events that say the same are no breach, whole or as far as they are kept', () => {
  const events = eventsOf(ROWS);
  for (let dropped = 0; dropped <= events.length; dropped++)
    assert.deepEqual(whats(record(events.slice(dropped))), [], `without the first ${dropped}`);
  assert.equal(checkEvents(record(events)).events, events.length);
});

test('EVENTS: a number that is missing, and one that the workspace does not know or lacks, are breaches', () => {
  const events = eventsOf(ROWS);
  const gap = events.map((event) => (event.number < 5 ? event : { ...event, number: event.number + 1 }));
  assert.deepEqual(whats(record(gap)), ['Workspace ws: event 6 follows event 4.']);
  for (const lastEvent of [events.length - 1, events.length + 1])
    assert.deepEqual(whats({ ...record(events), lastEvent }), [
      `Workspace ws: its row says that its newest event is ${lastEvent}, and the newest that is kept is ${events.length}.`,
    ]);
});

test('EVENTS: any one event that is lost after the first breaks it, by its execution or by a gap', () => {
  const events = eventsOf(ROWS);
  for (const lost of events.slice(1)) {
    const rest = events.filter((event) => event !== lost);
    assert.ok(whats(record(rest)).length > 0);
    const renumbered = rest.map((event, index) => ({ ...event, number: index + 1 }));
    assert.match(whats(record(renumbered)).join(), new RegExp(`Execution ${lost.executionId}: its row says`));
  }
});

test('EVENTS: an event that comes twice, at another time, out of its order, or with another end than its row, is a breach', () => {
  const events = eventsOf(ROWS);
  const changed = (kind: string, change: (event: AuditedEvent) => readonly AuditedEvent[]) => {
    const all = events.flatMap((event) =>
      event.kind === kind && event.executionId === 'e-1' ? change(event) : [event],
    );
    return whats(record(all.map((event, index) => ({ ...event, number: index + 1 }))));
  };
  assert.deepEqual(
    changed('admitted', (event) => [event, event]),
    ['Execution e-1: it has 2 events that say it was admitted.'],
  );
  assert.match(
    changed('ended', (event) => [{ ...event, at: event.at + 1 }]).join(),
    /says that it was ended at/,
  );
  assert.match(
    changed('ended', (event) => [{ ...event, status: 'failed' }]).join(),
    /is failed, and its row completed/,
  );
  const requested = (event: AuditedEvent): AuditedEvent => ({
    ...event,
    kind: 'cancel_requested',
    status: 'running',
  });
  assert.deepEqual(
    changed('admitted', (event) => [event, requested(event)]),
    [],
  );
  assert.match(changed('admitted', (event) => [requested(event), event]).join(), /after it was pending/);
  const whilePending = (event: AuditedEvent) => ({ ...requested(event), status: 'pending' as const });
  assert.deepEqual(
    changed('admitted', (event) => [whilePending(event), event]),
    [],
    'its gate may have started it',
  );
  assert.match(
    changed('admitted', (event) => [event, whilePending(event)]).join(),
    /is pending after it was running/,
  );
  assert.match(changed('ended', (event) => [event, requested(event)]).join(), /after it was completed/);
});

test('EVENTS: an event of an execution that has no row is a breach, unless the row may be gone', () => {
  const events = eventsOf(ROWS);
  const without = ROWS.slice(1);
  assert.deepEqual(whats(record(events, without)), ['Execution e-1: event 6 is of it, and it has no row.']);
  const readAt = at(8 * 24 * 3600);
  assert.deepEqual(whats({ ...record(events, without), readAt }), []);
});
