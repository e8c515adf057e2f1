import type { WorkflowInfo } from '@temporalio/workflow';
import type { GateInput } from '../contract.ts';
import type { GateState } from '../state/gate-state.ts';

/** A gate that has had no quiet moment in half as many events again as made its end due continues as new all the same. */
const OVERDUE_FACTOR = 1.5;

/**
 * Results of children come into the history whole, up to 2 MB each, and Temporal terminates a run at 50 MB. At this size a run ends without
 * waiting for a quiet moment: what its children return after that goes to their watch, which reads 256 KB of it at most.
 */
const OVERDUE_AT_BYTES = 4 * 1024 * 1024;

/**
 * Whether a run is to continue as new: when that was asked for, and when its history has grown long and it has nothing else to do. Temporal
 * refuses to end a run when something arrived while its task went on, and has the whole run replayed. So a freed slot is handed over
 * first: it would wait for that replay too. A run that may not start more, because the results of what it started might end it, ends at once:
 * slots are free.
 */
export function whenToContinueAsNew(
  state: Pick<GateState, 'reconcileWanted' | 'startsUnanswered' | 'settings' | 'resultsFillTheRun'>,
  input: GateInput,
  askedFor: () => boolean,
  history: () => Pick<WorkflowInfo, 'continueAsNewSuggested' | 'historyLength' | 'historySize'>,
): () => boolean {
  let dueAtEvents: number | undefined;
  return () => {
    if (askedFor() || state.resultsFillTheRun) return true;
    const { continueAsNewSuggested, historyLength, historySize } = history();
    const { settings } = state;
    if (settings !== undefined && isOverdueBySize(historySize)) return true;
    const afterEvents = (settings ?? input).continueAsNewAfterEvents || Infinity;
    if (!continueAsNewSuggested && historyLength < afterEvents) return false;
    dueAtEvents ??= historyLength;
    const hasNothingToDo = !state.reconcileWanted && !state.startsUnanswered;
    return hasNothingToDo || historyLength >= dueAtEvents * OVERDUE_FACTOR;
  };
}

/** Whether a run of that many bytes is to end at once, whatever it waits for. */
export function isOverdueBySize(historySize: number): boolean {
  return historySize >= OVERDUE_AT_BYTES;
}
