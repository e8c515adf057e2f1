import { sleep } from '@temporalio/workflow';
import { WorkspaceGateWorkflow as todaysGate } from '../../src/workflows/gate/gate.workflow.ts';
import type { GateInput } from '../../src/workflows/gate/contract.ts';
import { RetentionWorkflow as todaysRetention } from '../../src/workflows/retention/retention.workflow.ts';
import type { RetentionReport } from '../../src/workflows/retention/contract.ts';

export { SweepWorkflow } from '../../src/workflows/sweep/sweep.workflow.ts';

/** A gate that was changed without care: it begins with a timer that no recorded history has. */
export async function WorkspaceGateWorkflow(input: GateInput): Promise<void> {
  await sleep(1);
  await todaysGate(input);
}

/** Retention, changed in the same way. */
export async function RetentionWorkflow(): Promise<RetentionReport> {
  await sleep(1);
  return await todaysRetention();
}
