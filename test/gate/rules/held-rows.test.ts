import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type {
  ReconcileRequest,
  Reservation,
  ReservedExecution,
} from '../../../src/workflows/gate/contract.ts';
import { HeldRows } from '../../../src/workflows/gate/state/held-rows.ts';

const row = (seq: number): ReservedExecution => ({
  executionId: `e${seq}`,
  seq,
  workflowType: 't',
  input: null,
  maxDurationSeconds: 1,
});
const rows = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => row(from + n));
const reservation = (fields: Partial<Reservation> = {}): Reservation => ({
  recallNumber: 0,
  isRecalling: false,
  isListenedTo: false,
  rows: [],
  ...fields,
});

/** One reconcile at that time, in the workflow task of so many events. */
function told(
  held: HeldRows,
  answer: Reservation | undefined,
  { nowMs = 0, events = 1, pending = 0, known = [] as string[] } = {},
) {
  const request = held.request(nowMs, events) as unknown as ReconcileRequest;
  held.told(request, { pending, ...(answer && { reservation: answer }) }, (id) => known.includes(id), events);
  return request.reservation;
}

const holding = (...args: Parameters<typeof rows>) => {
  const held = new HeldRows();
  told(held, reservation({ rows: rows(...args) }));
  return held;
};

test('a row takes the place of one end, and an end gives one row its place', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 8 }),
      fc.array(fc.oneof(fc.constant('end' as const), fc.integer({ min: 0, max: 4 }))),
      (size, acts) => {
        const held = holding(1, size);
        let ends = 0;
        const taken: number[] = [];
        for (const act of acts) {
          if (act === 'end') ends += held.heardEnd() ? 1 : 0;
          else taken.push(...held.take(act).map(({ seq }) => seq));
          assert.ok(taken.length <= ends);
        }
        assert.deepEqual(
          taken,
          taken.map((_, index) => index + 1),
        );
      },
    ),
  );
});

test('an end that a request reports is replaced no more: its slot is given away in Postgres', () => {
  const held = holding(1, 3);
  assert.equal(held.heardEnd(), true);
  told(held, reservation());
  assert.deepEqual(held.take(5), []);
});

test('an end for which no row is left is not taken', () => {
  const held = holding(1, 1);
  assert.deepEqual([held.heardEnd(), held.heardEnd()], [true, false]);
  assert.equal(new HeldRows().heardEnd(), false);
});

test('a recall takes the rows at once, and is confirmed in a later task only', () => {
  const held = holding(1, 3);
  told(held, reservation({ recallNumber: 1, isRecalling: true }), { events: 20 });
  assert.equal(held.heardEnd(), false);
  assert.equal(held.recallToConfirm, 1);
  const sameTask = told(held, reservation({ recallNumber: 1, isRecalling: true }), { events: 20 });
  assert.deepEqual([sameTask?.recallNumber, sameTask?.isConfirmed], [1, false]);
  const laterTask = told(held, reservation({ recallNumber: 1, rows: rows(1, 2) }), { events: 25 });
  assert.equal(laterTask?.isConfirmed, true);
  assert.deepEqual([held.rows, held.recallToConfirm], [2, null]);
});

test('rows that follow what was held under another recall are not held: those in between would be left out', () => {
  const held = holding(1, 3);
  told(held, reservation({ recallNumber: 4, rows: rows(4, 6) }));
  assert.equal(held.rows, 0);
  assert.deepEqual(told(held, reservation({ recallNumber: 4, rows: rows(1, 2) }))?.throughSeq, null);
  assert.equal(held.rows, 2);
});

test('what an answer has claimed is not held any more', () => {
  const held = holding(1, 3);
  told(held, reservation(), { known: ['e1'] });
  assert.equal(held.heardEnd(), true);
  assert.deepEqual(
    held.take(1).map(({ seq }) => seq),
    [2],
  );
});

test('a report is due after ten ends, after a second, when few rows are left of many, and at once when somebody listens', () => {
  const replaced = (held: HeldRows, ends: number) => {
    for (let n = 0; n < ends; n++) held.heardEnd();
    held.take(ends);
    return held;
  };
  assert.equal(replaced(holding(1, 20), 9).isReportDue(999), false);
  assert.equal(replaced(holding(1, 20), 10).isReportDue(999), true);
  assert.equal(replaced(holding(1, 20), 1).isReportDue(1_000), true);
  assert.equal(holding(1, 20).isReportDue(5_000), false, 'nothing waits');
  assert.equal(replaced(holding(1, 6), 2).isReportDue(10), false, 'few are left, and no others wait');
  const few = new HeldRows();
  told(few, reservation({ rows: rows(1, 6) }), { pending: 40 });
  assert.equal(replaced(few, 2).isReportDue(10), true);
  const heard = new HeldRows();
  told(heard, reservation({ rows: rows(1, 20), isListenedTo: true }));
  assert.equal(replaced(heard, 1).isReportDue(10), true);
});

test('a reset drops all, and so does an answer that speaks of no reservation', () => {
  const reset = holding(1, 3);
  assert.equal(reset.drop(), true);
  assert.deepEqual([reset.rows, reset.heardEnd(), reset.drop()], [0, false, false]);
  const off = holding(1, 3);
  told(off, undefined);
  assert.equal(off.heardEnd(), false);
});

test('a run that continues as new hands on what it held nothing of, until an answer has come', () => {
  assert.deepEqual(new HeldRows().handOn('run-1'), {});
  const handedOn = holding(1, 3).handOn('run-1');
  assert.deepEqual(handedOn, { released: { by: 'run-1', recallNumber: 0 } });
  const next = new HeldRows(handedOn);
  assert.deepEqual(next.handOn('run-2'), handedOn, 'it was not told yet');
  assert.equal(told(next, reservation())?.releasedBy, 'run-1');
  assert.equal(next.handOn('run-2').released?.by, 'run-2');
});
