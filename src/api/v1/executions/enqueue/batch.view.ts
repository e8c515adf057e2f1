import type { EnqueueAnswer } from '../../../../enqueue/enqueue-outcome.ts';
import { findStalls } from '../../../../db/stalls/find-stalls.ts';
import { itemProblem } from '../../../problems/error-responses.ts';
import type { RouteDeps } from '../../../server/api.ts';
import { executionSummary } from '../executions.view.ts';
import type { BatchAnswer } from './batch.schemas.ts';

/** The answer to a batch. Stalls are read for all that run, which only repeats can. */
export async function batchView(
  { database, webUi }: Pick<RouteDeps, 'database' | 'webUi'>,
  answers: readonly EnqueueAnswer[],
): Promise<BatchAnswer> {
  const running = answers.flatMap((answer) =>
    answer.kind === 'repeated' && answer.execution.status === 'running' ? [answer.execution.id] : [],
  );
  const stalls = await findStalls(database.db, running);
  const count = (kind: EnqueueAnswer['kind']) => answers.filter((answer) => answer.kind === kind).length;
  return {
    placed: count('placed'),
    repeated: count('repeated'),
    refused: count('refused'),
    outcomes: answers.map((answer) => ({
      outcome: answer.kind,
      execution:
        answer.kind === 'refused'
          ? null
          : executionSummary(answer.execution, webUi, stalls.get(answer.execution.id)),
      problem: answer.kind === 'refused' ? itemProblem(answer.error) : null,
    })),
  };
}
