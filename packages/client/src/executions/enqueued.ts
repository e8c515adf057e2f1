import type { Workflow } from './workflow.ts';

/**
 * An execution that was enqueued inside a transaction: it exists once that transaction has committed, and never if it does not. So this is no handle,
 * and has nothing to wait with: `sluice.executions.handle(enqueued)` gives one, after the commit.
 */
export interface EnqueuedExecution<W extends Workflow> {
  readonly workspaceId: string;
  readonly id: string;
  /** Never there: by it the compiler knows the workflow's types. */
  readonly workflow?: W | undefined;
}
