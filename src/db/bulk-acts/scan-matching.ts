import type { BulkActKind } from '../../domain/bulk/bulk-act.ts';
import type { Statement } from '../connection/pipelined-transaction.ts';
import { type ExecutionFilter, idsOf, isOfEnded } from '../executions/list/execution-filter.ts';
import { type Order, ordersById, type Param } from '../executions/list/list-orders.ts';
import { matching, statementOf } from '../executions/list/list-statement.ts';
import { HIGHEST_ID, LOWEST_ID } from '../executions/id-time.ts';

/** Executions that an act is about. */
export interface BulkScope {
  readonly act: BulkActKind;
  readonly filter: ExecutionFilter;
  /** What was accepted later is none of them; nor is, of a rerun, what ended later. By Postgres' clock. */
  readonly acceptedAt: Date;
}

/** Where a look goes on: after this execution. The workspace counts where an index has its rows by it. */
export interface ScanPlace {
  readonly workspaceId: string;
  readonly id: string;
}

export const SCAN_START: ScanPlace = { workspaceId: '', id: LOWEST_ID };

/** How far a look has come: it has looked at so many rows, and the last of them was `through`. */
export interface Far {
  readonly scanned: number;
  readonly throughWorkspace: string | null;
  readonly through: string | null;
}

/**
 * Looks through the next `rows` of what an index has and counts the ones that match, by workspace. All rows of the answer say how far it has come; when
 * none matches there is one with nothing else. Null when there can be none: what has ended is not cancelled.
 */
export function countingNext(scope: BulkScope, after: ScanPlace, rows: number): Statement | null {
  if (!canMatch(scope)) return null;
  return statementOf(
    (param) => `
      with ${scanned(scope, after, rows, param)}
      select ${FAR}, found.workspace_id as "workspaceId", found.matching
      from far left join (
        select workspace_id, count(*)::integer as matching from scanned where matches group by workspace_id) as found on true`,
  );
}

/** The same, but gives the ids of the first `limit` of them, in their order. */
export function findingNext(
  scope: BulkScope,
  after: ScanPlace,
  { rows, limit }: { rows: number; limit: number },
): Statement | null {
  if (!canMatch(scope)) return null;
  return statementOf(
    (param) => `
      with ${scanned(scope, after, rows, param)}
      select ${FAR}, found.id
      from far left join (select id from scanned where matches order by id limit ${limit}) as found on true
      order by found.id`,
  );
}

function tableOf({ act }: BulkScope): Order['table'] {
  return act === 'rerun' ? 'ended_executions' : 'executions';
}

function canMatch(scope: BulkScope): boolean {
  const { act, filter } = scope;
  if (act !== 'rerun' && isOfEnded(filter)) return false;
  return ordersById(filter, { from: '', before: '' }, () => '').some(({ table }) => table === tableOf(scope));
}

const FAR = 'far.scanned, far."throughWorkspace", far.through';

function scanned(scope: BulkScope, after: ScanPlace, rows: number, param: Param): string {
  const ranges = rangesAfter(scope, after, param);
  const isByWorkspace = ranges.some(({ by }) => by.includes('workspace_id'));
  const order = (direction: '' | ' desc') =>
    (isByWorkspace ? ['workspace_id', 'id'] : ['id']).map((column) => column + direction).join(', ');
  const nextOf = ({ where, by }: Pick<Order, 'where' | 'by'>) =>
    `(select * from ${tableOf(scope)} where ${where} order by ${by.join(', ')} limit ${rows})`;
  const next = ranges.map(nextOf).join(' union all ');
  return `
    scanned as materialized (
      select id, workspace_id, (${matchingNow(scope, param)}) as matches
      from (select * from (${next}) as each${ranges.length > 1 ? ` order by ${order('')} limit ${rows}` : ''}) as next),
    last as (select workspace_id, id from scanned order by ${order(' desc')} limit 1),
    far as (
      select (select count(*)::integer from scanned) as scanned, (select workspace_id from last) as "throughWorkspace", (select id from last) as through)`;
}

/** Rows of one reference in all workspaces have an index by workspace, all others one by id; failures of a workspace have a range for each status. */
function rangesAfter(scope: BulkScope, after: ScanPlace, param: Param): Pick<Order, 'where' | 'by'>[] {
  const { workspaceId, reference } = scope.filter;
  if (workspaceId === null && reference !== null) {
    const [of, from, id] = [param(reference), param(after.workspaceId), param(after.id)];
    const where = `(reference, workspace_id, id) > (${of}::text, ${from}::text, ${id}::uuid) and reference <= ${of}::text and reference is not null`;
    return [{ where, by: ['reference', 'workspace_id', 'id'] }];
  }
  const times = idsOf(scope.filter);
  const next = nextId(after.id);
  const bounds = {
    from: `${param(next > times.from ? next : times.from)}::uuid`,
    before: `${param(times.before)}::uuid`,
  };
  return ordersById(scope.filter, bounds, param).filter(({ table }) => table === tableOf(scope));
}

function matchingNow(scope: BulkScope, param: Param): string {
  const at = `${param(scope.acceptedAt)}::timestamptz`;
  const conditions = [matching(scope.filter, param), `created_at < ${at}`];
  if (scope.act === 'rerun') conditions.push(`moved_at < ${at}`);
  return conditions.join(' and ');
}

/** Of the ids after this one the lowest; the highest has none, and stays. */
function nextId(id: string): string {
  if (id === HIGHEST_ID) return id;
  const hex = (BigInt(`0x${id.replaceAll('-', '')}`) + 1n).toString(16).padStart(32, '0');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
