/** The workflows of the queue `workflows.default`: the entry of the bundle, nothing else. */
export { WorkspaceGateWorkflow } from './gate/gate.workflow.ts';
export { RetentionWorkflow } from './retention/retention.workflow.ts';
export { SweepWorkflow } from './sweep/sweep.workflow.ts';
