import type { ExplainedExecution, ExplainedWorkspace, ExplainFacts } from './explain-facts.ts';
import { type PendingReason, type Reason, reasonOf, type RunningReason } from './reason.ts';
import { counted, quoted, spokenDuration, spokenSince, spokenTime } from './spoken.ts';
import type { TerminalStatus } from '../status.ts';

/** Why an execution is where it is: one word for programs, and one sentence for those who operate it. */
export function explain(facts: ExplainFacts): { readonly reason: Reason; readonly sentence: string } {
  const reasoned = reasonOf(facts);
  const { reason } = reasoned;
  switch (reasoned.status) {
    case 'scheduled':
      return { reason, sentence: scheduled(facts) };
    case 'pending':
      return { reason, sentence: pending(reasoned.reason, facts) };
    case 'running':
      return { reason, sentence: running(reasoned.reason, facts) };
    default:
      return { reason, sentence: ended(reasoned.status, facts.execution) };
  }
}

function scheduled({ now, execution: { startAfter } }: ExplainFacts): string {
  const at = startAfter ?? now;
  return at > now
    ? `It is scheduled: it enters the queue at ${spokenTime(at)}, in ${spokenDuration(at.getTime() - now.getTime())}.`
    : 'It is scheduled, and its time has come: a worker with the role "gates" puts it into the queue within a second or two.';
}

function pending(reason: PendingReason, { now, execution, workspace }: ExplainFacts): string {
  const waits = place(execution);
  const { limit, running: taken } = workspace;
  const free = `${counted(limit - taken, 'slot')} of ${limit} ${limit - taken === 1 ? 'is' : 'are'} free`;
  switch (reason) {
    case 'deleting':
      return `${waits} and will not start, because its workspace is being deleted since ${spokenTime(workspace.deletingSince!)}.`;
    case 'ending':
      return `${waits}${asked(now, execution)}: it ends within some seconds, unless its gate has started it already.`;
    case 'restoring':
      return (
        `${waits}: nothing of this workspace is started since ${spokenTime(workspace.restoringSince!)}, because its database was restored ` +
        'from a backup or lost its last commits; an operator lets it go on by `npx sluice resume --after-restore`.'
      );
    case 'paused':
      return `${waits}: ${paused(workspace)}.`;
    case 'expiring':
      return `It was not admitted before its startBefore, ${spokenTime(execution.startBefore!)}, and ends as expired within a second or two.`;
    case 'gates-not-polled':
      return `${waits}: no worker with the role "gates" polls Temporal, so nothing is admitted in any workspace until one runs.`;
    case 'over-limit':
      return `${waits}: ${counted(taken, 'execution')} run and the limit is ${limit} now, so the next is admitted when ${taken - limit + 1} of them have ended${burdens(workspace)}.`;
    case 'slots-taken':
      return `${waits}: ${slotsTaken(now, workspace)}${burdens(workspace)}.`;
    case 'about-to-start':
      return execution.position !== null && execution.position <= limit - taken
        ? `It is about to start: ${free}.`
        : `${waits}: ${free} and being filled.`;
    case 'gate-late':
      return `${waits} though ${free}: ${lateGate(now, workspace)}.`;
    default:
      throw new Error(`unknown reason ${reason satisfies never}`);
  }
}

function place({ position, positionIsUpperBound }: ExplainedExecution): string {
  if (position === null) return 'It waits';
  if (position === 1) return 'It is next in the queue';
  return `It waits behind ${positionIsUpperBound ? 'at most ' : ''}${counted(position - 1, 'other')}`;
}

function paused({ paused: pause }: ExplainedWorkspace): string {
  const { since, until, reason, by } = pause!;
  return [
    `its workspace is paused since ${spokenTime(since)}`,
    until === null ? ' until somebody resumes it' : ` until ${spokenTime(until)}`,
    by === null ? '' : `, by the key ${by}`,
    reason === null || reason === '' ? '' : `, because "${quoted(reason)}"`,
  ].join('');
}

function slotsTaken(
  now: Date,
  { limit, limitSource, oldestSlotSince, lastAdmissionAt }: ExplainedWorkspace,
): string {
  const whose = limitSource === 'tier' ? "its tier's limit" : 'its own limit';
  const all = limit === 1 ? `the one slot (${whose}) is taken` : `all ${limit} slots (${whose}) are taken`;
  const oldest =
    oldestSlotSince === null
      ? ''
      : `, ${limit === 1 ? '' : 'the oldest '}for ${spokenSince(oldestSlotSince, now)}`;
  const last =
    lastAdmissionAt === null ? '' : `, and the last admission was ${spokenSince(lastAdmissionAt, now)} ago`;
  return `${all}${oldest}${last}`;
}

/** Of those that run, what keeps them from ending. */
function burdens({ stalled, workerPolls, taskQueue }: ExplainedWorkspace): string {
  if (workerPolls === false) return `; no worker polls ${taskQueue}, so what runs there goes no further`;
  return stalled === 0
    ? ''
    : `; ${stalled} of those that run ${stalled === 1 ? 'makes' : 'make'} no progress`;
}

function lateGate(now: Date, { reconciledAt }: ExplainedWorkspace): string {
  const last =
    reconciledAt === null
      ? "the workspace's gate has never reconciled"
      : `the workspace's gate last reconciled ${spokenSince(reconciledAt, now)} ago`;
  return `${last}, and the sweep wakes it or replaces it within some minutes, else look at its page in the Temporal Web UI and at the workers' log`;
}

function running(reason: RunningReason, { now, execution, workspace }: ExplainFacts): string {
  const held = `It has held a slot for ${spokenSince(execution.admittedAt ?? now, now)}`;
  switch (reason) {
    case 'stalled':
      return `${held} and makes no progress since ${spokenTime(execution.stall!.since)}: ${quoted(execution.stall!.message)}${asked(now, execution)}.`;
    case 'no-worker':
      return `${held}, and no worker polls ${workspace.taskQueue}, so it goes no further until one does${asked(now, execution)}.`;
    case 'ending':
      return `${held}, and its workflow has not ended yet${asked(now, execution)}.`;
    case 'running':
      return execution.startedAt === null
        ? `${held}, and Temporal has not said yet that its workflow has started.`
        : `${held}, and its workflow runs.`;
    default:
      throw new Error(`unknown reason ${reason satisfies never}`);
  }
}

function asked(now: Date, { cancelRequestedAt, terminateRequestedAt }: ExplainedExecution): string {
  if (terminateRequestedAt !== null)
    return `; its termination was asked for ${spokenSince(terminateRequestedAt, now)} ago`;
  return cancelRequestedAt === null
    ? ''
    : `; its cancellation was asked for ${spokenSince(cancelRequestedAt, now)} ago`;
}

function ended(status: TerminalStatus, execution: ExplainedExecution): string {
  const { admittedAt, closedAt, startBefore } = execution;
  const at = closedAt === null ? '' : ` at ${spokenTime(closedAt)}`;
  const never = admittedAt === null ? ' before it had a slot' : '';
  const why = failureOf(execution);
  switch (status) {
    case 'completed':
      return `It completed${at}${closedAt && admittedAt ? `, ${spokenDuration(closedAt.getTime() - admittedAt.getTime())} after it had got its slot` : ''}.`;
    case 'failed':
      return `It failed${at}${why}.`;
    case 'cancelled':
      return `It was cancelled${at}${never}${why}.`;
    case 'terminated':
      return `It was terminated${at}${never}${why}.`;
    case 'timed_out':
      return `It ran for longer than it may and was ended${at}${why}.`;
    case 'expired':
      return `It expired${at}: it was not admitted before its startBefore${startBefore === null ? '' : `, ${spokenTime(startBefore)}`}.`;
    case 'rejected':
      return `It was rejected${at}, after the transaction that asked for it had committed${why}.`;
    default:
      throw new Error(`unknown status ${status satisfies never}`);
  }
}

function failureOf({ failure }: ExplainedExecution): string {
  if (failure === null) return '';
  const message = quoted(failure.message);
  return message === '' ? `: ${quoted(failure.type)}` : `: ${quoted(failure.type)}: ${message}`;
}
