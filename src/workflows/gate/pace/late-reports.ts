import { condition, sleep } from '@temporalio/workflow';
import type { GateState } from '../state/gate-state.ts';

/** Has ends that were replaced reported in time, when no start or end comes that has it done. */
export async function reportInTime(
  state: Pick<GateState, 'reportWaits' | 'isReported' | 'msToReport' | 'wake'>,
): Promise<never> {
  for (;;) {
    await condition(() => state.reportWaits);
    const isReported = await condition(() => state.isReported, state.msToReport);
    if (!isReported) state.wake();
    await condition(() => state.isReported);
  }
}

/** Any time that is not none: a timer begins another workflow task. */
const NEXT_TASK_MS = 1;

/**
 * Has a recall confirmed in a workflow task after the one that heard of it. That one may yet be lost with all that it did; the next begins when its outcome is in the
 * history.
 */
export async function confirmRecalls(state: Pick<GateState, 'recallToConfirm' | 'wake'>): Promise<never> {
  for (;;) {
    await condition(() => state.recallToConfirm !== null);
    const recalled = state.recallToConfirm;
    await sleep(NEXT_TASK_MS);
    state.wake();
    await condition(() => state.recallToConfirm !== recalled);
  }
}
