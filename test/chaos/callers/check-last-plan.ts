import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { onServer } from '../../../src/db/server/on-server.ts';
import { putWorkspaceBySql } from '../../support/sql-callers.ts';
import { BILLED } from '../load/load.ts';

/** Nothing is down any more: a look at the inbox, and some for a busy machine. */
const SEQUENCED_WITHIN_MS = 10_000;
const LOOK_MS = 100;

/** Changes the tier of a workspace by SQL once more, and says so if it does not get the one that was put last. */
export async function checkLastPlan(pool: Pool, callersUrl: string): Promise<string[]> {
  const tierOf = async () => {
    const { rows } = await pool.query<{ tier: string }>('select tier from workspaces where id = $1', [
      BILLED.id,
    ]);
    return rows[0]?.tier;
  };
  const wanted = (await tierOf()) === 'pro' ? 'enterprise' : 'pro';
  await onServer(callersUrl, (client) => putWorkspaceBySql(client, BILLED.id, wanted));
  const end = performance.now() + SEQUENCED_WITHIN_MS;
  for (;;) {
    if ((await tierOf()) === wanted) return [];
    if (performance.now() > end) return [`${BILLED.id} was put last as ${wanted}, and is ${await tierOf()}`];
    await delay(LOOK_MS);
  }
}
