import type { Database } from '../db/connection/database.ts';
import { enqueueExecutions } from './enqueue-executions.ts';
import { EnqueueGroups } from './enqueue-groups.ts';
import type { EnqueueAnswer } from './enqueue-outcome.ts';
import { type EnqueueRequest, inputBytes } from './enqueue-request.ts';
import { createKnownTypesCache } from './known-types-cache.ts';
import { knownWorkflowTypes } from './known-workflow-types.ts';
import type { Asked } from './place-requests.ts';

/**
 * Puts an execution at the end of its workspace's queue, or finds the one that its key stands for; resolves after the commit.
 *
 * @throws WorkspaceBusyError, or what Postgres threw at the whole group. Nothing of the request was written then, as far as is known.
 */
export type Enqueue = (request: EnqueueRequest) => Promise<EnqueueAnswer>;

export interface EnqueueOptions {
  readonly database: Database;
  readonly maxInputBytes: number;
  /** Most bytes of all requests that are not yet written. */
  readonly maxHeldBytes: number;
}

/** The way of all requests of one API process: the rules that hold for it, a group, a transaction, the outcome. */
export function createEnqueue({ database, maxInputBytes, maxHeldBytes }: EnqueueOptions): Enqueue {
  const knownTypes = createKnownTypesCache(() => knownWorkflowTypes(database.db));
  const groups = new EnqueueGroups<Asked, EnqueueAnswer>({
    write: (asked, whenHeld) => enqueueExecutions(database, asked, whenHeld),
    bytesOf: ({ request }) => inputBytes(request),
    maxHeldBytes,
  });
  return async (request) => {
    const known = await knownTypes.read(request.workflowType);
    const rules = { maxInputBytes, knownWorkflowTypes: known };
    return await groups.join(request.workspaceId, { request, rules });
  };
}
