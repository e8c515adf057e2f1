import { ask } from '../ask/ask.ts';
import type { ExecutionSummary } from '../ask/shapes.ts';
import { isTerminal } from '../../../domain/status.ts';
import type { Right } from '../../../domain/keys/rights.ts';
import { countText } from '../text/text.ts';

export type ActName = 'cancel' | 'terminate' | 'rerun';

interface ExecutionAct {
  readonly word: string;
  readonly right: Right;
  readonly isDangerous: boolean;
  /** Whether there is something to do with this one. */
  readonly isFor: (execution: ExecutionSummary) => boolean;
  /** What will happen, for people. */
  readonly consequence: string;
}

const hasNotEnded = ({ status }: ExecutionSummary) => !isTerminal(status);

export const EXECUTION_ACTS: Readonly<Record<ActName, ExecutionAct>> = {
  cancel: {
    word: 'Cancel',
    right: 'cancel',
    isDangerous: true,
    isFor: hasNotEnded,
    consequence:
      'What waits leaves the queue and never starts. What runs is asked to stop, which its workflow may take time for, or refuse.',
  },
  terminate: {
    word: 'Terminate',
    right: 'cancel',
    isDangerous: true,
    isFor: hasNotEnded,
    consequence:
      'What waits never starts. What runs is ended by Temporal at once, and its workflow cannot clean up.',
  },
  rerun: {
    word: 'Run again',
    right: 'enqueue',
    isDangerous: false,
    isFor: ({ status }) => isTerminal(status),
    consequence:
      'Each becomes a new execution at the end of the queue, with the same type, input, reference and labels. It needs the input, if that is still kept.',
  },
};

/** `Cancel one execution`, `Run 12 executions again`. */
export function actText(act: ActName, count: number): string {
  const what = countText(count, 'execution');
  return act === 'rerun' ? `Run ${what} again` : `${EXECUTION_ACTS[act].word} ${what}`;
}

export async function actOn(act: ActName, { workspaceId, id }: ExecutionSummary): Promise<void> {
  const path = `/v1/workspaces/${encodeURIComponent(workspaceId)}/executions/${id}/${act}`;
  await ask('POST', path);
}
