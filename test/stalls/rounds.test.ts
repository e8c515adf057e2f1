import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Database } from '../../src/db/connection/database.ts';
import { recordStalls } from '../../src/db/stalls/record-stalls.ts';
import { findRunningAfter, moveStallRound, takeStallRound } from '../../src/db/stalls/stall-round.ts';
import type { Stall } from '../../src/domain/stall.ts';
import type { Log } from '../../src/process/log.ts';
import { changedWorkspaces, logChanges } from '../../src/worker/stalls/stall-changes.ts';
import { openTestDatabase } from '../support/database.ts';
import { endRows, insertPending, insertWorkspace } from '../support/rows.ts';

let database: Database;
let close: () => Promise<void>;
before(async () => {
  ({ database, close } = await openTestDatabase({ poolSize: 10 }));
});
after(() => close());

async function running(workspaceId: string, count: number): Promise<string[]> {
  await insertWorkspace(database.pool, workspaceId);
  const ids = await insertPending(database.pool, workspaceId, count);
  await database.pool.query(
    `update executions set status = 'running', admitted_at = now() - interval '1 hour' where id = any($1)`,
    [ids],
  );
  return ids;
}

const failing = (message = 'by the test'): Stall => ({
  reason: 'task-failing',
  message: 'its task fails',
  since: new Date(),
  taskFailure: { cause: 'UNSPECIFIED', message, attempt: 3 },
});

/** The lines of a log, by level. */
function lines(): { log: Log; warn: unknown[]; info: unknown[] } {
  const [warn, info]: unknown[][] = [[], []];
  return {
    log: { warn: (line: unknown) => warn!.push(line), info: (line: unknown) => info!.push(line) } as never,
    warn: warn!,
    info: info!,
  };
}

test('of many processes that ask for the round that is due one gets it, and the next when it is due', async () => {
  const ask = async () => {
    const taken = await Promise.all(
      Array.from({ length: 8 }, () => takeStallRound(database.db, { intervalSeconds: 3_600 })),
    );
    return taken.filter((position) => position !== null);
  };
  assert.deepEqual(await ask(), [{ workspaceId: '', seq: 0 }]);
  await moveStallRound(database.db, { workspaceId: 'a', seq: 7 });
  assert.deepEqual(await ask(), []);
  await database.pool.query('update stall_round set due_at = clock_timestamp()');
  assert.deepEqual(await ask(), [{ workspaceId: 'a', seq: 7 }]);
});

test('rounds go through all running executions, page by page', async () => {
  const ids = [...(await running('round-a', 3)), ...(await running('round-b', 2))];
  const page = { admittedBeforeSeconds: 60, limit: 2 };
  const seen: string[] = [];
  let after = { workspaceId: 'round-', seq: 0 };
  for (;;) {
    const found = await findRunningAfter(database.db, after, page);
    seen.push(...found.map(({ executionId }) => executionId));
    if (found.length < page.limit) break;
    after = found.at(-1)!;
  }
  assert.deepEqual(seen, ids);
});

test('a workspace that stalls is logged once for each reason, however often it is seen, and once when it is over', async () => {
  const [first, second] = await running('logged', 2);
  const { log, warn, info } = lines();
  const see = async (stalled: string[], moving: string[] = []) => {
    const counts = await recordStalls(database, {
      stalled: stalled.map((executionId) => ({ executionId, stall: failing('secret \u0000 of a tenant') })),
      moving,
    });
    logChanges(log, counts);
    return changedWorkspaces(counts);
  };
  assert.deepEqual(await see([first!]), ['logged']);
  assert.deepEqual(await see([first!]), []);
  assert.deepEqual(await see([first!, second!]), ['logged']);
  assert.deepEqual(warn, [{ workspaceId: 'logged', reason: 'task-failing', executions: 1 }]);
  assert.deepEqual(await see([second!], [first!]), ['logged']);
  assert.deepEqual(info, []);
  // It ends without anybody looking at it again.
  await endRows(database.pool, [second]);
  assert.deepEqual(await see([]), ['logged']);
  assert.equal(info.length, 1);
  assert.equal(warn.length, 1);
  assert.equal((await database.pool.query('select 1 from stalled_executions')).rowCount, 0);
});

test('an execution that has ended is not recorded as stalled', async () => {
  const [id] = await running('ended', 1);
  await endRows(database.pool, [id]);
  const { after: counts } = await recordStalls(database, {
    stalled: [{ executionId: id!, stall: failing() }],
    moving: [],
  });
  assert.deepEqual(counts, []);
});
