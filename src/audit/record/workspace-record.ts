import type { Status, TerminalStatus } from '../../domain/status.ts';
import type { Tier } from '../../domain/tier.ts';
import type { Micros } from './micros.ts';

/** Everything that is known of one workspace, from both sides, as plain data: what the checks are functions of. */
export interface WorkspaceRecord {
  readonly workspaceId: string;
  /** When the rows were read, by Postgres' clock. They are of one moment. */
  readonly readAt: Micros;
  /** Executions that ended before were not read from Temporal; null when all were. */
  readonly since: Micros | null;
  /** How long Temporal keeps what has closed, less a margin. After that, not to be found means nothing. */
  readonly keptMicros: number;
  readonly tier: Tier;
  readonly limitOverride: number | null;
  readonly limitInForce: number;
  readonly lastSeq: number;
  /** The counters in the workspace's row. */
  readonly pending: number;
  readonly running: number;
  readonly pendingBytes: number;
  /** What that counter is to be: bytes of the inputs of pending rows. */
  readonly pendingInputBytes: number;
  /** In the order in which they were made. */
  readonly limitChanges: readonly LimitChange[];
  /** By seq. */
  readonly executions: readonly ExecutionRecord[];
  /** Workflows that say they are this workspace's executions and that no admitted row stands for. */
  readonly strays: readonly Stray[];
}

export interface LimitChange {
  readonly changedAt: Micros;
  readonly tier: Tier;
  readonly limitOverride: number | null;
  readonly limit: number;
}

/** A row, times by Postgres' clock but for `startedAt`, and what Temporal has under its workflow id. */
export interface ExecutionRecord {
  readonly id: string;
  readonly seq: number;
  readonly status: Status;
  readonly idempotencyKey: string | null;
  readonly createdAt: Micros;
  readonly admittedAt: Micros | null;
  readonly startedAt: Micros | null;
  readonly closedAt: Micros | null;
  readonly runId: string | null;
  readonly result: ResultDigest;
  readonly failureType: string | null;
  /** All runs by start, others' too; empty when Temporal has none. Null when it was not asked: never admitted, or ended too long ago. */
  readonly runs: readonly Run[] | null;
}

/** A result as far as two of them need comparing: MD5 of its JSON text, or why it was not copied. */
export interface ResultDigest {
  readonly md5: string | null;
  readonly omitted: { readonly reason: string; readonly bytes: number } | null;
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
  readonly status: TerminalStatus;
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
  /** Why no row stands for it, as the end of a sentence about the workflow. */
  readonly why: string;
}
