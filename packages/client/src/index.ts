export type { BulkAct, BulkActKind, BulkActs, BulkMatch, BulkOptions, BulkPreview } from './bulk-acts.ts';
export type { CallOptions } from './calls/calls.ts';
export type { Retry } from './calls/retry.ts';
export * from './errors/execution-errors.ts';
export { type Problem, ProblemError, type ProblemType } from './errors/problem-error.ts';
export * from './errors/problems.ts';
export { NoAnswerError, SluiceError, UnexpectedAnswerError } from './errors/sluice-error.ts';
export type {
  Execution,
  CustomerExplanation,
  ExecutionStatus,
  Explanation,
  ExecutionSummary,
  PayloadsDeleted,
  ReadToken,
} from './executions/execution.ts';
export type { ExecutionMatch } from './executions/execution-match.ts';
export type { ExecutionFilter, Executions } from './executions/executions.ts';
export type {
  ItemProblem,
  OutcomeOfMany,
  RetryPolicy,
  StartedOfMany,
  StartManyOptions,
  StartOfMany,
  StartOptions,
} from './executions/start.ts';
export type { EnqueuedExecution } from './executions/enqueued.ts';
export type { ExecutionHandle, RerunOptions, ResultOptions, StartedExecution } from './executions/handle.ts';
export type { AnyWorkflow, InputOf, ResultOf, Workflow } from './executions/workflow.ts';
export type { EventsOptions, WorkspaceEvent } from './events/follow-events.ts';
export type { ExecutionEvent } from './events/follow-execution.ts';
export type { CreatedKey, Key, KeySettings, Keys, RotateKeyOptions } from './keys.ts';
export type { Gate, Gates } from './gates.ts';
export type { ListOptions } from './pages.ts';
export { Sluice, type SluiceOptions } from './sluice.ts';
export type { Stats, StatsCalls, StatsFilter, WorkspaceStats } from './stats.ts';
export type { Tier, TierName, Tiers, TierSettings } from './tiers.ts';
export type {
  Change,
  DeleteOptions,
  QueuedExecution,
  ReasonOptions,
  Workspace,
  WorkspaceChanges,
  WorkspaceDeleted,
  WorkspacePause,
  Workspaces,
  WorkspaceSettings,
} from './workspaces.ts';
