import { type Chunk, findChunk } from '../../db/bulk-acts/find-chunk.ts';
import { movePart, type PartCounts } from '../../db/bulk-acts/move-part.ts';
import { readInputs } from '../../db/bulk-acts/read-inputs.ts';
import type { BulkPart } from '../../db/bulk-acts/take-part.ts';
import type { Database } from '../../db/connection/database.ts';
import type { ExecutionSummaryRow } from '../../db/executions/execution-row.ts';
import { findSummaries } from '../../db/executions/find-summaries.ts';
import { InputGoneError, QueueBytesFullError, QueueFullError } from '../../domain/refusals.ts';
import type { EnqueueBatch } from '../../enqueue/enqueue.ts';
import type { EnqueueAnswer, Placed } from '../../enqueue/enqueue-outcome.ts';
import type { EnqueueRequest } from '../../enqueue/enqueue-request.ts';
import { rerunAttributes } from '../../enqueue/request-attributes.ts';

/** Of the inputs that are in memory at once, and in one transaction; more when the first alone has them. */
const INPUTS_MAX_BYTES = 2 ** 20;

export interface RerunChunk {
  readonly placed: readonly Placed[];
  /** Whether the next one has no room in the queue now. */
  readonly isFull: boolean;
  readonly isLast: boolean;
  /** False when another process has carried the part on meanwhile. */
  readonly isOurs: boolean;
}

/**
 * Enqueues the next reruns of a part, each under an idempotency key of its own: if this dies before the cursor has moved, the next process finds them by it,
 * and none is run again twice. The cursor stops before the first that the queue has no room for.
 */
export async function rerunChunk(
  database: Database,
  enqueueBatch: EnqueueBatch,
  part: BulkPart,
): Promise<RerunChunk & { readonly afterId: string }> {
  const chunk = await findChunk(database, part);
  const { items, isCut } = await readItems(database, part, chunk);
  const answers = await enqueueAll(enqueueBatch, part, items);
  const { counts, reached } = countUntilFull(items, answers);
  const isFull = reached < items.length;
  const isLast = chunk.isLast && !isCut && !isFull;
  const afterId = isFull || isCut ? (items[reached - 1]?.id ?? part.afterId) : chunk.afterId;
  const isOurs = await movePart(database.db, part, { ...counts, afterId, isLast });
  const placed = [...answers.values()].filter((answer) => answer.kind === 'placed');
  return { placed, isFull, isLast, isOurs, afterId };
}

/** What may be run again, or why it may not. */
interface Item {
  readonly id: string;
  readonly request: EnqueueRequest | null;
  readonly failure: string | null;
}

/** As many as may be in memory at once; `isCut` when those are not all. */
async function readItems(
  database: Database,
  part: BulkPart,
  { ids }: Chunk,
): Promise<{ items: readonly Item[]; isCut: boolean }> {
  const rows = await findSummaries(database.db, part.workspaceId, ids);
  const fitting: string[] = [];
  let bytes = 0;
  for (const id of ids) {
    bytes += rows.get(id)?.inputBytes ?? 0;
    if (fitting.length > 0 && bytes > INPUTS_MAX_BYTES) break;
    fitting.push(id);
  }
  const inputs = await readInputs(database.db, fitting);
  const items = fitting.map((id) => itemOf(part, id, rows.get(id), inputs.get(id) ?? null));
  return { items, isCut: fitting.length < ids.length };
}

function itemOf(
  part: BulkPart,
  id: string,
  row: ExecutionSummaryRow | undefined,
  input: string | null,
): Item {
  // Retention may drop a row between two reads.
  if (row === undefined) return { id, request: null, failure: `Execution ${id} is no longer kept.` };
  if (row.inputBytes !== null && (input === null || row.payloadsDeletedAt !== null)) {
    const why = row.payloadsDeletedAt === null ? 'expired' : 'deleted';
    return { id, request: null, failure: new InputGoneError(id, why).message };
  }
  const request: EnqueueRequest = {
    workspaceId: part.workspaceId,
    workflowType: row.workflowType,
    input,
    idempotencyKey: `bulk-act/${part.actId}/${id}`,
    createdBy: part.by,
    attributes: rerunAttributes(row),
    ifBusy: 'queue',
  };
  return { id, request, failure: null };
}

/** What became of each that was asked for, by the id of what it repeats. */
async function enqueueAll(
  enqueueBatch: EnqueueBatch,
  { workspaceId }: BulkPart,
  items: readonly Item[],
): Promise<ReadonlyMap<string, EnqueueAnswer>> {
  const asked = items.filter((item) => item.request !== null);
  if (asked.length === 0) return new Map();
  const requests = asked.map(({ request }) => request!);
  const answers = await enqueueBatch({ workspaceId, requests, isAtomic: false });
  return new Map(asked.map(({ id }, index) => [id, answers[index]!]));
}

/** Those behind one that the queue has no room for are asked for again, and found by their keys if they had room. */
function countUntilFull(
  items: readonly Item[],
  answers: ReadonlyMap<string, EnqueueAnswer>,
): { counts: PartCounts; reached: number } {
  let [done, failed, reached] = [0, 0, 0];
  let lastFailure: string | null = null;
  for (const { id, failure } of items) {
    const answer = answers.get(id);
    const error = answer?.kind === 'refused' ? answer.error : null;
    if (error instanceof QueueFullError || error instanceof QueueBytesFullError) break;
    reached++;
    const why = failure ?? error?.message ?? null;
    if (why === null) done++;
    else [failed, lastFailure] = [failed + 1, why];
  }
  return { counts: { done, skipped: 0, failed, lastFailure }, reached };
}
