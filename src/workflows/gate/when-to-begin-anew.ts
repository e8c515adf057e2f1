import type { WorkflowInfo } from '@temporalio/workflow';
import type { GateInput } from './contract.ts';
import type { GateState } from './state.ts';

/** A gate that has had no quiet moment in half as many events again as made its end due begins anew all the same. */
const OVERDUE_FACTOR = 1.5;

/**
 * Whether a run is to begin anew: when that was asked for, and when its history has grown long and it has nothing else to do. Temporal
 * refuses to end a run when something arrived while its task went on, and has the whole run replayed. So a freed slot is handed over
 * first: it would wait for that replay too.
 */
export function whenToBeginAnew(
  state: Pick<GateState, 'reconcileWanted' | 'startsUnanswered'>,
  { continueAsNewAfterEvents }: GateInput,
  askedFor: () => boolean,
  history: () => Pick<WorkflowInfo, 'continueAsNewSuggested' | 'historyLength'>,
): () => boolean {
  let dueAtEvents: number | undefined;
  return () => {
    if (askedFor()) return true;
    const { continueAsNewSuggested, historyLength } = history();
    if (!continueAsNewSuggested && historyLength < (continueAsNewAfterEvents ?? Infinity)) return false;
    dueAtEvents ??= historyLength;
    const hasNothingToDo = !state.reconcileWanted && !state.startsUnanswered;
    return hasNothingToDo || historyLength >= dueAtEvents * OVERDUE_FACTOR;
  };
}
