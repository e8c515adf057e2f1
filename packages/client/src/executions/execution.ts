import type { components } from '../generated/api.ts';
import type { AnyWorkflow, InputOf, ResultOf, Workflow } from './workflow.ts';

type Schemas = components['schemas'];

/** One accepted request to run a workflow. */
export type Execution<W extends Workflow = AnyWorkflow> = Omit<Schemas['Execution'], 'input' | 'result'> & {
  /** Absent when none was sent, and when it is no longer kept: `inputOmitted` says so. */
  readonly input?: InputOf<W>;
  /** Absent while there is none, and when it was left in Temporal or is no longer kept: `resultOmitted` says so. */
  readonly result?: ResultOf<W>;
};

/** An execution as lists show it: without its input, its result and its position. */
export type ExecutionSummary = Schemas['ExecutionSummary'];
/** Which copies of an execution's input and result are gone, and when the others go. */
export type PayloadsDeleted = Schemas['PayloadsDeleted'];
/** Reads one execution until `expiresAt`. */
export type ReadToken = Schemas['ReadToken'];
/** Why an execution is where it is. */
export type Explanation = Schemas['Explanation'];
/** The same for an end customer: nothing of others. */
export type CustomerExplanation = Schemas['CustomerExplanation'];
export type ExecutionStatus = Execution['status'];
