import { acceptBulkAct, type NewBulkAct } from '../../src/db/bulk-acts/accept-bulk-act.ts';
import type { BulkActRow } from '../../src/db/bulk-acts/bulk-act-row.ts';
import { findBulkAct } from '../../src/db/bulk-acts/find-bulk-act.ts';
import { takePart } from '../../src/db/bulk-acts/take-part.ts';
import type { Database } from '../../src/db/connection/database.ts';
import { EVERY_EXECUTION, type ExecutionFilter } from '../../src/db/executions/list/execution-filter.ts';
import { createEnqueue, type EnqueueBatch } from '../../src/enqueue/enqueue.ts';
import { createLog } from '../../src/process/log.ts';
import { carryOn, type CarryOnDeps } from '../../src/worker/bulk-acts/carry-on.ts';

/** An act by nobody and for no reason, on what a filter means. */
export function acceptTestAct(
  database: Database,
  act: NewBulkAct['act'],
  filter: Partial<ExecutionFilter>,
  { countMaxMs, ...given }: Partial<NewBulkAct> & { countMaxMs?: number } = {},
): Promise<BulkActRow> {
  const asked: NewBulkAct = {
    act,
    filter: { ...EVERY_EXECUTION, ...filter },
    expected: null,
    reason: null,
    idempotencyKey: null,
    by: null,
    ...given,
  };
  return acceptBulkAct(database, asked, countMaxMs === undefined ? {} : { countMaxMs });
}

export interface TestCarrier extends CarryOnDeps {
  /** The wakes asked for since the last look. */
  takeWakes(): string[];
}

/** What carries acts on in a worker; `enqueueBatch` may be one that dies. */
export function testCarrier(database: Database, enqueueBatch?: EnqueueBatch): TestCarrier {
  let wakes: string[] = [];
  const bounds = { maxInputBytes: Infinity, maxHeldBytes: Infinity };
  return {
    log: createLog({ level: 'silent', process: 'test' }),
    database,
    enqueueBatch: enqueueBatch ?? createEnqueue({ database, ...bounds }).enqueueBatch,
    measures: { endedWaiting: () => {} },
    wakeGate: (workspaceId) => void wakes.push(workspaceId),
    takeWakes: () => {
      const taken = wakes;
      wakes = [];
      return taken;
    },
  };
}

/** Carries on each part that is due, until none is. */
export async function carryAllOn(deps: CarryOnDeps): Promise<void> {
  for (;;) {
    const part = await takePart(deps.database.db);
    if (part === null) return;
    await carryOn(deps, part, () => false);
  }
}

/** What an act has done so far. */
export async function countsOf(database: Database, { id }: BulkActRow) {
  const { act, progress } = await findBulkAct(database.db, null, id);
  const { done, skipped, failed, open, waiting } = progress;
  return { matching: act.matching, done, skipped, failed, open, waiting };
}

/** Lets a process that has died lose its leases at once. */
export async function endLeases({ pool }: Database): Promise<void> {
  await pool.query('update bulk_act_parts set due_at = clock_timestamp() where ended_at is null');
}
