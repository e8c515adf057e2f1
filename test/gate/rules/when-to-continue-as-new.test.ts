import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import type { GateSettings } from '../../../src/workflows/gate/contract.ts';
import { whenToContinueAsNew } from '../../../src/workflows/gate/pace/when-to-continue-as-new.ts';

const DUE_AT = 400;

let askedFor: boolean;
let history: { historyLength: number; historySize: number; continueAsNewSuggested: boolean };
let state: {
  reconcileWanted: boolean;
  startsUnanswered: boolean;
  resultsFillTheRun: boolean;
  settings: GateSettings | undefined;
};
let mustEnd: () => boolean;
beforeEach(() => {
  askedFor = false;
  history = { historyLength: 3, historySize: 2_000, continueAsNewSuggested: false };
  state = { reconcileWanted: false, startsUnanswered: false, resultsFillTheRun: false, settings: undefined };
  mustEnd = whenToContinueAsNew(
    state,
    { workspaceId: 'w', continueAsNewAfterEvents: DUE_AT },
    () => askedFor,
    () => history,
  );
});

test('a gate with a short history goes on', () => {
  history.historyLength = DUE_AT - 1;
  assert.equal(mustEnd(), false);
});

test('a gate that is asked to continues as new at once, whatever it has to do', () => {
  askedFor = true;
  state.reconcileWanted = state.startsUnanswered = true;
  assert.equal(mustEnd(), true);
});

test('a gate that may start no more, because of the results that may still come, restarts at once: slots are free', () => {
  state.resultsFillTheRun = state.reconcileWanted = true;
  assert.equal(mustEnd(), true);
});

test('a gate whose history is long continues as new at its first quiet moment: no reconcile wanted, no start unanswered', () => {
  history.historyLength = DUE_AT;
  state.reconcileWanted = true;
  assert.equal(mustEnd(), false);
  state.reconcileWanted = false;
  state.startsUnanswered = true;
  assert.equal(mustEnd(), false);
  state.startsUnanswered = false;
  assert.equal(mustEnd(), true);
});

test('a gate continues as new when Temporal suggests it, however few its events', () => {
  history.continueAsNewSuggested = true;
  assert.equal(mustEnd(), true);
});

test('a gate without a quiet moment continues as new after half as many events again as made its end due', () => {
  state.reconcileWanted = true;
  history.historyLength = DUE_AT + 10;
  assert.equal(mustEnd(), false);
  history.historyLength = (DUE_AT + 10) * 1.5 - 1;
  assert.equal(mustEnd(), false);
  history.historyLength += 1;
  assert.equal(mustEnd(), true);
});

const settings = (continueAsNewAfterEvents: number) => ({
  continueAsNewAfterEvents,
  watchOverdueSeconds: 120,
});

test('the setting of the last answer counts, and not the one that a gate of an earlier release carries on', () => {
  history.historyLength = DUE_AT;
  state.settings = settings(DUE_AT + 1);
  assert.equal(mustEnd(), false);
  state.settings = settings(0);
  assert.equal(mustEnd(), false, '0 leaves it to Temporal');
  state.settings = settings(DUE_AT);
  assert.equal(mustEnd(), true);
});

test('a gate whose history has 4 MB continues as new without a quiet moment', () => {
  state.reconcileWanted = state.startsUnanswered = true;
  state.settings = settings(0);
  history.historySize = 4 * 1024 * 1024 - 1;
  assert.equal(mustEnd(), false);
  history.historySize += 1;
  assert.equal(mustEnd(), true);
});
