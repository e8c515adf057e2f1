import { madeAtMs } from '../../db/executions/id-time.ts';
import type { AcceptedAnswer } from '../read/accepted-answer.ts';
import type { Micros } from './micros.ts';
import type { Stray } from './workspace-record.ts';

/** Whether it is of a workspace's life that a deletion has ended: by the time that the execution's id was made. `goneAt`: when its rows were gone. */
export function isAnswerOfFormer({ executionId }: AcceptedAnswer, goneAt: Micros | undefined): boolean {
  return goneAt !== undefined && madeAtMs(executionId) * 1_000 <= goneAt;
}

/** Temporal keeps for a while what has ended there; what is open should not be. */
export function isStrayOfFormer({ startedAt, closedAt }: Stray, goneAt: Micros | undefined): boolean {
  return goneAt !== undefined && closedAt !== null && startedAt <= goneAt;
}
