import type { Status, TerminalStatus } from '../status.ts';
import type { ExplainFacts } from './explain-facts.ts';
import { type PendingReason, reasonOf, type RunningReason } from './reason.ts';
import { counted, spokenTime } from './spoken.ts';

/** What a tenant may show to its own customer. */
export interface CustomerExplanation {
  readonly sentence: string;
  readonly status: Status;
  readonly position: number | null;
}

/**
 * The same without anything of other executions, of the workspace's settings or of who operates it. Nor does it quote a failure: that is in the
 * words of code, which may name anything.
 */
export function explainToCustomer(facts: ExplainFacts): CustomerExplanation {
  const { status, position } = facts.execution;
  return { sentence: sentenceOf(facts), status, position };
}

function sentenceOf(facts: ExplainFacts): string {
  const reasoned = reasonOf(facts);
  const { position, startAfter, closedAt } = facts.execution;
  switch (reasoned.status) {
    case 'scheduled':
      return startAfter !== null && startAfter > facts.now
        ? `It is scheduled, and waits for its turn from ${spokenTime(startAfter)} on.`
        : 'It is scheduled, and waits for its turn in a moment.';
    case 'pending':
      return pending(reasoned.reason, position);
    case 'running':
      return running(reasoned.reason);
    default:
      return `${ENDED[reasoned.status]}${closedAt === null ? '' : ` at ${spokenTime(closedAt)}`}.`;
  }
}

function pending(reason: PendingReason, position: number | null): string {
  const waits =
    position === null || position === 1
      ? 'It waits and is next'
      : `It waits behind ${counted(position - 1, 'other')}`;
  switch (reason) {
    case 'deleting':
      return 'It waits, and will not start.';
    case 'ending':
      return 'It waits, and is asked to end.';
    case 'restoring':
    case 'paused':
    case 'gates-not-polled':
    case 'gate-late':
      return `${waits}, and nothing is started at the moment.`;
    case 'expiring':
      return 'It could not start in time, and ends in a moment.';
    case 'over-limit':
    case 'slots-taken':
      return `${waits}, and starts when it is its turn.`;
    case 'about-to-start':
      return position === null || position === 1 ? 'It is about to start.' : `${waits}, and starts soon.`;
    default:
      throw new Error(`unknown reason ${reason satisfies never}`);
  }
}

function running(reason: RunningReason): string {
  switch (reason) {
    case 'stalled':
    case 'no-worker':
      return 'It has started, and makes no progress at the moment.';
    case 'ending':
      return 'It has started, and is asked to end.';
    case 'running':
      return 'It has started, and goes on.';
    default:
      throw new Error(`unknown reason ${reason satisfies never}`);
  }
}

const ENDED: Readonly<Record<TerminalStatus, string>> = {
  completed: 'It completed',
  failed: 'It failed',
  cancelled: 'It was cancelled',
  terminated: 'It was ended',
  timed_out: 'It took longer than it may and was ended',
  expired: 'It could not start in time and ended',
  rejected: 'It was not accepted, and ended',
};
