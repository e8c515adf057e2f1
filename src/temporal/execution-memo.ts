import type { ExecutionMemo } from '../domain/names.ts';

/** True when a workflow's memo says that it is this very execution: our deployment's, this workspace's, this row's. */
export function isExecution(memo: Record<string, unknown> | undefined, expected: ExecutionMemo): boolean {
  return (
    memo?.['sluiceDeployment'] === expected.sluiceDeployment &&
    memo['sluiceWorkspace'] === expected.sluiceWorkspace &&
    memo['sluiceExecution'] === expected.sluiceExecution
  );
}
