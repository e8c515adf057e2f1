import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';

/** What a row of the inbox may say beside its workspace. */
export interface InInbox {
  readonly id?: string;
  readonly workflowType?: string;
  readonly input?: string | null;
  readonly idempotencyKey?: string | null;
  readonly attributes?: object | null;
}

/** Puts an execution into the inbox, as `sluice.enqueue` does once it has checked all, in the client's transaction. Gives its id. */
export async function insertIntoInbox(
  client: pg.Pool | pg.ClientBase,
  workspaceId: string,
  { id = uuidv7(), workflowType = 't', input = null, idempotencyKey = null, attributes = null }: InInbox = {},
): Promise<string> {
  await client.query(
    `insert into sluice.inbox (id, workspace_id, kind, workflow_type, input, idempotency_key, attributes, "by")
     values ($1, $2, 'enqueue', $3, $4, $5, $6, 'role:test')`,
    [id, workspaceId, workflowType, input, idempotencyKey, attributes && JSON.stringify(attributes)],
  );
  return id;
}

/** The same for `sluice.put_workspace`. */
export async function insertPut(
  client: pg.Pool | pg.ClientBase,
  workspaceId: string,
  tier: string,
): Promise<void> {
  await client.query(
    `insert into sluice.inbox (id, workspace_id, kind, tier, "by") values ($1, $2, 'put_workspace', $3, 'role:test')`,
    [uuidv7(), workspaceId, tier],
  );
}
