import assert from 'node:assert/strict';
import type { Database } from '../../src/db/connection/database.ts';
import type { AdmissionRules } from '../../src/enqueue/admission-rules.ts';
import { enqueueExecutions } from '../../src/enqueue/enqueue-executions.ts';
import type { EnqueueOutcome, Placed, Repeated } from '../../src/enqueue/enqueue-outcome.ts';
import type { EnqueueRequest } from '../../src/enqueue/enqueue-request.ts';

/** A request of no content by anybody, but for what is given. */
export function enqueueRequest(given: Partial<EnqueueRequest> & { workspaceId: string }): EnqueueRequest {
  return {
    workflowType: 't',
    input: null,
    idempotencyKey: null,
    createdBy: null,
    attributes: null,
    ifBusy: 'queue',
    ...given,
  };
}

/** Enqueues one execution in a group of its own, and throws what it is refused for. */
export async function enqueueOne(
  database: Database,
  given: Partial<EnqueueRequest> & { workspaceId: string },
  rules: AdmissionRules,
): Promise<Placed | Repeated> {
  const [outcome] = await enqueueExecutions(database, [{ request: enqueueRequest(given), rules }], 'wait');
  return accepted(outcome!);
}

/** The execution that stands for a request; throws what it was refused for. */
export function accepted(outcome: EnqueueOutcome): Placed | Repeated {
  if (outcome.kind === 'refused') throw outcome.error;
  assert.notEqual(outcome.kind, 'held');
  return outcome as Placed | Repeated;
}
