import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReadEvent } from '../../src/db/events/read-events.ts';
import type { SlotTimes } from '../../src/db/samples/read-slot-times.ts';
import type { EventKind } from '../../src/domain/event.ts';
import { type Status, TERMINAL_STATUSES } from '../../src/domain/status.ts';
import { Measurements } from '../../src/worker/samples/measurements.ts';

/** At second `at`, with when its execution entered the queue and, of an end, when Temporal says that it was. */
interface Told {
  readonly kind: EventKind;
  readonly at: number;
  readonly entered?: number;
  readonly freed?: number | null;
  readonly status?: Status;
  readonly of?: string;
}

function told(all: readonly Told[], measurements = new Measurements()): Measurements {
  const times = new Map<string, SlotTimes>();
  const events = all.map(({ kind, at, entered, freed, status, of = 'w' }, index): ReadEvent => {
    const executionId = kind === 'workspace_changed' ? null : `e${index}`;
    if (executionId !== null && entered !== undefined)
      times.set(executionId, {
        enteredMs: entered * 1000,
        freedMs: freed === undefined || freed === null ? null : freed * 1000,
      });
    return {
      id: index,
      workspaceId: of,
      number: index,
      kind,
      executionId,
      seq: null,
      status: status ?? null,
      at: new Date(at * 1000),
    };
  });
  measurements.take(events, times);
  return measurements;
}

const admitted = (entered: number, at: number, of = 'w'): Told => ({ kind: 'admitted', at, entered, of });
const ended = (freed: number | null, at: number, status: Status = 'completed'): Told => ({
  kind: 'ended',
  at,
  entered: 0,
  freed,
  status,
});

const sampleOf = (measurements: Measurements, atSeconds = 100, workspaceId = 'w') =>
  measurements.samplesAt(atSeconds * 1000).find((sample) => sample.workspaceId === workspaceId);

test('an admission waited from where its execution entered the queue', () => {
  const sample = sampleOf(told([admitted(10, 12), admitted(10, 14), admitted(11, 20, 'other')]));
  assert.deepEqual(sample, {
    workspaceId: 'w',
    admitted: 2,
    failed: 0,
    waitP95Seconds: 2 + 0.95 * 2,
    handoffP99Seconds: null,
  });
});

test('a handoff is from the end to the admission of who was in the queue by then', () => {
  assert.equal(sampleOf(told([ended(50, 51), admitted(40, 53)]))?.handoffP99Seconds, 3);
});

test('a slot that stood free for want of work is no handoff', () => {
  const sample = sampleOf(told([ended(50, 51), admitted(90, 91)]));
  assert.deepEqual([sample?.handoffP99Seconds, sample?.waitP95Seconds], [null, 1]);
});

test('slots beyond a lowered limit are no handoffs: the admission takes the slot that was freed last', () => {
  assert.equal(
    sampleOf(told([ended(10, 10), ended(20, 20), ended(50, 50), admitted(5, 52)]))?.handoffP99Seconds,
    2,
  );
});

test('a change of the workspace forgets the slots that stood free before it', () => {
  const changed: Told = { kind: 'workspace_changed', at: 60 };
  assert.equal(sampleOf(told([ended(50, 51), changed, admitted(40, 90)]))?.handoffP99Seconds, null);
});

test('an end of an execution that never held a slot frees none', () => {
  assert.equal(sampleOf(told([ended(null, 51), admitted(40, 53)]))?.handoffP99Seconds, null);
});

test('clocks that differ make no negative times', () => {
  const sample = sampleOf(told([ended(53.2, 53), admitted(53.1, 53)]));
  assert.deepEqual([sample?.handoffP99Seconds, sample?.waitP95Seconds], [0, 0]);
});

test('failed, timed out and terminated executions are failures; what completed, was cancelled or never started is none', () => {
  for (const status of TERMINAL_STATUSES)
    assert.equal(
      sampleOf(told([admitted(1, 1), ended(1, 1, status)]))?.failed,
      ['failed', 'timed_out', 'terminated'].includes(status) ? 1 : 0,
      status,
    );
});

test('what was measured counts for five minutes, what was counted until it is written', () => {
  const measurements = told([admitted(10, 12), ended(1, 1, 'failed')]);
  assert.deepEqual(
    [sampleOf(measurements, 312)?.waitP95Seconds, sampleOf(measurements, 313)?.waitP95Seconds],
    [2, null],
  );
  assert.deepEqual([sampleOf(measurements, 313)?.admitted, sampleOf(measurements, 313)?.failed], [1, 1]);
  measurements.written();
  assert.equal(sampleOf(measurements, 313), undefined);
});

test('after events that were passed over nothing is known of free slots, and what was counted of them counts', () => {
  const measurements = told([ended(50, 51)]);
  measurements.takeCounts([{ workspaceId: 'w', admitted: 7, failed: 2 }]);
  measurements.forgetFreed();
  told([admitted(40, 90)], measurements);
  const sample = sampleOf(measurements);
  assert.deepEqual([sample?.admitted, sample?.failed, sample?.handoffP99Seconds], [8, 2, null]);
});
