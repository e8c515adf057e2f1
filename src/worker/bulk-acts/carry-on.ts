import type { GateMeasures } from '../../activities/gate-measures.ts';
import { endChunk } from '../../db/bulk-acts/end-chunk.ts';
import { findChunk } from '../../db/bulk-acts/find-chunk.ts';
import { endPart, movePart, type PartCounts } from '../../db/bulk-acts/move-part.ts';
import { type BulkPart, leavePart } from '../../db/bulk-acts/take-part.ts';
import type { Database } from '../../db/connection/database.ts';
import { findWorkspace } from '../../db/workspaces/find-workspace.ts';
import { WorkspaceNotFoundError } from '../../domain/refusals.ts';
import type { EnqueueBatch } from '../../enqueue/enqueue.ts';
import { executionLog } from '../../process/execution-log.ts';
import type { Log } from '../../process/log.ts';
import { rerunChunk } from './rerun-chunk.ts';

/** After so long it is another part's turn. */
const SLICE_MS = 500;

/** A queue that was full may have room by then. */
const ROOM_WAIT_MS = 2_000;

export interface CarryOnDeps {
  readonly measures: Pick<GateMeasures, 'endedWaiting'>;
  readonly log: Log;
  readonly database: Database;
  readonly enqueueBatch: EnqueueBatch;
  /** Returns at once and never throws. */
  wakeGate(workspaceId: string): void;
}

/**
 * Carries a part on for a while, chunk by chunk, each a transaction of its own: between two of them reconciles and requests of the workspace have their turn.
 * Then it is left to whoever takes it next. What it throws has changed nothing that the next one would do twice.
 */
export async function carryOn(deps: CarryOnDeps, taken: BulkPart, isStopping: () => boolean): Promise<void> {
  const endMs = performance.now() + SLICE_MS;
  let part = taken;
  try {
    while (!isStopping() && performance.now() < endMs) {
      const step = await (part.act === 'rerun' ? rerunStep(deps, part) : endStep(deps, part));
      if (step.kind === 'over') return;
      if (step.kind === 'full')
        return await leavePart(deps.database.db, part, { afterMs: ROOM_WAIT_MS, waitsForRoom: true });
      part = { ...part, afterId: step.afterId };
    }
  } catch (error) {
    if (!(error instanceof WorkspaceNotFoundError)) throw error;
    return await endPart(deps.database.db, part);
  }
  await leavePart(deps.database.db, part, { afterMs: 0 });
}

type Step =
  | { readonly kind: 'on'; readonly afterId: string }
  /** The queue has no room. */
  | { readonly kind: 'full' }
  /** It has ended, or another process has it. */
  | { readonly kind: 'over' };

const NOTHING: PartCounts = { done: 0, skipped: 0, failed: 0, lastFailure: null };

async function endStep({ log, database, wakeGate, measures }: CarryOnDeps, part: BulkPart): Promise<Step> {
  const { workspaceId } = part;
  const chunk = await findChunk(database, part);
  if (chunk.ids.length === 0) {
    const isOurs = await movePart(database.db, part, { ...NOTHING, ...chunk });
    return !isOurs || chunk.isLast ? { kind: 'over' } : { kind: 'on', afterId: chunk.afterId };
  }
  const { ended, asked, counted } = await endChunk(database, part, chunk);
  // Also after what was pending alone: its gate shows how many wait, or has to give it back.
  if (ended.length + asked > 0) wakeGate(workspaceId);
  if (ended.length > 0) measures.endedWaiting(ended[0]!.status, ended.length);
  for (const { executionId, seq, status } of ended)
    executionLog.ended(log, { workspaceId, executionId, seq, runId: null, status });
  if (counted === null) await findWorkspace(database.db, workspaceId);
  return counted === null || chunk.isLast ? { kind: 'over' } : { kind: 'on', afterId: chunk.afterId };
}

async function rerunStep(
  { log, database, enqueueBatch, wakeGate }: CarryOnDeps,
  part: BulkPart,
): Promise<Step> {
  const { workspaceId } = part;
  const { placed, isFull, isLast, isOurs, afterId } = await rerunChunk(database, enqueueBatch, part);
  if (placed.length > 0) wakeGate(workspaceId);
  for (const { execution } of placed)
    executionLog.accepted(
      log,
      { workspaceId, executionId: execution.id, seq: execution.seq },
      execution.workflowType,
    );
  if (isLast || !isOurs) return { kind: 'over' };
  return isFull ? { kind: 'full' } : { kind: 'on', afterId };
}
