// The two names without a package are the bundler's: see src/worker/code/user-workflows.ts.
import * as own from 'sluice-user-workflows';
import { unknownTypeSeconds } from 'sluice-pool-settings';
import { unknownWorkflowType } from './unknown-type.workflow.ts';

/** The entry of the pool's bundle: the user's workflows, and one for every type that is not among them. */
export * from 'sluice-user-workflows';

/** A catch-all of the user's own goes first. */
export default { ...own }['default'] ?? unknownWorkflowType(unknownTypeSeconds);
