import { executionLog } from '../../process/execution-log.ts';
import type { Log } from '../../process/log.ts';
import { limitOf } from '../admission-rules.ts';
import type { SequencedExecutions } from './sequence-once.ts';
import type { SequencerListener } from './sequencer.ts';

/** `put` is a change of a workspace; `dropped` are rows of one that was deleted before their turn. */
export const SEQUENCED_OUTCOMES = ['placed', 'alias', 'rejected', 'put', 'put_refused', 'dropped'] as const;
export type SequencedOutcome = (typeof SEQUENCED_OUTCOMES)[number];

export interface InboxMeasures {
  /** Rows, by what became of them. `rows` defaults to 1. */
  sequenced(outcome: SequencedOutcome, rows?: number): void;
  /** From the call of `sluice.enqueue` on. */
  waitedInInbox(seconds: number): void;
}

/** Of a process whose metrics say nothing of the inbox. */
export const NOT_MEASURED: InboxMeasures = { sequenced: () => {}, waitedInInbox: () => {} };

/** Its calls return at once and never throw. */
export interface InboxWaker {
  wake(workspaceId: string, signal?: 'wake' | 'resize'): void;
  wakeSoon(workspaceId: string): void;
}

/** After each commit: wakes the gate, and says in the log and in the metrics what became of the rows. */
export function createSequencerListener({
  log,
  measures,
  waker,
}: {
  readonly log: Log;
  readonly measures: InboxMeasures;
  readonly waker: InboxWaker;
}): SequencerListener {
  return {
    executions(sequenced) {
      wakeFor(sequenced, waker);
      tellSequenced(sequenced, log, measures);
    },
    put({ workspaceId, by }, { change }) {
      measures.sequenced('put');
      if (change === 'changed') waker.wake(workspaceId, 'resize');
      log.info({ workspaceId, by, change }, 'workspace put by a transaction');
    },
    putRefused({ workspaceId, by, tier }, error) {
      measures.sequenced('put_refused');
      log.error({ workspaceId, by, tier, error }, 'a workspace that a transaction has put was refused');
    },
    dropped(workspaceId, rows) {
      measures.sequenced('dropped', rows);
      if (rows > 0)
        log.error(
          { workspaceId, rows },
          'what transactions had asked of a workspace went with it: it was deleted before',
        );
    },
  };
}

/** As after requests: at once if one may have a slot, soon if none can before an end. */
function wakeFor({ workspace, placed }: SequencedExecutions, waker: InboxWaker): void {
  const queued = placed.filter(({ position }) => position !== null);
  if (queued.length === 0) return;
  const hasSlot = queued.some(({ position }) => workspace.running + position! <= limitOf(workspace));
  if (hasSlot) waker.wake(workspace.id);
  else waker.wakeSoon(workspace.id);
}

function tellSequenced(
  { workspace, rows, placed, aliases, rejected }: SequencedExecutions,
  log: Log,
  measures: InboxMeasures,
): void {
  measures.sequenced('placed', placed.length);
  measures.sequenced('alias', aliases.length);
  measures.sequenced('rejected', rejected.length);
  for (const { at } of rows) measures.waitedInInbox(Math.max(0, (workspace.nowMs - at.getTime()) / 1_000));
  for (const { executionId, seq, request } of placed)
    executionLog.accepted(log, { workspaceId: workspace.id, executionId, seq }, request.workflowType);
  for (const { id } of rejected) {
    const ids = { workspaceId: workspace.id, executionId: id, seq: null };
    executionLog.ended(log, { ...ids, runId: null, status: 'rejected' });
  }
}
