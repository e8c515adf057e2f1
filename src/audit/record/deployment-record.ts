import type { AcceptedAnswer } from '../read/accepted-answer.ts';
import type { AuditedInboxRow } from '../../db/audit/read-inbox.ts';
import type { Stray } from './workspace-record.ts';

/**
 * The facts about a deployment that belong to no workspace's record, as plain data. A workspace is unknown when a workflow's memo or a
 * client's log names it and the database does not have it; an audit of some workspaces only leaves the unknown ones out.
 */
export interface DeploymentRecord {
  /** This database's deployment, and the namespace that it is bound to. */
  readonly deployment: string;
  readonly namespace: string;
  /** Workflows that say they are executions of an unknown workspace, by that workspace. */
  readonly straysOfUnknown: ReadonlyMap<string, readonly Stray[]>;
  /** A client's answers for unknown workspaces. */
  readonly acceptedOfUnknown: readonly AcceptedAnswer[];
  readonly foreignGates: readonly ForeignGate[];
  /** What lies in the inbox for longer than a slot may stand free. */
  readonly stuckInInbox: readonly AuditedInboxRow[];
}

/** The open gate of an audited workspace that says it is another deployment's. */
export interface ForeignGate {
  readonly workspaceId: string;
  readonly runId: string | null | undefined;
  readonly deployment: string;
}
