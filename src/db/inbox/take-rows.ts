import type { Statement } from '../connection/pipelined-transaction.ts';
import type { InboxRow } from '../schema.ts';

/** Of one transaction, which holds its workspace for some tens of milliseconds. */
export const TAKEN_MAX_ROWS = 500;
export const TAKEN_MAX_BYTES = 2 ** 20;

export interface Taking {
  readonly workspaceId: string;
  /** The first id that may be taken. */
  readonly fromId: string;
  readonly maxRows: number;
}

/**
 * Takes the next rows of a workspace out of the inbox, for a transaction that has locked it: executions up to the next change of the workspace, or that
 * change alone, within the bounds and at least one row. They are back should the transaction not commit. In no order.
 */
export function takingRows({ workspaceId, fromId, maxRows }: Taking): Statement {
  return {
    name: 'take-inbox-rows',
    text: `
      with waiting as (
        select id, kind, octet_length(input) as bytes from inbox
        where (workspace_id, id) >= ($1, $2::uuid) and workspace_id <= $1 order by workspace_id, id limit $3),
      numbered as (
        select id, row_number() over (order by id) as n, sum(bytes) over (order by id) as bytes_through,
          count(*) filter (where kind = 'put_workspace') over (order by id) as puts_through
        from waiting),
      next as (
        select id from numbered where n = 1 or (puts_through = 0 and coalesce(bytes_through, 0) <= ${TAKEN_MAX_BYTES}))
      delete from inbox where id = any (array(select id from next))
      returning id, workspace_id as "workspaceId", kind, workflow_type as "workflowType", input, idempotency_key as "idempotencyKey", attributes, tier, "by", at`,
    values: [workspaceId, fromId, maxRows],
  };
}

/** Of a workspace that does not exist: executions up to the next row that puts it. */
export function droppingRows(workspaceId: string): Statement {
  return {
    name: 'drop-inbox-rows',
    text: `
      with first as (
        select id, kind from inbox where workspace_id = $1 order by workspace_id, id limit ${TAKEN_MAX_ROWS})
      delete from inbox where id = any (array(
          select id from first where id < all (select id from first where kind = 'put_workspace')))
        and not exists (select from workspaces where id = $1)
      returning id`,
    values: [workspaceId],
  };
}

export type TakenRow = InboxRow;
