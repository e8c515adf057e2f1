export type { CallOptions } from './calls/calls.ts';
export type { Retry } from './calls/retry.ts';
export * from './errors/execution-errors.ts';
export { type Problem, ProblemError, type ProblemType } from './errors/problem-error.ts';
export * from './errors/problems.ts';
export { NoAnswerError, SluiceError, UnexpectedAnswerError } from './errors/sluice-error.ts';
export type {
  Execution,
  ExecutionStatus,
  ExecutionSummary,
  PayloadsDeleted,
  ReadToken,
} from './executions/execution.ts';
export type {
  ExecutionFilter,
  Executions,
  ItemProblem,
  OutcomeOfMany,
  RetryPolicy,
  Start,
  StartedOfMany,
  StartManyOptions,
  StartOfMany,
} from './executions/executions.ts';
export type { ExecutionHandle, RerunOptions, ResultOptions, StartedExecution } from './executions/handle.ts';
export type { AnyWorkflow, InputOf, ResultOf, Workflow } from './executions/workflow.ts';
export type { EventsOptions, WorkspaceEvent } from './events/follow-events.ts';
export type { ListOptions } from './pages.ts';
export { Sluice, type SluiceOptions } from './sluice.ts';
export type { Tier, TierName, Tiers, TierSettings } from './tiers.ts';
export type { Workspace, WorkspaceChanges, Workspaces, WorkspaceSettings } from './workspaces.ts';
