import { fileURLToPath } from 'node:url';
import { type WorkflowBundleOption, bundleWorkflowCode } from '@temporalio/worker';
import { createLog } from '../../src/process/log.ts';
import { GATE_BUNDLE_PARTS, silentExceptFor } from '../../src/worker/code/gate-bundle.ts';

/** The workflows of `workflows.default` with a gate that cannot replay today's, and that today's cannot replay. */
export function changedGateBundle(): Promise<WorkflowBundleOption> {
  return bundleWorkflowCode({
    ...GATE_BUNDLE_PARTS,
    workflowsPath: fileURLToPath(new URL('./changed-gate.js', import.meta.url)),
    logger: silentExceptFor(createLog({ level: 'fatal', process: 'test' })),
  });
}
