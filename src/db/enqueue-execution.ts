import { and, eq, sql } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import {
  IdempotencyKeyReusedError,
  InputTooLargeError,
  QueueFullError,
  WorkflowTypeUnknownError,
} from '../domain/errors.ts';
import type { TierConfigs } from '../domain/tier.ts';
import type { Database, Tx } from './client.ts';
import { findExecution, type FoundExecution } from './find-execution.ts';
import { ANY_WORKFLOW_TYPE } from './known-workflow-types.ts';
import { lockWorkspace, type WorkspaceRow } from './lock-workspace.ts';
import { executions, workspaces } from './schema.ts';
import { inTransaction } from './transaction.ts';

export interface EnqueueRequest {
  readonly workspaceId: string;
  readonly workflowType: string;
  /** JSON text exactly as sent; null when none was sent. */
  readonly input: string | null;
  readonly idempotencyKey: string | null;
}

/** What a new execution must meet; one that repeats a key need not. */
export interface AdmissionRules {
  readonly tiers: TierConfigs;
  readonly maxInputBytes: number;
  /** What the pool's workers know; null when they have not said. */
  readonly knownWorkflowTypes: ReadonlySet<string> | null;
}

export interface Enqueued extends FoundExecution {
  /** True when the key already stood for this execution, and nothing was written. */
  readonly repeated: boolean;
}

/**
 * Puts an execution at the end of its workspace's line, or finds the one that its idempotency key already stands for. The key is
 * looked at before anything else, so that a repeat is answered alike whatever has changed since. Content is the same when the
 * workflow type and the input's text are the same, character for character.
 *
 * @throws IdempotencyKeyReusedError, InputTooLargeError, WorkspaceNotFoundError, WorkflowTypeUnknownError, QueueFullError
 */
export async function enqueueExecution(
  database: Database,
  request: EnqueueRequest,
  rules: AdmissionRules,
): Promise<Enqueued> {
  return await inTransaction(database, async (tx) => {
    const before = await findRepeated(tx, request);
    if (before) return before;
    refuseLargeInput(request, rules);

    const workspace = await lockWorkspace(tx, request.workspaceId);
    // Again, under the lock: the same key may have been committed while we waited for it.
    const meanwhile = await findRepeated(tx, request);
    if (meanwhile) return meanwhile;
    refuseUnknownType(workspace, request, rules);
    refuseFullQueue(workspace, rules);
    return await append(tx, workspace, request);
  });
}

async function findRepeated(tx: Tx, request: EnqueueRequest): Promise<Enqueued | null> {
  const { workspaceId, idempotencyKey } = request;
  if (idempotencyKey === null) return null;
  const [first] = await tx
    .select({ id: executions.id, workflowType: executions.workflowType, input: executions.input })
    .from(executions)
    .where(and(eq(executions.workspaceId, workspaceId), eq(executions.idempotencyKey, idempotencyKey)));
  if (first === undefined) return null;
  if (first.workflowType !== request.workflowType || first.input !== request.input)
    throw new IdempotencyKeyReusedError(first.id);
  return { ...(await findExecution(tx, workspaceId, first.id)), repeated: true };
}

function refuseLargeInput({ input }: EnqueueRequest, { maxInputBytes }: AdmissionRules): void {
  const bytes = input === null ? 0 : Buffer.byteLength(input);
  if (bytes > maxInputBytes) throw new InputTooLargeError(bytes, maxInputBytes);
}

function refuseUnknownType(
  workspace: WorkspaceRow,
  request: EnqueueRequest,
  { knownWorkflowTypes: known }: AdmissionRules,
): void {
  if (workspace.workers === 'external' || known === null) return;
  if (known.has(request.workflowType) || known.has(ANY_WORKFLOW_TYPE)) return;
  throw new WorkflowTypeUnknownError(request.workflowType, [...known].sort());
}

function refuseFullQueue(workspace: WorkspaceRow, { tiers }: AdmissionRules): void {
  const { maxPending } = tiers[workspace.tier];
  if (workspace.pending >= maxPending) throw new QueueFullError(maxPending, workspace.pending);
}

async function append(tx: Tx, workspace: WorkspaceRow, request: EnqueueRequest): Promise<Enqueued> {
  const seq = workspace.lastSeq + 1;
  const [execution] = await tx
    .insert(executions)
    .values({ id: uuidv7(), seq, ...request })
    .returning();
  await tx
    .update(workspaces)
    .set({ lastSeq: seq, pending: sql`${workspaces.pending} + 1` })
    .where(eq(workspaces.id, workspace.id));
  return {
    execution: execution!,
    position: { position: workspace.pending + 1, isUpperBound: false },
    repeated: false,
  };
}
