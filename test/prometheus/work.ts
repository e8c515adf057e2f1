import assert from 'node:assert/strict';
import { executionWorkflowId } from '../../src/domain/names.ts';
import { eventually } from '../support/eventually.ts';
import type { Installation } from './installation.ts';
import { again } from './troubles/trouble.ts';

/** Short enough for many handoffs in a scrape's window. */
const REST_MS = 200;

/** Two workspaces of different tiers with a limit of two and a queue behind it, and executions that fail among others, until the returned function is called; it resolves when all has ended. */
export async function keepBusy({ enqueue, sluice, sql }: Installation): Promise<() => Promise<void>> {
  const workspaces = { busy: 'pro', busier: 'enterprise' } as const;
  for (const [id, tier] of Object.entries(workspaces))
    await sluice.workspaces.put(id, { tier, limitOverride: 2 });
  const stop = again(REST_MS, async () => {
    for (const workspaceId of Object.keys(workspaces)) {
      const { pending } = await sluice.workspaces.get(workspaceId);
      if (pending >= 6) continue;
      await enqueue(workspaceId, 'restFor', REST_MS);
      await enqueue(workspaceId, 'refused');
    }
  });
  return async () => {
    await stop();
    await eventually(async () => {
      const live = await sql(`select id from executions where workspace_id in ('busy', 'busier')`);
      assert.equal(live.length, 0);
    }, 60_000);
  };
}

/** As a service does in a transaction of its own; gives the id. */
export async function enqueueBySql(
  { sql }: Installation,
  workspaceId: string,
  input: string,
  key: string,
): Promise<string> {
  await sql(
    `insert into sluice.role_grants (role, workspace_id, "right") values (session_user, $1, 'enqueue') on conflict do nothing`,
    [workspaceId],
  );
  const [row] = await sql<{ id: string }>(`select sluice.enqueue($1, 'nothing', $2::text, $3) as id`, [
    workspaceId,
    input,
    key,
  ]);
  return row!.id;
}

/** A workspace with executions that run until they are told to end, or wait behind them. */
export async function holdSlots(
  { enqueue, sluice }: Installation,
  workspaceId: string,
  { limit, executions }: { limit: number; executions: number },
): Promise<string[]> {
  await sluice.workspaces.put(workspaceId, { tier: 'pro', limitOverride: limit });
  const ids: string[] = [];
  for (let n = 0; n < executions; n++) ids.push(await enqueue(workspaceId, 'untilTold'));
  return ids;
}

/** Tells them to end, in their order, and waits until they have. */
export async function finish({ client, sql }: Installation, ids: readonly string[]): Promise<void> {
  for (const id of ids)
    await eventually(() => client.workflow.getHandle(executionWorkflowId(id)).signal('finish'), 60_000);
  await eventually(async () => {
    assert.equal((await sql('select id from executions where id = any ($1)', [ids])).length, 0);
  }, 60_000);
}
