import type pg from 'pg';
import { micros } from './micros.ts';

/** While nothing may be admitted, in microseconds since 1970; `to` is Infinity for a pause that is on and has no end. */
export interface AuditedPause {
  readonly from: number;
  readonly to: number;
}

interface Row {
  act: 'paused' | 'resumed' | 'workspace_gone';
  at: string;
  until: string | null;
}

/** The pauses of a workspace as they were recorded, in the transaction of the client: each lasted until its end, or until somebody ended or changed it. */
export async function readPauses(client: pg.PoolClient, workspaceId: string): Promise<AuditedPause[]> {
  const { rows } = await client.query<Row>(
    `select act, ${micros('at')} as at, ${micros(`("to" ->> 'until')::timestamptz`)} as until from changes
     where workspace_id = $1 and act in ('paused', 'resumed', 'workspace_gone') order by id`,
    [workspaceId],
  );
  const pauses: AuditedPause[] = [];
  let open: AuditedPause | null = null;
  const close = (at: number) => {
    if (open !== null) pauses.push({ from: open.from, to: Math.min(open.to, at) });
    open = null;
  };
  for (const { act, at, until } of rows) {
    close(Number(at));
    if (act === 'paused') open = { from: Number(at), to: until === null ? Infinity : Number(until) };
  }
  close(Infinity);
  return pauses;
}
