import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkCounters } from '../../src/audit/checks/counters.ts';
import { checkDurable } from '../../src/audit/checks/durable.ts';
import { checkEvents } from '../../src/audit/checks/events.ts';
import { checkFifo } from '../../src/audit/checks/fifo.ts';
import { checkSchedule } from '../../src/audit/checks/schedule.ts';
import { checkWorkConserving } from '../../src/audit/checks/work-conserving.ts';
import type {
  AuditedEvent,
  ExecutionRecord,
  WorkspaceRecord,
} from '../../src/audit/record/workspace-record.ts';
import { admitted, at, execution, workspace } from './records.ts';

const LATE_SECONDS = 60;

/** The events of executions as they should be; `entered` in seconds, by id, for those that were scheduled. */
function withEvents(
  record: WorkspaceRecord,
  entered: Readonly<Record<string, number>> = {},
): WorkspaceRecord {
  const all: Omit<AuditedEvent, 'number'>[] = record.executions.flatMap((row) => {
    const event = (kind: AuditedEvent['kind'], status: AuditedEvent['status'], when: number | null) =>
      when === null ? [] : [{ kind, status, at: when, executionId: row.id }];
    const seconds = entered[row.id];
    const isScheduled = seconds !== undefined || row.seq === null;
    return [
      ...(isScheduled ? event('scheduled', 'scheduled', row.createdAt) : []),
      ...(isScheduled
        ? event('accepted', 'pending', seconds === undefined ? null : at(seconds))
        : event('accepted', 'pending', row.createdAt)),
      ...event('admitted', 'running', row.admittedAt),
      ...event('ended', row.status, row.movedAt),
    ];
  });
  all.sort((a, b) => a.at - b.at);
  const events = all.map((one, index) => ({ ...one, number: index + 1 }));
  return { ...record, events, lastEvent: events.length };
}

const scheduled = (id: string, startAfter: number, fields: Partial<ExecutionRecord> = {}) =>
  execution(1, { id, seq: null, status: 'scheduled', startAfter: at(startAfter), ...fields });

const expired = (seq: number, startBefore: number, fields: Partial<ExecutionRecord> = {}) =>
  execution(seq, {
    status: 'expired',
    startBefore: at(startBefore),
    closedAt: at(startBefore + 1),
    movedAt: at(startBefore + 1),
    failureType: 'Expired',
    ...fields,
  });

const whatsWrong = (record: WorkspaceRecord) =>
  checkSchedule(record, LATE_SECONDS).breaches.map(({ what }) => what);

/** Entered at 100 s, behind one that was created at 50 s, and was admitted at once. */
const entering = (fields: Partial<ExecutionRecord> = {}) =>
  withEvents(
    workspace(
      [
        admitted(1, { admitted: 50 }, { createdAt: at(50) }),
        admitted(2, { admitted: 101 }, { startAfter: at(99), ...fields }),
        scheduled('later', 2_000, { createdAt: at(60) }),
        scheduled('cancelled', 2_000, { status: 'cancelled', closedAt: at(10), movedAt: at(10) }),
      ],
      { lastSeq: 2 },
    ),
    { 'e-2': 100 },
  );

test('an execution that enters the queue at its time is in order, and waits from then on', () => {
  const record = entering();
  const breaches = [
    checkSchedule(record, LATE_SECONDS),
    checkFifo(record),
    checkDurable(record, []),
    checkCounters(record),
    checkEvents(record),
    checkWorkConserving(record, 2),
  ].flatMap((checked) => checked.breaches);
  assert.deepEqual(breaches, []);
  assert.deepEqual(checkSchedule(record, LATE_SECONDS).lateMicros, [1_000_000]);
  assert.deepEqual(checkWorkConserving(record, 60).idleMicros, [1_000_000]);
});

test('one that enters before its startAfter, or that is scheduled long after it, is caught', () => {
  assert.match(
    whatsWrong(entering({ startAfter: at(100.5) })).join(),
    /entered the queue at .* before its startAfter/,
  );
  const overdue = workspace([scheduled('late', 900)], { lastSeq: 0 });
  assert.match(whatsWrong(overdue).join(), /is still scheduled/);
  assert.deepEqual(whatsWrong(workspace([scheduled('due', 950)], { lastSeq: 0 })), []);
});

test('one that was due first and entered behind another is caught, unless it came later', () => {
  const pair = (createdAt: number) =>
    withEvents(
      workspace([
        execution(1, { startAfter: at(20), createdAt: at(0) }),
        execution(2, { startAfter: at(10), createdAt: at(createdAt) }),
      ]),
      { 'e-1': 30, 'e-2': 31 },
    );
  assert.match(whatsWrong(pair(1)).join(), /entered the queue behind seq 1/);
  assert.deepEqual(whatsWrong(pair(30.5)), []);
});

test('an admission at or after startBefore, and an expiry before it or of one that was admitted, are caught', () => {
  const late = (seconds: number) => workspace([admitted(1, { admitted: seconds }, { startBefore: at(10) })]);
  assert.deepEqual(whatsWrong(late(9)), []);
  assert.match(whatsWrong(late(10)).join(), /was admitted at .*, and its startBefore was/);
  assert.deepEqual(whatsWrong(workspace([expired(1, 10)])), []);
  assert.match(whatsWrong(workspace([expired(1, 10, { closedAt: at(9) })])).join(), /its startBefore is/);
  assert.match(whatsWrong(workspace([expired(1, 10, { startBefore: null })])).join(), /does not exist/);
  assert.match(
    whatsWrong(workspace([expired(1, 10, { admittedAt: at(5) })])).join(),
    /though it was admitted/,
  );
  assert.match(
    whatsWrong(workspace([expired(1, 10, { failureType: null })])).join(),
    /with the failure null/,
  );
  const waiting = workspace([execution(1, { startBefore: at(900) })]);
  assert.match(whatsWrong(waiting).join(), /is still pending/);
});

test('one that may not be admitted any more is not overtaken, is no reason to fill a slot, and may lie where no claim reads', () => {
  const record = (admittedSeconds: number) =>
    workspace([
      expired(1, 10, { createdAt: at(1) }),
      admitted(2, { admitted: admittedSeconds }, { createdAt: at(2) }),
    ]);
  assert.deepEqual(checkFifo(record(10)).breaches, []);
  assert.equal(checkFifo(record(9)).breaches.length, 1);
  const waiting = workspace([execution(1, { startBefore: at(990), createdAt: at(985) })], {
    claimedThroughSeq: 1,
  });
  assert.deepEqual(checkCounters(waiting).breaches, []);
  assert.deepEqual(checkWorkConserving(waiting, 6).breaches, []);
  assert.deepEqual(checkWorkConserving(waiting, 6).idleMicros, [5_000_000]);
  const claimable = workspace([execution(1, { startBefore: at(1_001) })], { claimedThroughSeq: 1 });
  assert.equal(checkCounters(claimable).breaches.length, 1);
});

test('counters of scheduled rows, and events that are missing or too many, are caught', () => {
  const record = entering();
  assert.equal(checkCounters({ ...record, scheduled: 2 }).breaches.length, 1);
  assert.equal(checkCounters({ ...record, scheduledBytes: 2 }).breaches.length, 1);
  const without = (kind: AuditedEvent['kind'], executionId: string) => {
    const events = record.events
      .filter((event) => event.kind !== kind || event.executionId !== executionId)
      .map((event, index) => ({ ...event, number: index + 1 }));
    return { ...record, events, lastEvent: events.length };
  };
  assert.match(
    checkEvents(without('accepted', 'e-2')).breaches[0]!.what,
    /0 events say that it was accepted/,
  );
  assert.equal(checkEvents(without('scheduled', 'later')).breaches.length, 1);
});

test('a row whose first event is no longer kept is judged by the others', () => {
  const record = entering();
  const events = record.events.filter(({ at: when }) => when >= at(50));
  assert.deepEqual(checkEvents({ ...record, events }).breaches, []);
});
