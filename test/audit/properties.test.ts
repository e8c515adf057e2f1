import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkCap } from '../../src/audit/checks/cap.ts';
import { clockOffsetOf } from '../../src/audit/record/clocks.ts';
import { checkCounters } from '../../src/audit/checks/counters.ts';
import { checkDurable } from '../../src/audit/checks/durable.ts';
import { checkFifo } from '../../src/audit/checks/fifo.ts';
import { checkLeak } from '../../src/audit/checks/leak.ts';
import { limitAt } from '../../src/audit/record/limit-at.ts';
import type { Micros } from '../../src/audit/record/micros.ts';
import { checkOnce } from '../../src/audit/checks/once.ts';
import { openIntervalsOf } from '../../src/audit/record/open-intervals.ts';
import { checkOutcome } from '../../src/audit/checks/outcome.ts';
import { checkWorkConserving } from '../../src/audit/checks/work-conserving.ts';
import type { ExecutionRecord, WorkspaceRecord } from '../../src/audit/record/workspace-record.ts';
import { COMPLETED, T0, execution, run, workspace } from './records.ts';

/** A workspace's life, told by an ideal gate that a random schedule drives: each step takes some microseconds and does one thing. */
type StepKind = 'enqueue' | 'cancel' | 'resize' | 'open' | 'end' | 'hear';
interface Step {
  readonly kind: StepKind;
  /** Which of the executions that it could be done to. */
  readonly pick: number;
  readonly lastsMicros: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.oneof(
    { arbitrary: fc.constantFrom<StepKind>('enqueue', 'open', 'end', 'hear'), weight: 9 },
    { arbitrary: fc.constantFrom<StepKind>('cancel', 'resize'), weight: 1 },
  ),
  pick: fc.nat(1_000),
  // Often none, so that ends and openings fall into one microsecond.
  lastsMicros: fc.oneof(fc.constant(0), fc.nat(3_000_000)),
});

const schedules = fc.array(step, { minLength: 20, maxLength: 250 });

interface Told {
  seq: number;
  status: 'pending' | 'running' | 'completed' | 'cancelled';
  createdAt: Micros;
  admittedAt: Micros | null;
  opened: Micros | null;
  ended: Micros | null;
  closedAt: Micros | null;
  limitAtAdmission: number | null;
  startedAhead: boolean;
}

const madeAt = (seq: number, createdAt: Micros): Told => ({
  seq,
  status: 'pending',
  createdAt,
  admittedAt: null,
  opened: null,
  ended: null,
  closedAt: null,
  limitAtAdmission: null,
  startedAhead: false,
});

/** Follows the rules: claims in seq order while fewer than the limit hold slots, and frees a slot only after the end in Temporal. */
function tell(steps: readonly Step[]): WorkspaceRecord {
  let now = T0;
  const rows: Told[] = [];
  const limits: { at: Micros; limit: number }[] = [{ at: T0, limit: 3 }];
  const reconcile = () => {
    // A claim follows what it claims for, by a tick of the clock that all share.
    now += 1;
    let free = limits.at(-1)!.limit - rows.filter((row) => row.status === 'running').length;
    for (const row of rows) {
      if (free <= 0 || row.status !== 'pending') continue;
      Object.assign(row, { status: 'running', admittedAt: now, limitAtAdmission: limits.at(-1)!.limit });
      free--;
    }
  };
  const picked = (pick: number, from: readonly Told[]) => from[pick % Math.max(1, from.length)];
  for (const { kind, pick, lastsMicros } of steps) {
    now += lastsMicros;
    const holding = rows.filter((row) => row.status === 'running');
    if (kind === 'enqueue') {
      rows.push(madeAt(rows.length + 1, now));
    } else if (kind === 'cancel') {
      const row = picked(
        pick,
        rows.filter(({ status }) => status === 'pending'),
      );
      if (row) Object.assign(row, { status: 'cancelled', closedAt: (now += 1) });
    } else if (kind === 'resize') limits.push({ at: (now += 1), limit: 1 + (pick % 6) });
    else if (kind === 'open') {
      const row = picked(
        pick,
        holding.filter(({ opened }) => opened === null),
      );
      if (row) row.opened = now;
    } else if (kind === 'end') {
      const row = picked(
        pick,
        holding.filter(({ opened, ended }) => opened !== null && ended === null && opened < now),
      );
      if (row) row.ended = now;
    } else {
      const row = picked(
        pick,
        holding.filter(({ ended }) => ended !== null),
      );
      if (row) Object.assign(row, { status: 'completed', closedAt: row.ended });
    }
    if (kind !== 'open' && kind !== 'end') reconcile();
  }
  return recordOf(rows, limits, now + 1);
}

/** A gate reconciles at least so often; here as late as the audit allows. */
const RECONCILES_EVERY_MICROS = 26_000_000;

/**
 * Follows the rules of a gate that holds a reservation: it starts the next reserved row when one ends, and Postgres hears of both at the next reconcile. That
 * admits first what was started, whatever the limit is by then, and reserves again where no more run than the limit.
 */
function tellAhead(steps: readonly Step[]): WorkspaceRecord {
  let now = T0;
  let reconciledAt = T0;
  const rows: Told[] = [];
  const limits: { at: Micros; limit: number }[] = [{ at: T0, limit: 3 }];
  let reserved = { throughSeq: 0, limit: 0 };
  const reconcile = () => {
    reconciledAt = now += 1;
    const { limit } = limits.at(-1)!;
    const admission = { status: 'running', admittedAt: now } as const;
    for (const row of rows)
      if (row.status === 'pending' && row.opened !== null)
        Object.assign(row, {
          ...admission,
          startedAhead: true,
          limitAtAdmission: Math.max(limit, reserved.limit),
        });
    for (const row of rows)
      if (row.status === 'running' && row.ended !== null)
        Object.assign(row, { status: 'completed', closedAt: row.ended });
    now += 1;
    let free = limit - rows.filter(({ status }) => status === 'running').length;
    const reserves = free >= 0;
    for (const row of rows) {
      if (free <= 0 || row.status !== 'pending') continue;
      Object.assign(row, { ...admission, admittedAt: now, limitAtAdmission: limit });
      free--;
    }
    reserved = reserves ? { throughSeq: rows.length, limit } : { throughSeq: 0, limit: 0 };
  };
  const picked = (pick: number, from: readonly Told[]) => from[pick % Math.max(1, from.length)];
  for (const { kind, pick, lastsMicros } of steps) {
    now += lastsMicros;
    if (now - reconciledAt > RECONCILES_EVERY_MICROS) reconcile();
    if (kind === 'enqueue') rows.push(madeAt(rows.length + 1, now));
    else if (kind === 'resize') limits.push({ at: (now += 1), limit: 1 + (pick % 6) });
    else if (kind === 'hear') reconcile();
    else if (kind === 'cancel') {
      const unreserved = rows.filter((row) => row.status === 'pending' && row.seq > reserved.throughSeq);
      const row = picked(pick, unreserved);
      if (row) Object.assign(row, { status: 'cancelled', closedAt: (now += 1) });
    } else if (kind === 'open') {
      const row = picked(
        pick,
        rows.filter(({ status, opened }) => status === 'running' && opened === null),
      );
      if (row) row.opened = now;
    } else {
      const row = picked(
        pick,
        rows.filter(({ opened, ended }) => opened !== null && ended === null && opened < now),
      );
      if (!row) continue;
      row.ended = now;
      const next = rows.find(({ status, opened }) => status === 'pending' && opened === null);
      if (next && next.seq <= reserved.throughSeq) next.opened = now;
    }
  }
  return recordOf(rows, limits, now + 1);
}

function recordOf(
  rows: readonly Told[],
  limits: readonly { at: Micros; limit: number }[],
  readAt: Micros,
): WorkspaceRecord {
  const executions = rows.map((row): ExecutionRecord => {
    const close = row.ended === null ? null : { at: row.ended, by: 'end' as const, outcome: COMPLETED };
    const opened =
      row.opened === null ? [] : [run(0, close, { runId: `run-${row.seq}`, startedAt: row.opened })];
    return execution(row.seq, {
      status: row.status,
      createdAt: row.createdAt,
      admittedAt: row.admittedAt,
      limitAtAdmission: row.limitAtAdmission,
      startedAhead: row.startedAhead,
      startedAt: row.admittedAt === null ? null : row.opened,
      closedAt: row.closedAt,
      runId: row.admittedAt === null || row.opened === null ? null : `run-${row.seq}`,
      result: row.status === 'completed' ? COMPLETED.result : { md5: null, omitted: null },
      runs: row.admittedAt === null ? null : opened,
    });
  });
  const limitChanges = limits.map(({ at: changedAt, limit }) => ({
    changedAt,
    tier: 'pro' as const,
    limitOverride: limit,
    limit,
  }));
  const last = limitChanges.at(-1)!;
  return {
    ...workspace(executions),
    readAt,
    limitChanges,
    limitInForce: last.limit,
    limitOverride: last.limit,
  };
}

/** The same record with one execution changed. */
function withChanged(
  record: WorkspaceRecord,
  id: string,
  change: (execution: ExecutionRecord) => ExecutionRecord,
): WorkspaceRecord {
  return { ...record, executions: record.executions.map((one) => (one.id === id ? change(one) : one)) };
}

const holds = <T>(property: fc.IPropertyWithHooks<T>) => fc.assert(property, { numRuns: 300 });
const ENDLESS_SECONDS = 1_000_000;

const WAYS = { 'that asks Postgres before each start': tell, 'that holds a reservation': tellAhead };

for (const [who, told] of Object.entries(WAYS))
  test(`a random schedule of a gate ${who} and follows the rules breaches nothing`, () => {
    let ahead = 0;
    holds(
      fc.property(schedules, (steps) => {
        const record = told(steps);
        const breaches = [
          checkCap(record),
          checkFifo(record),
          checkDurable(record, []),
          checkOnce(record),
          checkOutcome(record),
          checkLeak(record, ENDLESS_SECONDS),
          checkWorkConserving(record, ENDLESS_SECONDS),
          checkCounters(record),
        ].flatMap((checked) => checked.breaches);
        assert.deepEqual(breaches, []);
        ahead += checkCap(record).startedAhead;
        const { atLeast, atMost } = clockOffsetOf(record);
        assert.ok(atLeast <= 0 && atMost >= 0, 'one clock is not ahead of itself');
      }),
    );
    assert.equal(ahead > 100, told === tellAhead, `${ahead} were started ahead`);
  });

for (const [who, told] of Object.entries(WAYS))
  test(`CAP: an end moved past the opening that it made room for is caught, with a gate ${who}`, () => {
    let caught = 0;
    holds(
      fc.property(schedules, (steps) => {
        const record = told(steps);
        const handoff = findHandoff(record);
        if (handoff === null) return;
        const moved = withChanged(record, handoff.ended.id, (one) => ({
          ...one,
          runs: one.runs!.map((ran) => ({ ...ran, close: { ...ran.close!, at: handoff.openedAt + 1 } })),
        }));
        assert.ok(checkCap(moved).breaches.length > 0);
        caught++;
      }),
    );
    assert.ok(caught > 10, `tried in ${caught} schedules`);
  });

/** An execution that opened as the last that its limit allowed, and one before it that had just ended. */
function findHandoff(record: WorkspaceRecord): { ended: ExecutionRecord; openedAt: Micros } | null {
  for (const next of record.executions) {
    const [opening] = openIntervalsOf(next);
    if (opening === undefined) continue;
    const before = record.executions.filter((one) => one.seq! < next.seq! && openIntervalsOf(one).length > 0);
    const isOpen = (one: ExecutionRecord) => {
      const { from, to } = openIntervalsOf(one)[0]!;
      return from <= opening.from && (to === null || to > opening.from);
    };
    const limit = next.startedAhead ? next.limitAtAdmission : limitAt(record.limitChanges, next.admittedAt!);
    const ended = before.find((one) => {
      const to = openIntervalsOf(one)[0]!.to;
      return to !== null && to <= opening.from;
    });
    if (ended !== undefined && before.filter(isOpen).length + 1 === limit)
      return { ended, openedAt: opening.from };
  }
  return null;
}

test('FIFO: two admissions exchanged are caught', () => {
  let caught = 0;
  holds(
    fc.property(schedules, (steps) => {
      const record = tell(steps);
      const claimed = record.executions.filter((one) => one.admittedAt !== null);
      const [first, last] = [claimed[0], claimed.at(-1)];
      if (!first || !last || first.admittedAt === last.admittedAt) return;
      let exchanged = withChanged(record, first.id, (one) => ({ ...one, admittedAt: last.admittedAt }));
      exchanged = withChanged(exchanged, last.id, (one) => ({ ...one, admittedAt: first.admittedAt }));
      assert.ok(checkFifo(exchanged).breaches.length > 0);
      caught++;
    }),
  );
  assert.ok(caught > 10, `tried in ${caught} schedules`);
});

test('DURABLE and COUNTERS: any row that is lost is caught', () => {
  holds(
    fc.property(schedules, fc.nat(), (steps, pick) => {
      const record = tell(steps);
      const lost = record.executions[pick % Math.max(1, record.executions.length)];
      if (lost === undefined) return;
      const without = { ...record, executions: record.executions.filter((one) => one !== lost) };
      assert.deepEqual(
        checkDurable(without, []).breaches.map((breach) => breach.seqs),
        [[lost.seq]],
      );
      const counted = lost.status === 'pending' || lost.status === 'running' ? 1 : 0;
      assert.equal(checkCounters(without).breaches.length, counted);
    }),
  );
});

test('WORK-CONSERVING: every wait beside a free slot is measured, and none is longer than the whole', () => {
  holds(
    fc.property(schedules, (steps) => {
      const record = tell(steps);
      const { idleMicros } = checkWorkConserving(record, ENDLESS_SECONDS);
      for (const micros of idleMicros) assert.ok(micros > 0 && micros <= record.readAt - T0);
      const longest = Math.max(0, ...idleMicros);
      const overBound = checkWorkConserving(record, (longest - 1) / 1_000_000).breaches.length;
      assert.equal(overBound > 0, longest > 0);
    }),
  );
});
