import type { DeploymentRecord } from '../record/deployment-record.ts';
import type { WorkspaceRecord } from '../record/workspace-record.ts';
import type { AuditRules } from './audit-rules.ts';
import type { Breach, Note } from './breach.ts';

/** One invariant in one audit: it gets each workspace once, then the rest of the deployment, and adds up its own measures. */
export interface Check {
  /** The name that the invariant has everywhere. */
  readonly name: string;
  checkWorkspace(record: WorkspaceRecord, rules: AuditRules): Checked;
  /** For an invariant that can be broken outside every workspace's record. */
  checkDeployment?(record: DeploymentRecord): readonly Breach[];
  /** The number of things compared so far and the extremes found, for the table. */
  measured(rules: AuditRules): string;
}

export interface Checked {
  readonly breaches: readonly Breach[];
  readonly notes?: readonly Note[];
}
