import { type ChildWorkflowHandle, log, startChild } from '@temporalio/workflow';
import { type RawValue, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { FailureType, type Outcome } from '../../../domain/outcome/outcome.ts';
import type { AdmittedExecution, ReconcileAnswer } from '../contract.ts';
import { childOptions } from './child-options.ts';
import { outcomeOfError, outcomeOfResult } from './child-outcome.ts';
import type { GateState } from '../state/gate-state.ts';

const INPUT_LOST: Outcome = {
  status: 'failed',
  result: null,
  resultOmitted: null,
  failure: {
    type: FailureType.inputLost,
    message: 'The input of this execution is no longer in the database, so it was not started.',
  },
};

/**
 * Runs one admitted execution as a child and reports its start and its end to the state. Never throws. The child belongs to
 * nobody's lifetime: it goes on when its gate closes, and cancelling a gate does not touch it.
 */
export async function runChild(
  state: GateState,
  row: AdmittedExecution,
  answer: ReconcileAnswer,
): Promise<void> {
  const { executionId } = row;
  if (row.inputLost) {
    state.childClosed({
      executionId,
      outcome: INPUT_LOST,
      closedAt: new Date().toISOString(),
      declared: true,
    });
    return;
  }
  let child: ChildWorkflowHandle<() => Promise<RawValue | undefined>>;
  try {
    child = await startChild<() => Promise<RawValue | undefined>>(
      row.workflowType,
      childOptions(state.workspaceId, row, answer),
    );
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) {
      state.watch(executionId);
    } else {
      log.error('a child could not be started; it is tried again', { executionId, error });
      state.startAbandoned(executionId);
    }
    return;
  }
  state.childStarted({ executionId, runId: child.firstExecutionRunId });
  try {
    const result = await child.result();
    state.childClosed({
      executionId,
      outcome: outcomeOfResult(result),
      closedAt: new Date().toISOString(),
    });
  } catch (error) {
    const outcome = outcomeOfError(error, row.maxDurationSeconds);
    // What arrives here lacks the reason that was given; and servers before 1.29 say the same of a run that was reset.
    if (outcome.status === 'terminated') state.watch(executionId);
    else state.childClosed({ executionId, outcome, closedAt: new Date().toISOString() });
  }
}
