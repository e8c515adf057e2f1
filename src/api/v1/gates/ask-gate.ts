import { type Client, QueryRejectedError, WorkflowClient, WorkflowNotFoundError } from '@temporalio/client';
import { gateWorkflowId } from '../../../domain/names.ts';
import type { Log } from '../../../process/log.ts';
import { isOutOfTime } from '../../../temporal/connection/out-of-time.ts';
import type { GateSnapshot } from '../../../workflows/gate/contract.ts';

/** A person waits for this: a gate that takes longer is answered for by Postgres. */
const ASK_TIMEOUT_MS = 1_500;

export type GateAnswer =
  | { readonly snapshot: GateSnapshot; readonly silence: null }
  /** Why there is no snapshot. */
  | { readonly snapshot: null; readonly silence: string };

export type AskGate = (workspaceId: string) => Promise<GateAnswer>;

/** A gate's own words quote Postgres, with its addresses and names: they are for those who may see Temporal. */
const GATE_WAITS =
  "The gate cannot do its work in Postgres, and tries again by itself. The worker's log says why, as do the gate's details in the Temporal Web UI.";

/**
 * Asks open gates for their own view; a closed one would only tell what was true at its end. Never throws. Nothing in the answer quotes
 * Postgres or gRPC: such words go to the log.
 */
export function createAskGate(temporal: Client, log: Log): AskGate {
  const { connection, namespace, dataConverter } = temporal.options;
  const workflows = new WorkflowClient({
    connection: connection ?? temporal.connection,
    ...(namespace !== undefined && { namespace }),
    ...(dataConverter !== undefined && { dataConverter }),
    queryRejectCondition: 'NOT_OPEN',
  });
  return async (workspaceId) => {
    try {
      const answered = await temporal.withDeadline(Date.now() + ASK_TIMEOUT_MS, () =>
        workflows.getHandle(gateWorkflowId(workspaceId)).query<AnsweredSnapshot>('snapshot'),
      );
      const snapshot = readSnapshot(answered);
      const { lastError } = snapshot;
      if (lastError !== null) log.debug({ workspaceId, lastError }, 'the gate waits for Postgres');
      return { snapshot: { ...snapshot, lastError: lastError === null ? null : GATE_WAITS }, silence: null };
    } catch (error) {
      log.debug({ workspaceId, err: error }, 'the gate did not answer');
      return { snapshot: null, silence: silenceOf(error) };
    }
  };
}

/** A snapshot as gates answer it. Workers of the release before this one call the errors `trouble` and `watchTrouble`. */
type AnsweredSnapshot = Omit<GateSnapshot, 'lastError'> & {
  readonly lastError?: string | null;
  readonly trouble?: string | null;
  readonly watchTrouble?: string;
};

export function readSnapshot({ trouble = null, watchTrouble, ...answered }: AnsweredSnapshot): GateSnapshot {
  const { lastError = trouble, watchError = watchTrouble } = answered;
  return { ...answered, lastError, ...(watchError !== undefined && { watchError }) };
}

function silenceOf(error: unknown): string {
  if (error instanceof WorkflowNotFoundError || error instanceof QueryRejectedError) {
    return 'The gate is not open. It starts at the next execution, change or sweep.';
  }
  if (isOutOfTime(error)) {
    return 'The gate did not answer in time. Check that Temporal is up and that a worker with the role "gates" runs.';
  }
  return "The gate could not be asked, because Temporal refused or could not be reached. The API's log says why at level debug.";
}
