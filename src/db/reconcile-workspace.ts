import { sql, type SQL } from 'drizzle-orm';
import { type LimitSource, type Tier, type TierConfigs, effectiveLimit } from '../domain/tier.ts';
import type { AdmittedExecution, ReconcileRequest } from '../workflows/gate/contract.ts';
import type { Database, Tx } from './client.ts';
import { type WorkspaceRow, lockWorkspace } from './lock-workspace.ts';
import type { Workers } from './schema.ts';
import { inTransaction } from './transaction.ts';

/**
 * One answer carries at most this much input: escaping inside JSON can double it, and a local activity's result of 2 MB makes
 * the server terminate the gate, and every gate after it.
 */
const ANSWER_INPUT_MAX_BYTES = 512 * 1024;

/** One answer names at most this many rows; each costs some 200 bytes beside its input. */
const ANSWER_MAX_ROWS = 250;

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
    await recordStarts(tx, request);
    await recordCloses(tx, request);
    await recordCancelsDelivered(tx, request);
    const runningBefore = await countRunning(tx, request.workspaceId);
    const free = request.claim ? Math.max(0, limit - runningBefore) : 0;
    const claimed = free > 0 ? await claim(tx, request.workspaceId, free) : 0;
    // Fewer rows than free slots: the line is empty, whatever the counter believed.
    const pending = claimed < free ? 0 : Math.max(0, locked.pending - claimed);
    const running = runningBefore + claimed;
    const { admitted, more } = await unknownRunning(tx, request, locked.tier, options);
    const cancel = await undeliveredCancels(tx, request);
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

async function recordStarts(tx: Tx, { workspaceId, started }: ReconcileRequest): Promise<void> {
  if (started.length === 0) return;
  await tx.execute(sql`
    update executions e set run_id = v.run_id
    from unnest(${textArray(started.map((s) => s.executionId))}::uuid[], ${textArray(started.map((s) => s.runId))}::text[]) as v (id, run_id)
    where e.id = v.id and e.workspace_id = ${workspaceId} and e.run_id is null`);
}

async function recordCloses(tx: Tx, { workspaceId, closed }: ReconcileRequest): Promise<void> {
  if (closed.length === 0) return;
  const values = closed.map(
    ({ executionId, closedAt, outcome }) => sql`(
      ${executionId}::uuid, ${outcome.status}::execution_status, ${closedAt}::timestamptz, ${outcome.result}::text,
      ${outcome.resultOmitted?.reason ?? null}::text, ${outcome.resultOmitted?.bytes ?? null}::integer,
      ${outcome.failure?.type ?? null}::text, ${outcome.failure?.message ?? null}::text)`,
  );
  await tx.execute(sql`
    update executions e
    set status = v.status, closed_at = v.closed_at, result = v.result, result_omitted_reason = v.omitted_reason,
        result_omitted_bytes = v.omitted_bytes, failure_type = v.failure_type, failure_message = v.failure_message
    from (values ${sql.join(values, sql`, `)})
      as v (id, status, closed_at, result, omitted_reason, omitted_bytes, failure_type, failure_message)
    where e.id = v.id and e.workspace_id = ${workspaceId} and e.status = 'running'`);
}

async function recordCancelsDelivered(
  tx: Tx,
  { workspaceId, cancelsDelivered }: ReconcileRequest,
): Promise<void> {
  if (cancelsDelivered.length === 0) return;
  await tx.execute(sql`
    update executions set cancel_delivered_at = clock_timestamp()
    where id = any(${textArray(cancelsDelivered)}::uuid[]) and workspace_id = ${workspaceId} and cancel_delivered_at is null`);
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

interface RunningRow extends Record<string, unknown> {
  id: string;
  seq: string;
  workflow_type: string;
  admitted_at: string;
  next: AdmittedExecution['next'];
  input: string | null;
  cancel_requested: boolean;
  unknown: string;
}

/** Oldest first and at least one; a row whose start is recorded comes without its input. */
async function unknownRunning(
  tx: Tx,
  request: ReconcileRequest,
  tier: Tier,
  options: ReconcileOptions,
): Promise<{ admitted: AdmittedExecution[]; more: boolean }> {
  const { rows } = await tx.execute<RunningRow>(sql`
    with unknown as (
      select *, case
          when run_id is not null then 'watch'
          when admitted_at < clock_timestamp() - make_interval(secs => ${options.verifyAfterSeconds}) then 'verify'
          else 'start' end as next
      from executions
      where workspace_id = ${request.workspaceId} and status = 'running'
        and id <> all(${textArray(request.known)}::uuid[])),
    sized as (
      select id, seq, next, count(*) over () as unknown,
        case when next = 'start' then coalesce(octet_length(input), 0) else 0 end as bytes,
        sum(case when next = 'start' then coalesce(octet_length(input), 0) else 0 end) over (order by seq) as bytes_through
      from unknown)
    select e.id, e.seq, e.workflow_type, to_char(e.admitted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as admitted_at,
      s.next, case when s.next = 'start' then e.input end as input,
      e.cancel_requested_at is not null and e.cancel_delivered_at is null as cancel_requested, s.unknown
    from sized s join executions e on e.id = s.id
    where s.bytes_through <= ${ANSWER_INPUT_MAX_BYTES} or s.bytes_through = s.bytes
    order by s.seq limit ${ANSWER_MAX_ROWS}`);
  const { maxDurationSeconds } = options.tiers[tier];
  const admitted = rows.map((row) => ({
    executionId: row.id,
    seq: Number(row.seq),
    workflowType: row.workflow_type,
    admittedAt: row.admitted_at,
    next: row.next,
    input: row.input,
    maxDurationSeconds,
    cancelRequested: row.cancel_requested,
  }));
  return { admitted, more: rows.length > 0 && Number(rows[0]!.unknown) > rows.length };
}

async function undeliveredCancels(tx: Tx, { workspaceId, known }: ReconcileRequest): Promise<string[]> {
  if (known.length === 0) return [];
  const { rows } = await tx.execute<{ id: string }>(sql`
    select id from executions
    where workspace_id = ${workspaceId} and status = 'running' and id = any(${textArray(known)}::uuid[])
      and cancel_requested_at is not null and cancel_delivered_at is null
    order by seq`);
  return rows.map((row) => row.id);
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

/** One parameter for a whole list; drizzle would spread a plain array into many. */
function textArray(values: readonly string[]): SQL {
  return sql`${sql.param([...values])}`;
}
