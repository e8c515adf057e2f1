import {
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  log,
  proxyLocalActivities,
  setDefaultSignalHandler,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { defineSearchAttributeKey } from '@temporalio/common';
import { SEARCH_ATTRIBUTES, executionWorkflowId, gateWorkflowId } from '../../domain/names.ts';
import { runChild } from './children/child.ts';
import {
  type GateActivities,
  type GateInput,
  type ReconcileAnswer,
  type ReconcileRequest,
  OTHER_INSTALLATION,
  WORKSPACE_DELETED,
  resizeSignal,
  snapshotQuery,
  wakeSignal,
} from './contract.ts';
import { gateDetails } from './shown/details.ts';
import { showPage } from './shown/page.ts';
import { GateState } from './state/gate-state.ts';
import { confirmRecalls, reportInTime } from './pace/late-reports.ts';
import { onReset } from './state/on-reset.ts';
import { deliverTerminations } from './children/terminations.ts';
import { waitToRetry } from './pace/retry-wait.ts';
import { watchAdopted } from './children/watcher.ts';
import { isOverdueBySize, whenToContinueAsNew } from './pace/when-to-continue-as-new.ts';

/**
 * One reconcile with Postgres, retried at once and briefly. It must end well before 8 s of the workflow task's 10 s are over: then the SDK keeps
 * the task open by a heartbeat, and a signal that comes between the heartbeat's new task and its start is replayed as if it had come before:
 * a nondeterminism error ("Missing associated machine for LocalActivity") ends the run, and its retry policy begins the next.
 */
const { reconcile } = proxyLocalActivities<Pick<GateActivities, 'reconcile'>>({
  startToCloseTimeout: '5s',
  scheduleToCloseTimeout: '6s',
  retry: {
    initialInterval: '100ms',
    maximumInterval: '1s',
    maximumAttempts: 3,
    nonRetryableErrorTypes: ['WorkspaceUnknown'],
  },
});

/** Enough to see what was sent; a payload may have 2 MB. */
const LOGGED_PAYLOAD_MAX_CHARS = 200;

/** A start is answered within milliseconds; nothing waits for one longer than this. */
const START_ANSWERS_WAIT_SECONDS = 10;

/**
 * The gate of one workspace: admits its pending executions in FIFO order up to its limit. It is started at first need and stays
 * open, idle and without timers, until it continues as new. Everything it knows is in Postgres and Temporal, so any run of it may
 * end at any time; the next one adopts what runs. It ends for good when its workspace was deleted.
 */
export async function WorkspaceGateWorkflow(input: GateInput): Promise<void> {
  refuseForeignStart(input);
  const state = new GateState(input);
  handleMessages(state);
  onReset(() => state.wasReset());
  showPage(() => gateDetails(state.snapshot(), workflowInfo().namespace));
  let cancelRequested = false;
  void CancellationScope.current().cancelRequested.catch(() => {
    cancelRequested = true;
  });
  // "Request Cancellation" on a gate must not reach its children; it makes the gate continue as new.
  await CancellationScope.nonCancellable(() => admit(state, input, () => cancelRequested));
}

/** A start by hand with another input ends at once, so that the next wake starts the gate as it should be. */
function refuseForeignStart(input: Partial<GateInput> | undefined): void {
  const { workflowId } = workflowInfo();
  if (typeof input?.workspaceId === 'string' && gateWorkflowId(input.workspaceId) === workflowId) return;
  throw ApplicationFailure.nonRetryable(
    `${workflowId} was not started as the gate of its workspace. Gates are started by the API and the sweep; leave it to them.`,
    'NotAGate',
  );
}

function handleMessages(state: GateState): void {
  setHandler(wakeSignal, () => state.hearWake());
  setHandler(resizeSignal, (...payload: unknown[]) => {
    const taken = state.resize(payload, workflowInfo());
    if (!taken)
      log.warn('a resize signal was ignored: its input must be a whole number from 1 to 1000, or null', {
        ignoredSignal: 'resize',
        payload: JSON.stringify(payload).slice(0, LOGGED_PAYLOAD_MAX_CHARS),
      });
  });
  setHandler(snapshotQuery, () => state.snapshot());
  setDefaultSignalHandler((name) =>
    log.warn('a signal that gates do not know was ignored', { ignoredSignal: name }),
  );
}

async function admit(state: GateState, input: GateInput, cancelRequested: () => boolean): Promise<void> {
  const mustEnd = whenToContinueAsNew(state, input, cancelRequested, workflowInfo);
  let failures = 0;
  void watchAdopted(state);
  void reportInTime(state);
  void confirmRecalls(state);
  for (;;) {
    await condition(() => state.reconcileWanted || state.endsReady || state.replacementsReady || mustEnd());
    if (mustEnd()) await continueOnceAnswered(state, input);
    startReplacements(state);
    deliverCancels(state);
    deliverTerminations(state);
    if (!state.reconcileWanted) continue;
    const reconciled = await reconcileOnce(state, { claim: true });
    if (reconciled === 'deleted') return;
    if (reconciled === 'failed') {
      await waitToRetry(state, failures++, mustEnd);
      continue;
    }
    failures = 0;
    // Ends the workflow task: the inputs of one answer fit into it, those of several may be more than the 4 MB of a gRPC message.
    if (state.moreWaits) await startAnswers(state);
  }
}

/** `failed`: Postgres did not answer; then nothing is lost and the reports go into the next one. `deleted`: nothing is left to be a gate of. */
async function reconcileOnce(
  state: GateState,
  options: { claim: boolean },
): Promise<'answered' | 'failed' | 'deleted'> {
  const { historySize, historyLength } = workflowInfo();
  const request = state.takeRequest({ ...options, historySize, historyLength });
  let answer: ReconcileAnswer;
  try {
    answer = await reconcile(request);
  } catch (error) {
    if (failureTypes(error).includes(WORKSPACE_DELETED)) return 'deleted';
    const why = rootMessage(error);
    log.warn('reconcile failed; the gate waits and tries again', { error: why });
    state.reconcileFailed(why, { isForeign: failureTypes(error).includes(OTHER_INSTALLATION) });
    return 'failed';
  }
  apply(state, request, answer);
  return 'answered';
}

function apply(state: GateState, request: ReconcileRequest, answer: ReconcileAnswer): void {
  const before = state.lastAnswer;
  const { historyLength } = workflowInfo();
  const toStart = state.reconciled(request, answer, new Date().toISOString(), historyLength);
  for (const row of toStart) void runChild(state, row, answer);
  if (answer.searchAttributes && (before?.limit !== answer.limit || before?.tier !== answer.tier)) {
    upsertSearchAttributes([
      { key: defineSearchAttributeKey(SEARCH_ATTRIBUTES.workspace, 'KEYWORD'), value: state.workspaceId },
      { key: defineSearchAttributeKey(SEARCH_ATTRIBUTES.tier, 'KEYWORD'), value: answer.tier },
      { key: defineSearchAttributeKey(SEARCH_ATTRIBUTES.limit, 'INT'), value: answer.limit },
    ]);
  }
}

/** In the very task in which others ended: Core would hold the starts back until a local activity of the same task is done. */
function startReplacements(state: GateState): void {
  const { lastAnswer } = state;
  if (!state.replacementsReady || lastAnswer === null) return;
  for (const row of state.takeReplacements(new Date().toISOString())) void runChild(state, row, lastAnswer);
}

function deliverCancels(state: GateState): void {
  for (const executionId of state.takeEnds('cancel')) void deliverCancel(state, executionId);
}

async function deliverCancel(state: GateState, executionId: string): Promise<void> {
  try {
    await getExternalWorkflowHandle(executionWorkflowId(executionId)).cancel();
    state.endDelivered('cancel', executionId);
  } catch (error) {
    // Most likely it just ended. If not, the request is still in its row, and the next reconcile brings it again.
    log.info('a cancellation could not be delivered', { executionId, error: rootMessage(error) });
  }
}

/**
 * Ends this run and begins the next. Start answers are awaited first, so that the next run can watch instead of asking Temporal
 * twice. Reports that are not yet written are handed on and not written here: Temporal refuses to end a run when something arrived while
 * its task went on, and has the whole run replayed, so that task has to be short.
 */
async function continueOnceAnswered(state: GateState, input: GateInput): Promise<never> {
  await startAnswers(state);
  if (state.endsAreTooLargeToHandOn) await reconcileOnce(state, { claim: false });
  return await continueAsNew<typeof WorkspaceGateWorkflow>(state.nextInput(input));
}

async function startAnswers(state: GateState): Promise<void> {
  const mustHurry = () => state.settings !== undefined && isOverdueBySize(workflowInfo().historySize);
  await condition(() => !state.startsUnanswered || mustHurry(), START_ANSWERS_WAIT_SECONDS * 1000);
}

/** With those of its causes. */
function failureTypes(error: unknown): unknown[] {
  const types: unknown[] = [];
  for (let at = error; at instanceof Error; at = at.cause)
    if (at instanceof ApplicationFailure) types.push(at.type);
  return types;
}

function rootMessage(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (!(at.cause instanceof Error)) return at.message;
  }
  return String(error);
}
