import assert from 'node:assert/strict';
import type { Database } from '../../src/db/connection/database.ts';
import type { AdmissionRules } from '../../src/enqueue/admission-rules.ts';
import { enqueueExecutions } from '../../src/enqueue/enqueue-executions.ts';
import type { EnqueueOutcome, Placed, Repeated } from '../../src/enqueue/enqueue-outcome.ts';
import type { EnqueueRequest } from '../../src/enqueue/enqueue-request.ts';

/** Enqueues one execution in a group of its own, and throws what it is refused for. */
export async function enqueueOne(
  database: Database,
  request: EnqueueRequest,
  rules: AdmissionRules,
): Promise<Placed | Repeated> {
  const [outcome] = await enqueueExecutions(database, [{ request, rules }], 'wait');
  return accepted(outcome!);
}

/** The execution that stands for a request; throws what it was refused for. */
export function accepted(outcome: EnqueueOutcome): Placed | Repeated {
  if (outcome.kind === 'refused') throw outcome.error;
  assert.notEqual(outcome.kind, 'held');
  return outcome as Placed | Repeated;
}
