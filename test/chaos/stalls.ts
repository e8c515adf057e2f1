import type { Client } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time.js';
import type pg from 'pg';
import { readPauses } from '../../src/db/audit/read-pauses.ts';

/** A time during which a slot of a workspace was free and to be filled, an execution was in the queue for it, and nothing was started. */
export interface Stall {
  readonly workspaceId: string;
  readonly fromMs: number;
  readonly toMs: number;
}

interface Change {
  readonly atMs: number;
  readonly waiting?: number;
  readonly open?: number;
  readonly limit?: number;
  readonly paused?: number;
}

/**
 * All stalls of a run that has drained, as Temporal's own start and close times tell them: also the normal ones, from an end to the next
 * start. Times are in ms since 1970, of a machine that runs Postgres and Temporal both.
 */
export async function findStalls(pool: pg.Pool, client: Client): Promise<Stall[]> {
  const runs = await openTimes(client);
  const changes = new Map<string, Change[]>();
  const note = (workspaceId: string, change: Change) =>
    changes.set(workspaceId, [...(changes.get(workspaceId) ?? []), change]);

  const limits = await pool.query<{ workspace_id: string; changed_at: Date; limit: number }>(
    'select workspace_id, changed_at, "limit" from limit_changes order by id',
  );
  for (const { workspace_id, changed_at, limit } of limits.rows)
    note(workspace_id, { atMs: changed_at.getTime(), limit });
  const workspaces = await pool.query<{ id: string }>('select id from workspaces');
  for (const { id } of workspaces.rows)
    for (const { from, to } of await pausesOf(pool, id)) {
      note(id, { atMs: from / 1_000, paused: 1 });
      note(id, { atMs: to / 1_000, paused: -1 });
    }
  const rows = await pool.query<{
    id: string;
    workspace_id: string;
    created_at: Date;
    closed_at: Date | null;
  }>('select id, workspace_id, created_at, closed_at from all_executions');
  for (const row of rows.rows) {
    const run = runs.get(`execution.${row.id}`);
    const endMs = run?.startMs ?? row.closed_at?.getTime() ?? Number.POSITIVE_INFINITY;
    note(row.workspace_id, { atMs: row.created_at.getTime(), waiting: 1 });
    note(row.workspace_id, { atMs: endMs, waiting: -1, ...(run && { open: 1 }) });
    if (run) note(row.workspace_id, { atMs: run.closeMs, open: -1 });
  }
  return [...changes].flatMap(([workspaceId, of]) => stallsOf(workspaceId, of));
}

async function pausesOf(pool: pg.Pool, workspaceId: string) {
  const client = await pool.connect();
  try {
    return await readPauses(client, workspaceId);
  } finally {
    client.release();
  }
}

function stallsOf(workspaceId: string, changes: readonly Change[]): Stall[] {
  const stalls: Stall[] = [];
  let [waiting, open, limit, paused] = [0, 0, 0, 0];
  let fromMs: number | null = null;
  for (const change of [...changes].sort((a, b) => a.atMs - b.atMs)) {
    waiting += change.waiting ?? 0;
    open += change.open ?? 0;
    limit = change.limit ?? limit;
    paused += change.paused ?? 0;
    const stalled = waiting > 0 && open < limit && paused === 0;
    const progress = change.open === 1;
    if (fromMs !== null && (!stalled || progress)) {
      stalls.push({ workspaceId, fromMs, toMs: change.atMs });
      fromMs = null;
    }
    if (stalled) fromMs ??= change.atMs;
  }
  return stalls;
}

/** From the first start to the last close of each workflow id, its later runs included. */
async function openTimes(client: Client): Promise<Map<string, { startMs: number; closeMs: number }>> {
  const times = new Map<string, { startMs: number; closeMs: number }>();
  let nextPageToken: Uint8Array = new Uint8Array();
  do {
    // Raw, because a foreign worker's memo need not be decodable.
    const page = await client.workflowService.listWorkflowExecutions({
      namespace: client.options.namespace,
      query: 'WorkflowId STARTS_WITH "execution."',
      pageSize: 1_000,
      nextPageToken,
    });
    for (const { execution, startTime, closeTime } of page.executions) {
      const workflowId = execution?.workflowId ?? '';
      const known = times.get(workflowId);
      const closeMs = closeTime ? tsToMs(closeTime) : Number.POSITIVE_INFINITY;
      times.set(workflowId, {
        startMs: Math.min(known?.startMs ?? Number.POSITIVE_INFINITY, tsToMs(startTime)),
        closeMs: Math.max(known?.closeMs ?? 0, closeMs),
      });
    }
    ({ nextPageToken } = page);
  } while (nextPageToken.length > 0);
  return times;
}

/** What a fault costs is looked for so long after it: a killed worker's tasks come back after 10 s at the latest. */
const SEEN_WITHIN_MS = 14_000;

/** The longest that any workspace stood still within the time after a fault, in ms; 0 when none did. */
export function standstillAfter(stalls: readonly Stall[], faultMs: number): number {
  const lengths = stalls
    .filter(({ fromMs, toMs }) => toMs > faultMs && fromMs < faultMs + SEEN_WITHIN_MS)
    .map(({ fromMs, toMs }) => toMs - Math.max(fromMs, faultMs));
  return Math.max(0, ...lengths);
}
