import { sleep } from '@temporalio/workflow';
import { WorkspaceGateWorkflow as todaysGate } from '../../src/workflows/gate/gate.workflow.ts';
import type { GateInput } from '../../src/workflows/gate/contract.ts';

export { SweepWorkflow } from '../../src/workflows/sweep/sweep.workflow.ts';

/** A gate that was changed without care: it begins with a timer that no recorded history has. */
export async function WorkspaceGateWorkflow(input: GateInput): Promise<void> {
  await sleep(1);
  await todaysGate(input);
}
