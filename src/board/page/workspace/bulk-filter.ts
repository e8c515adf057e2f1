import { isTerminal, STATUSES, type Status } from '../../../domain/status.ts';
import type { ActName } from '../executions/execution-acts.ts';

/** What the fields of the dialog say; an empty text does not matter. */
export interface BulkFields {
  readonly act: ActName;
  readonly status: string;
  readonly workflowType: string;
  readonly reference: string;
  readonly label: string;
}

/** A filter as the API takes it. */
export function filterOf({ status, workflowType, reference, label }: BulkFields): Record<string, unknown> {
  return {
    ...(status !== '' && { status }),
    ...(workflowType !== '' && { workflowType }),
    ...(reference !== '' && { reference }),
    ...(label !== '' && { label: [label] }),
  };
}

/** In which an execution can be for that act. */
export function statusesFor(act: ActName): readonly Status[] {
  return STATUSES.filter((status) => isTerminal(status) === (act === 'rerun'));
}
