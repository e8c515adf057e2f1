import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type {
  AdmittedExecution,
  NewestEvent,
  ReconcileAnswer,
  ReconcileRequest,
} from '../../../src/workflows/gate/contract.ts';
import { UNANSWERED_STARTS_MAX } from '../../../src/workflows/gate/pace/start-pace.ts';
import { gateDetails } from '../../../src/workflows/gate/shown/details.ts';
import { GateState } from '../../../src/workflows/gate/state/gate-state.ts';

const answer = (fields: Partial<ReconcileAnswer> = {}): ReconcileAnswer => ({
  deployment: 'd',
  tier: 'pro',
  limit: 5,
  limitSource: 'tier',
  pending: 0,
  admitted: [],
  cancel: [],
  more: false,
  searchAttributes: false,
  ...fields,
});
const row = (executionId: string, next: AdmittedExecution['next'] = 'start'): AdmittedExecution => ({
  executionId,
  seq: 1,
  workflowType: 't',
  admittedAt: '',
  next,
  input: null,
  maxDurationSeconds: 1,
  cancelRequested: false,
});
const closed = (executionId: string) => ({
  executionId,
  closedAt: '',
  outcome: { status: 'completed', result: null, resultOmitted: null, failure: null } as const,
});
const NOW = '2026-01-01T00:00:00.000Z';

test('a gate that knows nothing wants a reconcile first', () => {
  assert.equal(new GateState({ workspaceId: 'w' }).reconcileWanted, true);
});

test('a wake during a reconcile causes another one after it', () => {
  const state = new GateState({ workspaceId: 'w' });
  const request = state.takeRequest({ claim: true });
  state.wake();
  state.reconciled(request, answer(), NOW);
  assert.equal(state.reconcileWanted, true);
});

test('a report made during a reconcile is not dropped with the reports that it carried', () => {
  const state = new GateState({ workspaceId: 'w' });
  state.reconciled(state.takeRequest({ claim: true }), answer({ admitted: [row('a'), row('b')] }), NOW);
  state.childClosed(closed('a'));
  const request = state.takeRequest({ claim: true });
  state.childClosed(closed('b'));
  state.reconciled(request, answer(), NOW);
  assert.deepEqual(
    state.takeRequest({ claim: true }).closed.map((c) => c.executionId),
    ['b'],
  );
});

test('a gate names its deployment from its input or its first answer on, and no empty one before', () => {
  const state = new GateState({ workspaceId: 'w' });
  assert.throws(() => state.deployment, /gate of workspace w .* deployment/);
  state.reconciled(state.takeRequest({ claim: true }), answer({ admitted: [row('a', 'watch')] }), NOW);
  assert.equal(state.deployment, 'd');
  const next = new GateState(state.nextInput({ workspaceId: 'w' }));
  assert.equal(next.deployment, 'd');
  assert.equal(next.takeRequest({ claim: true }).deployment, 'd');
  const unanswered = new GateState({ workspaceId: 'w' }).nextInput({ workspaceId: 'w' });
  assert.equal('deployment' in unanswered, false);
});

test('a claimed row whose workflow may be forgotten is watched, not started, and its start is reported once it is found', () => {
  const state = new GateState({ workspaceId: 'w' });
  const request = state.takeRequest({ claim: true });
  assert.deepEqual(state.reconciled(request, answer({ admitted: [row('a', 'verify')] }), NOW), []);
  assert.deepEqual(
    state.watched.map(({ executionId, startRecorded }) => [executionId, startRecorded]),
    [['a', false]],
  );
  state.watchedStarted({ executionId: 'a', runId: 'r' });
  assert.deepEqual(state.takeRequest({ claim: true }).started, [{ executionId: 'a', runId: 'r' }]);
});

test('a row whose end was asked for while it was reserved is found before it is asked: else its termination counts as delivered, and its late start goes on', () => {
  const state = new GateState({ workspaceId: 'w' });
  const asked = { ...row('a', 'verify'), endRequested: 'terminate' as const, cancelRequested: true };
  const undelivered = { cancel: ['a'], terminate: ['a'] };
  state.reconciled(state.takeRequest({ claim: true }), answer({ admitted: [asked], ...undelivered }), NOW);
  assert.deepEqual([state.endsReady, state.takeEnds('cancel'), state.takeEnds('terminate')], [false, [], []]);
  assert.equal(state.watched[0]?.endRequested, 'terminate');
  state.watchedStarted({ executionId: 'a', runId: 'r' });
  assert.deepEqual(
    [state.endsReady, state.takeEnds('cancel'), state.takeEnds('terminate')],
    [true, ['a'], ['a']],
  );
  assert.equal(
    'endRequested' in state.watched[0],
    false,
    'it was there: if it is gone, its outcome is unknown',
  );
});

test('reports survive a reconcile that failed', () => {
  const state = new GateState({ workspaceId: 'w' });
  state.reconciled(state.takeRequest({ claim: true }), answer({ admitted: [row('a')] }), NOW);
  state.childStarted({ executionId: 'a', runId: 'r' });
  state.childClosed(closed('a'));
  state.resize([7], FIRST_RUN);
  const lost = state.takeRequest({ claim: true });
  state.reconcileFailed('down');
  assert.deepEqual(state.takeRequest({ claim: true }), lost);
});

test('a termination is handed out once for each answer that asks for it, when its execution is open, and reported when delivered', () => {
  const state = new GateState({ workspaceId: 'w' });
  const asks = (fields = {}) =>
    state.reconciled(
      state.takeRequest({ claim: true }),
      answer({ terminate: ['a', 'unknown'], ...fields }),
      NOW,
    );
  asks({ admitted: [row('a')] });
  assert.deepEqual([state.endsReady, state.takeEnds('terminate')], [false, []]);
  state.childStarted({ executionId: 'a', runId: 'r' });
  assert.deepEqual([state.endsReady, state.takeEnds('terminate')], [true, ['a']]);
  assert.deepEqual([state.endsReady, state.takeEnds('terminate')], [false, []]);
  asks();
  assert.deepEqual(state.takeEnds('terminate'), ['a'], 'it was not delivered');
  state.endDelivered('terminate', 'a');
  const request = state.takeRequest({ claim: true });
  assert.deepEqual(request.terminationsDelivered, ['a']);
  state.reconciled(request, answer({ terminate: ['a'] }), NOW);
  assert.equal(state.takeRequest({ claim: true }).terminationsDelivered, undefined);
});

test('what a run was told and has not written, the run that continues it reports', () => {
  const state = new GateState({ workspaceId: 'w' });
  state.reconciled(state.takeRequest({ claim: true }), answer({ admitted: [row('a'), row('b')] }), NOW);
  state.childStarted({ executionId: 'b', runId: 'r' });
  state.endDelivered('cancel', 'b');
  state.endDelivered('terminate', 'b');
  state.childClosed(closed('a'));
  state.resize([7], FIRST_RUN);
  const next = new GateState(state.nextInput({ workspaceId: 'w' }));
  assert.deepEqual(next.takeRequest({ claim: true }), {
    ...state.takeRequest({ claim: true }),
    known: [],
    startsAtMost: UNANSWERED_STARTS_MAX,
  });
});

test('an end with a large result is not handed on, but left to be looked up', () => {
  const state = new GateState({ workspaceId: 'w' });
  state.reconciled(state.takeRequest({ claim: true }), answer({ admitted: [row('a')] }), NOW);
  state.childClosed(closed('a'));
  assert.equal(state.endsAreTooLargeToHandOn, false);
  const end = closed('b');
  state.reconciled(state.takeRequest({ claim: true }), answer({ admitted: [row('b')] }), NOW);
  state.childClosed({ ...end, outcome: { ...end.outcome, result: `"${'x'.repeat(200_000)}"` } });
  assert.equal(state.endsAreTooLargeToHandOn, true);
  assert.deepEqual(state.handOn().closed, []);
});

const manyRows = (count: number) => Array.from({ length: count }, (_, n) => row(`e${n}`));

/** A run before has seen ends, so that their results bound nothing here. */
const SMALL_RESULTS = { lastAdmissions: [], largestResultBytes: 100 };

test('a run whose history has no room for further results ends, instead of asking for more, and only when more are waiting', () => {
  const state = new GateState({
    workspaceId: 'w',
    handedOn: { lastAdmissions: [], largestResultBytes: 2 * 1024 * 1024 },
  });
  const request = state.takeRequest({ claim: true });
  assert.equal(request.startsAtMost, 12);
  const admitted = manyRows(12);
  state.reconciled(request, answer({ admitted, startsHeldBack: true }), NOW);
  for (const { executionId } of admitted) state.childStarted({ executionId, runId: 'r' });
  assert.deepEqual([state.resultsFillTheRun, state.reconcileWanted], [true, false]);
  assert.equal(state.handOn().largestResultBytes, 2 * 1024 * 1024);
  state.reconciled(state.takeRequest({ claim: true }), answer({ startsHeldBack: false }), NOW);
  assert.equal(state.resultsFillTheRun, false);
});

test('a gate that was held back asks again when half of its starts are answered, and once', () => {
  const state = new GateState({ workspaceId: 'w', handedOn: SMALL_RESULTS });
  const request = state.takeRequest({ claim: true });
  assert.equal(request.startsAtMost, UNANSWERED_STARTS_MAX);
  const admitted = manyRows(UNANSWERED_STARTS_MAX);
  state.reconciled(request, answer({ admitted, startsHeldBack: true }), NOW);
  const asked = admitted.map(({ executionId }, n) => {
    state.childStarted({ executionId, runId: 'r' });
    return n + 1 < UNANSWERED_STARTS_MAX / 2 ? !state.reconcileWanted : state.reconcileWanted;
  });
  assert.ok(asked.every(Boolean));
  const next = state.takeRequest({ claim: true });
  assert.equal(next.startsAtMost, UNANSWERED_STARTS_MAX);
  state.reconciled(next, answer(), NOW);
  assert.equal(state.reconcileWanted, false);
});

test('answers to starts cause no reconcile when nothing was held back', () => {
  const state = new GateState({ workspaceId: 'w' });
  state.reconciled(state.takeRequest({ claim: true }), answer({ admitted: [row('a'), row('b')] }), NOW);
  state.childStarted({ executionId: 'a', runId: 'r' });
  state.watch('b');
  assert.equal(state.reconcileWanted, false);
});

test('a start that was refused is not asked for again at once, though others were held back', () => {
  const state = new GateState({ workspaceId: 'w' });
  state.reconciled(
    state.takeRequest({ claim: true }),
    answer({ admitted: [row('a')], startsHeldBack: true }),
    NOW,
  );
  state.startAbandoned('a');
  assert.equal(state.reconcileWanted, false);
});

test('starts that are never answered hold the others up for a minute, not longer', (context) => {
  context.mock.timers.enable({ apis: ['Date'], now: 0 });
  const state = new GateState({ workspaceId: 'w', handedOn: SMALL_RESULTS });
  const admitted = manyRows(UNANSWERED_STARTS_MAX);
  state.reconciled(state.takeRequest({ claim: true }), answer({ admitted, startsHeldBack: true }), NOW);
  context.mock.timers.setTime(59_000);
  assert.equal(state.takeRequest({ claim: true }).startsAtMost, 0);
  context.mock.timers.setTime(60_000);
  assert.equal(state.takeRequest({ claim: true }).startsAtMost, UNANSWERED_STARTS_MAX);
  assert.equal(state.startsUnanswered, true);
});

test('executions that end without a start, because their inputs are lost, hold no others up', () => {
  const state = new GateState({ workspaceId: 'w', handedOn: SMALL_RESULTS });
  const admitted = manyRows(UNANSWERED_STARTS_MAX);
  state.reconciled(state.takeRequest({ claim: true }), answer({ admitted }), NOW);
  for (const { executionId } of admitted) state.childClosed(closed(executionId));
  assert.equal(state.takeRequest({ claim: true }).startsAtMost, UNANSWERED_STARTS_MAX);
  assert.equal(state.startsUnanswered, false);
});

test('a child said to be terminated is watched, not believed', () => {
  const state = new GateState({ workspaceId: 'w' });
  state.reconciled(state.takeRequest({ claim: true }), answer({ admitted: [row('a')] }), NOW);
  state.childStarted({ executionId: 'a', runId: 'r' });
  state.watch('a');
  assert.deepEqual(state.watched, [{ executionId: 'a', startRecorded: false, admittedAt: '' }]);
});

const FIRST_RUN = { runId: 'run', originalExecutionRunId: 'run' };
const RESET_RUN = { runId: 'reset', originalExecutionRunId: 'run' };

test('each signalled override has a key of its own, the same after a replay', () => {
  const keys = (state: GateState) =>
    [[7], [null]].map((payload) => {
      state.resize(payload, FIRST_RUN);
      state.resize([], FIRST_RUN);
      return state.takeRequest({ claim: true }).overrideWishes;
    });
  const wishes = keys(new GateState({ workspaceId: 'w' }));
  assert.deepEqual(wishes, [[{ key: 'run/0', limitOverride: 7 }], [{ key: 'run/1', limitOverride: null }]]);
  assert.deepEqual(keys(new GateState({ workspaceId: 'w' })), wishes);
});

test('of a burst of signalled overrides the newest is written, and one that came meanwhile is kept for the next reconcile', () => {
  const state = new GateState({ workspaceId: 'w' });
  for (let limit = 1; limit <= 1000; limit++) state.resize([limit], FIRST_RUN);
  const request = state.takeRequest({ claim: true });
  assert.deepEqual(request.overrideWishes, [{ key: 'run/999', limitOverride: 1000 }]);
  state.resize([3], FIRST_RUN);
  state.reconciled(request, answer({}), NOW);
  assert.deepEqual(state.handOn().overrideWishes, [{ key: 'run/1000', limitOverride: 3 }]);
});

test('a signalled override is in doubt after a reset until the reset run itself has been answered', () => {
  const state = new GateState({ workspaceId: 'w' });
  const told = () => {
    state.resize([7], RESET_RUN);
    return state.takeRequest({ claim: true });
  };
  state.reconciled(told(), answer({ gateRunId: 'run' }), NOW);
  const first = told();
  assert.deepEqual(first.overrideWishes, [{ key: 'reset/1', limitOverride: 7, maybeRepeated: true }]);
  state.reconciled(first, answer({ gateRunId: 'reset' }), NOW);
  assert.deepEqual(told().overrideWishes, [{ key: 'reset/2', limitOverride: 7 }]);
});

/** The rows of a workspace as Postgres would hold them, reduced to what decides. */
class ModelRows {
  readonly running = new Set<string>();
  readonly recordedStarts = new Set<string>();
  readonly done = new Set<string>();
  next = 0;

  reconcile(request: ReconcileRequest, limit: number): ReconcileAnswer {
    for (const { executionId } of request.started) this.recordedStarts.add(executionId);
    for (const { executionId } of request.closed) {
      if (this.running.delete(executionId)) this.done.add(executionId);
    }
    while (request.claim && this.running.size < limit) this.running.add(`e${this.next++}`);
    const unknown = [...this.running].filter((id) => !request.known.includes(id));
    return answer({
      limit,
      admitted: unknown.map((id) => row(id, this.recordedStarts.has(id) ? 'watch' : 'start')),
    });
  }
}

type Step = 'reconcile' | 'lose-answer' | 'started' | 'refused' | 'closed' | 'watch-closed' | 'die';

test('whatever is lost, killed or retried, no execution is started twice by one gate, none is forgotten, and the cap holds', () => {
  const step = fc.constantFrom<Step>(
    'reconcile',
    'lose-answer',
    'started',
    'refused',
    'closed',
    'watch-closed',
    'die',
  );
  fc.assert(
    fc.property(
      fc.array(fc.tuple(step, fc.nat(9)), { maxLength: 200 }),
      fc.integer({ min: 1, max: 6 }),
      (steps, limit) => {
        const rows = new ModelRows();
        const temporal = new Map<string, 'open' | 'closed'>();
        let state = new GateState({ workspaceId: 'w' });
        let asked: string[] = [];
        const openCount = () => [...temporal.values()].filter((s) => s === 'open').length;
        for (const [kind, pick] of steps) {
          const chosen = asked[pick % Math.max(1, asked.length)];
          if (kind === 'reconcile' || kind === 'lose-answer') {
            const request = state.takeRequest({ claim: true });
            const result = rows.reconcile(request, limit);
            if (kind === 'lose-answer') state.reconcileFailed('lost');
            else {
              const toStart = state.reconciled(request, result, NOW).map((r) => r.executionId);
              assert.deepEqual(
                toStart.filter((id) => asked.includes(id)),
                [],
                'asked for once',
              );
              asked.push(...toStart);
            }
          } else if (kind === 'started' && chosen !== undefined) {
            if (temporal.has(chosen)) state.watch(chosen);
            else {
              temporal.set(chosen, 'open');
              state.childStarted({ executionId: chosen, runId: 'r' });
            }
          } else if (kind === 'refused' && chosen !== undefined && temporal.has(chosen)) {
            state.watch(chosen);
          } else if (kind === 'closed' && chosen !== undefined && temporal.get(chosen) === 'open') {
            temporal.set(chosen, 'closed');
            state.childClosed(closed(chosen));
          } else if (kind === 'watch-closed') {
            for (const { executionId } of state.watched) {
              if (temporal.get(executionId) === 'closed') state.childClosed(closed(executionId));
            }
          } else if (kind === 'die') {
            state = new GateState({ workspaceId: 'w' });
            asked = [];
          }
          assert.ok(openCount() <= limit, `CAP: ${openCount()} open at limit ${limit}`);
        }
        // Left alone, one look at everything settles every execution that ended.
        state = new GateState({ workspaceId: 'w' });
        const request = state.takeRequest({ claim: false });
        for (const { executionId } of state.reconciled(request, rows.reconcile(request, limit), NOW)) {
          if (temporal.has(executionId)) state.watch(executionId);
          else state.startAbandoned(executionId);
        }
        for (const { executionId } of state.watched)
          if (temporal.get(executionId) === 'closed') state.childClosed(closed(executionId));
        rows.reconcile(state.takeRequest({ claim: false }), limit);
        for (const [id, status] of temporal)
          assert.equal(rows.done.has(id), status === 'closed', `OUTCOME of ${id}`);
      },
    ),
  );
});

test('what was not found is handed to the next watch and the next run, and forgotten when it is found or has ended', () => {
  const state = new GateState({ workspaceId: 'w' });
  state.reconciled(
    state.takeRequest({ claim: true }),
    answer({ admitted: [row('a', 'watch'), row('b', 'watch')] }),
    NOW,
  );
  const count = { since: NOW, times: 2 };
  state.watchedNotFound(state.watched, [
    { executionId: 'a', ...count },
    { executionId: 'b', ...count },
  ]);
  const counts = () => state.watched.map(({ executionId, notFound }) => [executionId, notFound]);
  assert.deepEqual(counts(), [
    ['a', count],
    ['b', count],
  ]);
  const next = new GateState({ workspaceId: 'w', handedOn: state.handOn() });
  next.reconciled(next.takeRequest({ claim: true }), answer({ admitted: [row('a', 'watch')] }), NOW);
  const firstTurn = next.watched;
  assert.deepEqual(firstTurn[0]?.notFound, count);
  next.watchedNotFound(firstTurn, []);
  next.reconciled(next.takeRequest({ claim: true }), answer({ admitted: [row('b', 'watch')] }), NOW);
  assert.deepEqual(
    next.watched.map(({ notFound }) => notFound),
    [undefined, count],
    'of one that the turn did not watch, the count stays',
  );
  state.childClosed(closed('a'));
  assert.deepEqual(state.handOn().notFound, [{ executionId: 'b', ...count }]);
});

/** What a gate's next request says of the newest event, after answers that named these. */
const rememberedAfter = (state: GateState, ...answers: readonly NewestEvent[]) => {
  for (const newest of answers) state.reconciled(state.takeRequest({ claim: true }), answer(newest), NOW);
  const { lastEvent, epoch } = state.takeRequest({ claim: true });
  return [epoch, lastEvent];
};

test('a gate remembers the highest event number that an answer gave, and gives it to its next run', () => {
  const state = new GateState({ workspaceId: 'w' });
  assert.deepEqual(rememberedAfter(state), [undefined, undefined]);
  assert.deepEqual(rememberedAfter(state, {}), [undefined, undefined], 'of a release that names none');
  assert.deepEqual(rememberedAfter(state, { lastEvent: 0, epoch: 1 }), [1, 0]);
  assert.deepEqual(
    rememberedAfter(state, { lastEvent: 7, epoch: 1 }, { lastEvent: 5, epoch: 1 }, {}),
    [1, 7],
  );
  const next = new GateState(state.nextInput({ workspaceId: 'w' }));
  assert.deepEqual(rememberedAfter(next), [1, 7]);
});

test('when a restored database was resumed, all that is open is watched anew, and its start is reported again', () => {
  const state = new GateState({ workspaceId: 'w' });
  const admitted = [row('own'), row('adopted', 'watch'), row('ended')];
  state.reconciled(state.takeRequest({ claim: true }), answer({ admitted, lastEvent: 7, epoch: 1 }), NOW);
  for (const executionId of ['own', 'ended']) state.childStarted({ executionId, runId: 'r' });
  state.reconciled(state.takeRequest({ claim: true }), answer({ lastEvent: 8, epoch: 1 }), NOW);
  state.childClosed(closed('ended'));
  const { watchGeneration } = state;
  assert.deepEqual(
    state.watched.map(({ executionId, startRecorded }) => [executionId, startRecorded]),
    [['adopted', true]],
  );
  state.reconciled(state.takeRequest({ claim: true }), answer({ lastEvent: 3, epoch: 2 }), NOW);
  assert.deepEqual(
    state.watched.map(({ executionId, startRecorded }) => [executionId, startRecorded]),
    [
      ['own', false],
      ['adopted', false],
    ],
  );
  assert.notEqual(state.watchGeneration, watchGeneration);
  state.watchedStarted({ executionId: 'own', runId: 'r' });
  assert.deepEqual(state.takeRequest({ claim: true }).started, [{ executionId: 'own', runId: 'r' }]);
});

test('a higher epoch has numbers of its own, a lower one is no news', () => {
  const state = new GateState({ workspaceId: 'w' });
  assert.deepEqual(rememberedAfter(state, { lastEvent: 7, epoch: 1 }, { lastEvent: 5, epoch: 2 }), [2, 5]);
  assert.deepEqual(rememberedAfter(state, { lastEvent: 9, epoch: 1 }), [2, 5]);
});

test('a gate shows that its workspace is restoring until an answer says no more of it', () => {
  const state = new GateState({ workspaceId: 'w' });
  state.reconciled(state.takeRequest({ claim: true }), answer({ restoringSince: NOW, pending: 3 }), NOW);
  assert.equal(state.snapshot().restoringSince, NOW);
  const page = gateDetails(state.snapshot(), 'default');
  assert.match(page, /\*\*Restoring since 2026-01-01 00:00:00 UTC:\*\*.*`npx sluice resume --after-restore`/);
  state.reconciled(state.takeRequest({ claim: true }), answer(), NOW);
  assert.equal(state.snapshot().restoringSince, undefined);
  assert.doesNotMatch(gateDetails(state.snapshot(), 'default'), /Restoring/);
});
