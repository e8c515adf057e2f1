import { sql } from 'drizzle-orm';
import type { Stall } from '../../domain/stall.ts';
import type { Database, Tx } from '../connection/database.ts';
import { inTransaction } from '../connection/transaction.ts';
import { findExecution, type FoundExecution } from '../executions/find-execution.ts';
import { findStalls } from '../stalls/find-stalls.ts';
import type { WorkspaceWithTier } from '../tiers/tier-of-workspace.ts';
import { findWorkspace } from '../workspaces/find-workspace.ts';

/** More can never run in a workspace than the largest limit there is, unless that was another in an earlier version. */
const SLOTS_READ_MAX = 1_000;

/** Who holds a slot, and since when. */
export interface Slot {
  readonly executionId: string;
  readonly workflowType: string;
  readonly reference: string | null;
  readonly since: Date;
}

/** What an execution's place is explained by, all of it as of one moment. */
export interface Explained {
  readonly found: FoundExecution;
  readonly workspace: WorkspaceWithTier;
  /** In the order in which they got their slots; at most a thousand. */
  readonly slots: readonly Slot[];
  /** Of those, and of the execution itself, by id. */
  readonly stalls: ReadonlyMap<string, Stall>;
  /** By Postgres' clock. */
  readonly now: Date;
}

/** @throws WorkspaceNotFoundError, ExecutionNotFoundError */
export async function readExplained(
  database: Database,
  workspaceId: string,
  executionId: string,
): Promise<Explained> {
  return await inTransaction(database, async (tx) => {
    const now = await beginSnapshot(tx);
    const found = await findExecution(tx, workspaceId, executionId);
    const workspace = await findWorkspace(tx, workspaceId);
    const slots = await readSlots(tx, workspace);
    const stalls = await findStalls(
      tx,
      slots.map((slot) => slot.executionId),
    );
    return { found, workspace, slots, stalls, now };
  });
}

/** A position, the slots before it and the counters beside it are to agree. */
async function beginSnapshot(tx: Tx): Promise<Date> {
  await tx.execute(sql`set transaction isolation level repeatable read, read only`);
  const { rows } = await tx.execute<{ now: string }>(sql`select clock_timestamp() as now`);
  return new Date(rows[0]!.now);
}

/** The order and a bound that the planner does not know make it read the index of what runs: see find-execution.ts. */
async function readSlots(
  tx: Tx,
  { id, oldestRunningSeq }: Pick<WorkspaceWithTier, 'id' | 'oldestRunningSeq'>,
): Promise<Slot[]> {
  const { rows } = await tx.execute<{
    id: string;
    workflow_type: string;
    reference: string | null;
    admitted_at: string;
  }>(sql`
    select id, workflow_type, reference, admitted_at from executions
    where workspace_id = ${id} and status = 'running' and seq >= ${oldestRunningSeq}
    order by seq limit (select ${sql.raw(String(SLOTS_READ_MAX))})`);
  return rows.map((row) => ({
    executionId: row.id,
    workflowType: row.workflow_type,
    reference: row.reference,
    since: new Date(row.admitted_at),
  }));
}
