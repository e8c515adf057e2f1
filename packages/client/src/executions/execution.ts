import type { components } from '../generated/api.ts';
import type { AnyWorkflow, InputOf, ResultOf, Workflow } from './workflow.ts';

type Schemas = components['schemas'];

/** One accepted request to run a workflow. */
export type Execution<W extends Workflow = AnyWorkflow> = Omit<Schemas['Execution'], 'input' | 'result'> & {
  /** Absent when none was sent. */
  readonly input?: InputOf<W>;
  /** Absent while there is none, and when it was left in Temporal: `resultOmitted` says so. */
  readonly result?: ResultOf<W>;
};

/** An execution as lists show it: without its input, its result and its position. */
export type ExecutionSummary = Schemas['ExecutionSummary'];
export type ExecutionStatus = Execution['status'];
