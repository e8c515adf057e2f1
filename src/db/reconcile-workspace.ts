import { sql } from 'drizzle-orm';
import { type LimitSource, type Tier, type TierConfigs, effectiveLimit } from '../domain/tier.ts';
import type { AdmittedExecution, ReconcileRequest } from '../workflows/gate/contract.ts';
import type { Database, Tx } from './client.ts';
import { findUndeliveredCancels, findUnknownRunning } from './find-unknown-running.ts';
import { type WorkspaceRow, lockWorkspace } from './lock-workspace.ts';
import { recordReports } from './record-reports.ts';
import type { Workers } from './schema.ts';
import { inTransaction } from './transaction.ts';

export interface Reconciled {
  readonly tier: Tier;
  readonly workers: Workers;
  readonly limit: number;
  readonly limitSource: LimitSource;
  readonly running: number;
  readonly pending: number;
  readonly claimed: number;
  readonly admitted: readonly AdmittedExecution[];
  readonly cancel: readonly string[];
  readonly more: boolean;
}

export interface ReconcileOptions {
  readonly tiers: TierConfigs;
  readonly gateRunId: string;
  /** Rows admitted longer ago than this, in seconds, without a recorded start are looked for before they are started. */
  readonly verifyAfterSeconds: number;
}

/**
 * Brings a workspace's rows and its gate together, in one transaction under the workspace's lock: records what the gate reports,
 * claims pending rows in seq order while fewer than the limit run, and returns every running row that the gate does not know. A
 * function of state and not of a step: run twice it changes nothing and returns the same rows, so a retry after a lost answer
 * cannot claim twice.
 *
 * @throws WorkspaceNotFoundError when there is no such workspace: somebody started the gate by hand.
 */
export async function reconcileWorkspace(
  database: Pick<Database, 'pool'>,
  request: ReconcileRequest,
  options: ReconcileOptions,
): Promise<Reconciled> {
  return await inTransaction(database, async (tx) => {
    const locked = await lockWorkspace(tx, request.workspaceId);
    const { limitOverride, limit, limitSource } = await settleLimit(tx, request, locked, options.tiers);
    await recordReports(tx, request);
    const runningBefore = await countRunning(tx, request.workspaceId);
    const free = request.claim ? Math.max(0, limit - runningBefore) : 0;
    const claimed = free > 0 ? await claim(tx, request.workspaceId, free) : 0;
    // Fewer rows than free slots: the line is empty, whatever the counter believed.
    const pending = claimed < free ? 0 : Math.max(0, locked.pending - claimed);
    const running = runningBefore + claimed;
    const { admitted, more } = await findUnknownRunning(tx, request, {
      maxDurationSeconds: options.tiers[locked.tier].maxDurationSeconds,
      verifyAfterSeconds: options.verifyAfterSeconds,
    });
    const cancel = await findUndeliveredCancels(tx, request);
    await stampWorkspace(tx, request.workspaceId, {
      running,
      pending,
      claimed,
      limit,
      limitOverride,
      gateRunId: options.gateRunId,
    });
    return {
      tier: locked.tier,
      workers: locked.workers,
      limit,
      limitSource,
      running,
      pending,
      claimed,
      admitted,
      cancel,
      more,
    };
  });
}

/** Writes overrides asked for by signal, each once, and records the limit when it is not the one last recorded. */
async function settleLimit(tx: Tx, request: ReconcileRequest, workspace: WorkspaceRow, tiers: TierConfigs) {
  const { tier } = workspace;
  let limitOverride = workspace.limitOverride;
  let recorded = workspace.limitInForce;
  for (const wish of request.overrideWishes) {
    const { limit } = effectiveLimit({ tier, limitOverride: wish.limitOverride }, tiers);
    const { rowCount } = await tx.execute(sql`
      insert into limit_changes (workspace_id, source, tier, limit_override, "limit", signal_key)
      values (${request.workspaceId}, 'signal', ${tier}, ${wish.limitOverride}, ${limit}, ${wish.key})
      on conflict (signal_key) do nothing`);
    if (rowCount === 0) continue;
    limitOverride = wish.limitOverride;
    recorded = limit;
  }
  const { limit, limitSource } = effectiveLimit({ tier, limitOverride }, tiers);
  if (limit !== recorded) {
    await tx.execute(sql`
      insert into limit_changes (workspace_id, source, tier, limit_override, "limit")
      values (${request.workspaceId}, 'configuration', ${tier}, ${limitOverride}, ${limit})`);
  }
  return { limitOverride, limit, limitSource };
}

async function countRunning(tx: Tx, workspaceId: string): Promise<number> {
  const { rows } = await tx.execute<{ running: number }>(sql`
    select count(*)::integer as running from executions where workspace_id = ${workspaceId} and status = 'running'`);
  return rows[0]!.running;
}

/**
 * The status is asked for twice: an update by sub-select alone can turn a row back that changed while it waited for the lock. One
 * stamp for all rows of a claim, and not the time at which each was written, because an update goes in no particular order.
 */
async function claim(tx: Tx, workspaceId: string, free: number): Promise<number> {
  const { rowCount } = await tx.execute(sql`
    with next as (
      select id from executions where workspace_id = ${workspaceId} and status = 'pending'
      order by seq limit ${free} for update)
    update executions e set status = 'running', admitted_at = statement_timestamp()
    from next where e.id = next.id and e.status = 'pending'`);
  return rowCount ?? 0;
}

interface Stamp {
  readonly running: number;
  readonly pending: number;
  readonly claimed: number;
  readonly limit: number;
  readonly limitOverride: number | null;
  readonly gateRunId: string;
}

/** `reconciled_at` is how the sweep knows that a gate works; it clears what the sweep has counted against it. */
async function stampWorkspace(tx: Tx, workspaceId: string, stamp: Stamp): Promise<void> {
  await tx.execute(sql`
    update workspaces
    set running = ${stamp.running}, pending = ${stamp.pending}, limit_in_force = ${stamp.limit},
        limit_override = ${stamp.limitOverride}, gate_run_id = ${stamp.gateRunId}, reconciled_at = clock_timestamp(),
        last_admission_at = case when ${stamp.claimed} > 0 then clock_timestamp() else last_admission_at end,
        sweep_wakes = 0, sweep_after = null
    where id = ${workspaceId}`);
}
