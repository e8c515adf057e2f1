import { type Client, QueryRejectedError, WorkflowClient, WorkflowNotFoundError } from '@temporalio/client';
import { gateWorkflowId } from '../domain/names.ts';
import { isOutOfTime } from '../temporal/out-of-time.ts';
import type { GateSnapshot } from '../workflows/gate/contract.ts';

/** People look at this: a gate that takes longer is answered for by Postgres. */
const ASK_TIMEOUT_MS = 1_500;

export type GateAnswer =
  | { readonly snapshot: GateSnapshot; readonly silence: null }
  /** Why there is no snapshot. */
  | { readonly snapshot: null; readonly silence: string };

export type AskGate = (workspaceId: string) => Promise<GateAnswer>;

/** Asks open gates for their own view; a closed one would only tell what was true at its end. Never throws. */
export function createAskGate(temporal: Client): AskGate {
  const { connection, namespace, dataConverter } = temporal.options;
  const workflows = new WorkflowClient({
    connection: connection ?? temporal.connection,
    ...(namespace !== undefined && { namespace }),
    ...(dataConverter !== undefined && { dataConverter }),
    queryRejectCondition: 'NOT_OPEN',
  });
  return async (workspaceId) => {
    try {
      const snapshot = await temporal.withDeadline(Date.now() + ASK_TIMEOUT_MS, () =>
        workflows.getHandle(gateWorkflowId(workspaceId)).query<GateSnapshot>('snapshot'),
      );
      return { snapshot, silence: null };
    } catch (error) {
      return { snapshot: null, silence: silenceOf(error) };
    }
  };
}

function silenceOf(error: unknown): string {
  if (error instanceof WorkflowNotFoundError || error instanceof QueryRejectedError) {
    return 'The gate is not open. It starts at the next execution, change or sweep.';
  }
  if (isOutOfTime(error)) {
    return 'The gate did not answer in time. Check that Temporal is up and that a worker with the role "gates" runs.';
  }
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return `The gate could not be asked: ${cause instanceof Error ? cause.message : String(cause)}`;
}
