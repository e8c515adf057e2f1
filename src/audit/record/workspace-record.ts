import type { AuditedExecution, ResultDigest } from '../../db/audit/read-audited-executions.ts';
import type { WorkspaceRows } from '../../db/audit/read-workspace-rows.ts';
import type { CloseStatus } from '../../domain/status.ts';
import type { Micros } from './micros.ts';

export type { AuditedEvent } from '../../db/audit/read-workspace-events.ts';
export type { ResultDigest } from '../../db/audit/read-audited-executions.ts';
export type { LimitChange } from '../../db/audit/read-workspace-rows.ts';

/** Everything that is known of one workspace, from both sides, as plain data: what the checks are functions of. */
export interface WorkspaceRecord extends WorkspaceRows {
  /** Executions that ended before were not read from Temporal; null when all were. */
  readonly since: Micros | null;
  /** Executions that ended before may have been dropped by retention; null when none was. */
  readonly keptSince: Micros | null;
  /** How long Temporal keeps what has closed, less a margin. After that, not to be found means nothing. */
  readonly keptMicros: number;
  readonly executions: readonly ExecutionRecord[];
  /** Workflows that say they are this workspace's executions and that no admitted row stands for. */
  readonly strays: readonly Stray[];
}

/** A row, and what Temporal has under its workflow id. */
export interface ExecutionRecord extends AuditedExecution {
  /** All runs by start, others' too; empty when Temporal has none. Null when it was not asked: never admitted, or ended too long ago. */
  readonly runs: readonly Run[] | null;
}

/** One run of a workflow, by Temporal's clock. */
export interface Run {
  readonly runId: string;
  /** The run that its chain of continue-as-new, retries and resets began with. */
  readonly firstRunId: string;
  /** Its memo says that it is this very execution. */
  readonly isOurs: boolean;
  readonly startedAt: Micros;
  /** Null while it is open. */
  readonly close: RunClose | null;
}

export interface RunClose {
  readonly at: Micros;
  /** What closed it: the next run of the same execution, a reset while it was open, or an end. */
  readonly by: 'continued' | 'reset' | 'end';
  /** Set for ends. */
  readonly outcome: RunOutcome | null;
}

export interface RunOutcome {
  readonly status: CloseStatus;
  readonly result: ResultDigest;
  readonly failureType: string | null;
}

export interface Stray {
  readonly workflowId: string;
  readonly runId: string;
  /** The row it would be of, when its id has the form of one. */
  readonly executionId: string | null;
  readonly startedAt: Micros;
  readonly closedAt: Micros | null;
  /** There is a row of it that was not admitted when it was looked for. Its gate may have started it ahead. */
  readonly isUnadmitted: boolean;
  /** Why no row stands for it, as the end of a sentence about the workflow. */
  readonly why: string;
}
