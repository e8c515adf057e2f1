import type { Breach } from '../judging/breach.ts';
import type { Check } from '../judging/check.ts';
import { isoOf, SECOND_MICROS } from '../record/micros.ts';
import { openedAtOf } from '../record/started-ahead.ts';
import type { ExecutionRecord, WorkspaceRecord } from '../record/workspace-record.ts';

export interface PauseChecked {
  readonly breaches: readonly Breach[];
  readonly pauses: number;
}

export function pauseCheck(): Check {
  let pauses = 0;
  return {
    name: 'PAUSE',
    checkWorkspace(record) {
      const checked = checkPause(record);
      pauses += checked.pauses;
      return checked;
    },
    measured: () => `${pauses} pauses`,
  };
}

/** A wake tells a gate of a pause within milliseconds. Without one it may reconcile twice, 6 s at most each, before it starts nothing more. */
const HEARD_WITHIN_SECONDS = 10;

/**
 * PAUSE: nothing is admitted while its workspace is paused. By Postgres' clock alone: pauses and admissions hold the workspace's lock and are stamped
 * under it, and the end of a pause counts whether or not somebody has recorded it. What was started ahead of its admission opened in Temporal before the pause, or so soon
 * after that its gate had not heard of it.
 */
export function checkPause({ workspaceId, pauses, executions }: WorkspaceRecord): PauseChecked {
  const breaches = executions.flatMap((execution): Breach[] => {
    const { id, seq, admittedAt } = execution;
    const pause = admittedAt !== null && pauses.find(({ from, to }) => from <= admittedAt && admittedAt < to);
    if (!pause || wasStartedBefore(execution, pause.from + HEARD_WITHIN_SECONDS * SECOND_MICROS)) return [];
    const until = pause.to === Infinity ? '' : ` until ${isoOf(pause.to)}`;
    return [
      {
        workspaceId,
        executionIds: [id],
        seqs: [seq],
        times: [isoOf(admittedAt)],
        what: `Execution ${id} (seq ${seq}) was admitted at ${isoOf(admittedAt)}, and its workspace was paused from ${isoOf(pause.from)} on${until}.`,
      },
    ];
  });
  return { breaches, pauses: pauses.length };
}

/** One that has no workflow was refused its start when its gate reported it. */
function wasStartedBefore(execution: ExecutionRecord, end: number): boolean {
  return execution.startedAhead && (openedAtOf(execution) ?? execution.admittedAt!) <= end;
}
