import type { Pool } from 'pg';
import type { AcceptedAnswer } from '../../../src/audit/audit-deployment.ts';
import { FLEETING } from '../load/load.ts';
import { type CallerLine, readCallerLog } from './caller-log.ts';
import { SHOP } from './shop.ts';
import { GHOST } from './transactions.ts';

/** What became of the callers' transactions. */
export interface OrdersChecked {
  readonly committed: number;
  /** By the caller, by a failed statement, or by the death of its process. */
  readonly rolledBack: number;
  /** Killed by themselves. */
  readonly deaths: number;
  /** Rows of committed transactions; and how many of them stand for an execution that another row asked for, and were rejected. */
  readonly orders: number;
  readonly aliases: number;
  readonly rejected: number;
  readonly plans: number;
  readonly wrong: readonly string[];
  /** The committed rows, for the audit. */
  readonly answers: readonly AcceptedAnswer[];
}

/** A committed row of a caller, and what its id stands for. */
interface OrderRow {
  readonly transaction: string;
  readonly nth: number;
  readonly workspaceId: string;
  readonly executionId: string;
  readonly key: string | null;
  readonly content: string;
  readonly hasStartBefore: boolean;
  readonly at: Date;
  /** The execution that the id stands for; null when there is none. */
  readonly standsFor: string | null;
  readonly status: string | null;
  readonly storedContent: string | null;
  readonly failureType: string | null;
}

/** What Postgres says when it is away, read-only, or has ended the session. */
const PASSING = /^(08|57P|25006$|53300$)/;

/** A deletion may have ended between the call of `sluice.enqueue` and the row that follows it. */
const CALL_TO_ROW_MS = 1_000;

/** Unknown, or being deleted: of the workspace that comes and goes. */
const GONE = /^(42501|55000)$/;

/**
 * DURABLE for executions that were enqueued by SQL, judged from the callers' own rows and logs, after a run has drained: each committed row stands for an
 * execution, rejected or not; nothing of a transaction that did not commit is there; a key has one execution.
 */
export async function checkOrders(pool: Pool, logFiles: readonly string[]): Promise<OrdersChecked> {
  const lines = logFiles.flatMap(readCallerLog);
  const orders = await readOrders(pool);
  const goneAt = await lastGoneAt(pool);
  const planned = await pool.query<{ transaction: string }>(`select transaction from ${SHOP}.plans`);
  const committed = new Set([...orders, ...planned.rows].map(({ transaction }) => transaction));
  const wrong = [
    ...orders.flatMap((order) => whatIsWrong(order, goneAt)),
    ...keysWithSeveral(orders.filter(({ workspaceId }) => workspaceId !== FLEETING.id)),
    ...(await strays(pool, orders, lines)),
    ...contradictions(lines, committed),
    ...(await ghosts(pool)),
  ];
  const kept = orders.filter(({ standsFor }) => standsFor !== null);
  return {
    committed: committed.size,
    rolledBack: new Set(lines.map((line) => line.transaction).filter((name) => !committed.has(name))).size,
    deaths: lines.filter(({ state }) => state === 'kills itself').length,
    orders: orders.length,
    aliases: kept.length - new Set(kept.map(({ standsFor }) => standsFor)).size,
    rejected: orders.filter(({ status }) => status === 'rejected').length,
    plans: planned.rows.length,
    wrong,
    answers: orders.map(({ workspaceId, executionId, at }) => ({
      workspaceId,
      executionId,
      status: 'committed',
      at: at.toISOString(),
    })),
  };
}

async function readOrders(pool: Pool): Promise<OrderRow[]> {
  const { rows } = await pool.query<OrderRow>(
    `select o.transaction, o.nth, o.workspace_id as "workspaceId", o.execution_id as "executionId", o.key,
       o.workflow_type || ' ' || coalesce(o.input, '') as content, o.start_before is not null as "hasStartBefore", o.at,
       e.id as "standsFor", e.status::text, e.workflow_type || ' ' || coalesce(e.input, '') as "storedContent", e.failure_type as "failureType"
     from ${SHOP}.orders o
     left join execution_aliases a on a.workspace_id = o.workspace_id and a.id = o.execution_id
     left join all_executions e on e.workspace_id = o.workspace_id and e.id = coalesce(a.execution_id, o.execution_id)
     order by o.at`,
  );
  return rows;
}

/** When the workspace that comes and goes was last gone; null when it never was. */
async function lastGoneAt(pool: Pool): Promise<Date | null> {
  const { rows } = await pool.query<{ at: Date | null }>(
    'select max(finished_at) as at from workspace_deletions where workspace_id = $1',
    [FLEETING.id],
  );
  return rows[0]!.at;
}

function whatIsWrong(order: OrderRow, goneAt: Date | null): string[] {
  const { transaction, nth, workspaceId, executionId, content, standsFor, storedContent, status } = order;
  const which = `order ${transaction}/${nth}, execution ${executionId} of ${workspaceId},`;
  if (standsFor === null) {
    const wentWithIts =
      workspaceId === FLEETING.id &&
      goneAt !== null &&
      order.at.getTime() - CALL_TO_ROW_MS < goneAt.getTime();
    return wentWithIts ? [] : [`${which} was committed, and stands for nothing`];
  }
  if (storedContent !== content) return [`${which} is for ${content}, and stands for ${storedContent}`];
  const isBeingDeleted = workspaceId === FLEETING.id && order.failureType === 'WorkspaceDeleting';
  const mayBeRejected =
    order.hasStartBefore || order.failureType === 'IdempotencyKeyReused' || isBeingDeleted;
  return status === 'rejected' && !mayBeRejected ? [`${which} was rejected as ${order.failureType}`] : [];
}

/** Keys that stand for several executions, or whose rows were rejected though all have the same content. */
function keysWithSeveral(orders: readonly OrderRow[]): string[] {
  const byKey = new Map<string, OrderRow[]>();
  for (const order of orders.filter(({ key }) => key !== null)) {
    const name = `${order.workspaceId} ${order.key}`;
    byKey.set(name, [...(byKey.get(name) ?? []), order]);
  }
  return [...byKey].flatMap(([key, of]) => {
    const accepted = new Set(
      of.filter(({ status }) => status !== 'rejected').map(({ standsFor }) => standsFor),
    );
    const contents = new Set(of.map(({ content }) => content));
    const reused = of.filter(({ failureType }) => failureType === 'IdempotencyKeyReused');
    return [
      ...(accepted.size > 1 ? [`key ${key} stands for executions ${[...accepted].join(' and ')}`] : []),
      ...(contents.size === 1 && reused.length > 0
        ? [`order ${reused[0]!.transaction} was rejected, and its key ${key} has no other content`]
        : []),
    ];
  });
}

/** What is there of transactions that did not commit, and what nobody has sequenced. */
async function strays(
  pool: Pool,
  orders: readonly OrderRow[],
  lines: readonly CallerLine[],
): Promise<string[]> {
  const ids = orders.map(({ executionId }) => executionId);
  const known = new Set(ids);
  const mentioned = lines.flatMap((line) => (line.state === 'about to end' ? line.executionIds : []));
  const { rows } = await pool.query<{ id: string; where: string }>(
    `select id, 'an execution of the callers' || coalesce(', key ' || idempotency_key, '') as "where" from all_executions
     where created_by = $1 and not id = any($2::uuid[])
     union all select id, 'an execution' from all_executions where id = any($3::uuid[])
     union all select id, 'an alias' from execution_aliases where not id = any($2::uuid[])
     union all select id, 'still in the inbox' from inbox`,
    [`role:${SHOP}`, ids, mentioned.filter((id) => !known.has(id))],
  );
  return rows.map(({ id, where }) => `${id} is ${where}, and no committed row of the callers has it`);
}

/** What a caller's log says otherwise than its rows, and what its statements may not be answered with. */
function contradictions(lines: readonly CallerLine[], committed: ReadonlySet<string>): string[] {
  const empty = new Set(
    lines.flatMap((line) => (line.state === 'about to end' && line.rows === 0 ? [line.transaction] : [])),
  );
  return lines.flatMap((line) => {
    const isThere = committed.has(line.transaction);
    if (line.state === 'failed' && !isPassing(line))
      return [`transaction ${line.transaction} failed with ${line.code}: ${line.message}`];
    if ((line.state === 'rolled back' || line.state === 'failed') && isThere)
      return [`transaction ${line.transaction} was rolled back, and its rows are there`];
    if (line.state === 'committed' && !isThere && !empty.has(line.transaction))
      return [`transaction ${line.transaction} was committed, and its rows are gone`];
    return [];
  });
}

function isPassing({ code, workspaceIds }: Extract<CallerLine, { state: 'failed' }>): boolean {
  if (code === null || PASSING.test(code)) return true;
  return GONE.test(code) && workspaceIds.includes(FLEETING.id);
}

async function ghosts(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>('select id from workspaces where id like $1', [
    `${GHOST}-%`,
  ]);
  return rows.map(({ id }) => `the workspace ${id} is there, and what put it was rolled back`);
}
