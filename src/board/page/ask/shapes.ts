import type { Act, ChangedState, ChangeSource } from '../../../domain/change.ts';
import type { Health } from '../../../domain/health.ts';
import type { Right } from '../../../domain/keys/rights.ts';
import type { Status } from '../../../domain/status.ts';

// The parts of the API's answers that the board shows. test/board/shapes.test.ts holds them against the OpenAPI document.

export interface Session {
  readonly auth: 'keys' | 'none';
  readonly keyId: string | null;
  readonly workspaceId: string;
  readonly rights: readonly Right[];
  readonly expiresAt: string | null;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

export interface WorkspaceStats {
  readonly id: string;
  readonly tier: string;
  readonly health: Health;
  readonly limit: number;
  readonly limitSource: 'tier' | 'override';
  readonly limitOverride: number | null;
  readonly running: number;
  readonly pending: number;
  readonly scheduled: number;
  readonly overBy: number;
  readonly oldestWaitSeconds: number | null;
  readonly waitP95Seconds: number | null;
  readonly handoffP99Seconds: number | null;
  readonly stalledExecutions: number;
  readonly failedLastHour: number;
  readonly inbox: number;
  readonly inboxOldestSeconds: number | null;
  readonly paused: Pause | null;
  readonly lastAdmissionAt: string | null;
  /** Of each of the last 60 minutes, the oldest first. */
  readonly backlog: readonly number[];
}

export interface Pause {
  readonly since: string;
  readonly until: string | null;
  readonly reason: string | null;
  readonly by: string | null;
}

interface Totals {
  readonly workspaces: number;
  readonly running: number;
  readonly pending: number;
  readonly scheduled: number;
}

export interface Stats extends Totals {
  readonly tiers: readonly (Totals & { readonly name: string; readonly limit: number })[];
  readonly health: Readonly<Record<Health, number>>;
  readonly failures: { readonly since: string; readonly executions: number };
}

/** What is not among the numbers. */
export interface Workspace {
  readonly id: string;
  readonly workers: 'pool' | 'external';
  readonly maxPending: number;
  readonly restoringSince: string | null;
  readonly taskQueue: string;
  readonly createdAt: string;
}

interface Stall {
  readonly since: string;
  readonly message: string;
}

export interface ExecutionSummary {
  readonly id: string;
  readonly workspaceId: string;
  readonly seq: number | null;
  readonly status: Status;
  readonly workflowType: string;
  readonly reference: string | null;
  readonly createdBy: string | null;
  readonly rerunOf: string | null;
  readonly startAfter: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly createdAt: string;
  readonly admittedAt: string | null;
  readonly startedAt: string | null;
  readonly closedAt: string | null;
  readonly cancelRequested: boolean;
  readonly cancelRequestedBy: string | null;
  readonly terminateRequested: boolean;
  readonly terminateRequestedBy: string | null;
  readonly stalled: Stall | null;
  readonly failure: { readonly type: string; readonly message: string } | null;
  readonly webUrl: string | null;
}

export interface QueuedExecution extends ExecutionSummary {
  readonly position: number | null;
}

interface Omitted {
  readonly reason: string;
  readonly bytes: number;
}

export interface Execution extends ExecutionSummary {
  readonly latestRerun: string | null;
  readonly position?: number;
  readonly input?: unknown;
  readonly inputOmitted: Omitted | null;
  readonly result?: unknown;
  readonly resultOmitted: Omitted | null;
}

export interface Explanation {
  readonly sentence: string;
}

export interface Change {
  readonly id: string;
  readonly at: string;
  readonly workspaceId: string | null;
  readonly act: Act;
  readonly by: string | null;
  readonly source: ChangeSource;
  readonly from: ChangedState | null;
  readonly to: ChangedState | null;
  readonly reason: string | null;
}

export interface Tier {
  readonly name: string;
  readonly limit: number;
}

export interface BulkAct {
  readonly id: string;
  readonly state: 'running' | 'waiting' | 'done';
  readonly matching: number;
  readonly done: number;
  readonly skipped: number;
  readonly failed: number;
}
