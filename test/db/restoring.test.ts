import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { Database } from '../../src/db/connection/database.ts';
import { findExecution } from '../../src/db/executions/find-execution.ts';
import { reconcileWorkspace } from '../../src/db/reconcile/reconcile-workspace.ts';
import { endRestoring } from '../../src/db/restore/end-restoring.ts';
import { findRestoring } from '../../src/db/restore/find-restoring.ts';
import { raiseEpoch } from '../../src/db/restore/raise-epoch.ts';
import { findWorkspace } from '../../src/db/workspaces/find-workspace.ts';
import { openTestDatabase } from '../support/database.ts';
import { enqueueOne } from '../support/enqueue.ts';
import { completedReport, insertPending, insertWorkspace, requestOf, statuses } from '../support/rows.ts';

let database: Database;
let close: () => Promise<void>;
before(async () => {
  ({ database, close } = await openTestDatabase());
});
after(() => close());

const VERIFY_AFTER_SECONDS = 3600;
const reconcile = (...request: Parameters<typeof requestOf>) =>
  reconcileWorkspace(database, requestOf(...request), {
    gateRunId: 'run',
    verifyAfterSeconds: VERIFY_AFTER_SECONDS,
  });

/** As far as answers to its gate have come; the events themselves do not matter. */
async function answeredUpTo(workspaceId: string, event: number): Promise<void> {
  const { rowCount } = await database.pool.query(
    'update workspaces set last_event = $2, answered_event = $2 where id = $1',
    [workspaceId, event],
  );
  assert.equal(rowCount, 1);
}

async function epochNow(): Promise<number> {
  const { rows } = await database.pool.query<{ epoch: number }>('select epoch from deployment');
  return rows[0]!.epoch;
}

async function resume(): Promise<string[]> {
  await raiseEpoch(database.db);
  const resumed: string[] = [];
  for await (const ids of endRestoring(database.db)) resumed.push(...ids);
  return resumed.sort();
}

const enqueue = (workspaceId: string, idempotencyKey: string | null = null) =>
  enqueueOne(
    database,
    { workspaceId, workflowType: 'nothing', input: null, idempotencyKey },
    { maxInputBytes: 1_000, knownWorkflowTypes: null },
  );

/** A workspace with pending rows whose gate remembers `event`, in a database that answered up to event 10. */
async function behind(workspaceId: string, event: number, fields: { epoch?: number; pending?: number } = {}) {
  await insertWorkspace(database.pool, workspaceId);
  const ids = await insertPending(database.pool, workspaceId, fields.pending ?? 7);
  await answeredUpTo(workspaceId, 10);
  return { ids, remembered: { lastEvent: event, epoch: fields.epoch ?? (await epochNow()) } };
}

test('an answer names the newest event and the epoch, also of a workspace that has none', async () => {
  await insertWorkspace(database.pool, 'named');
  const first = await reconcile('named');
  assert.deepEqual([first.lastEvent, first.epoch, first.restoringSince], [0, await epochNow(), null]);
  await database.pool.query(`update workspaces set last_event = 12 where id = 'named'`);
  assert.equal((await reconcile('named')).lastEvent, 12);
  const { answeredEvent } = await findWorkspace(database.db, 'named');
  assert.equal(answeredEvent, 12, 'what an answer has named is in the database when it is given');
});

test('a database with all that its gate remembers claims as ever, and so it does for a gate that remembers nothing', async () => {
  const { remembered } = await behind('up-to-date', 10);
  assert.equal((await reconcile('up-to-date', remembered)).claims.length, 5);
  await behind('of-old', 10);
  assert.equal((await reconcile('of-old')).claims.length, 5);
  assert.deepEqual(await findRestoring(database.db), []);
});

test('a database that is behind its gate claims nothing and hands over nothing to start, whoever asks, until it is resumed', async () => {
  const { ids, remembered } = await behind('restored', 11);
  await database.pool.query(
    `update executions set status = 'running', admitted_at = clock_timestamp(), run_id = case when seq = 2 then 'r' end
     where workspace_id = 'restored' and seq <= 2`,
  );
  const before = Date.now();
  const found = await reconcile('restored', remembered);
  assert.deepEqual([found.claims, found.lastEvent, found.startsHeldBack], [[], null, false]);
  assert.equal(found.restoringBegins, true);
  assert.ok(Math.abs(found.restoringSince!.getTime() - before) < 10_000);
  assert.deepEqual(
    found.admitted.map(({ seq, next }) => [seq, next]),
    [[2, 'watch']],
    'what runs is adopted',
  );
  // Another gate run, which remembers nothing: the first one was terminated.
  const again = await reconcile('restored');
  assert.deepEqual([again.claims, again.lastEvent, again.restoringBegins], [[], null, false]);
  assert.deepEqual(again.restoringSince, found.restoringSince);
  assert.deepEqual(await statuses(database.pool, 'restored'), { pending: [3, 4, 5, 6, 7], running: [1, 2] });

  const ended = await reconcile('restored', { ...remembered, closed: [completedReport(ids[1]!)] });
  assert.equal(ended.ended.length, 1, 'ends are recorded');
  assert.deepEqual([ended.claims, ended.admitted], [[], []]);

  assert.deepEqual(await resume(), ['restored']);
  const resumed = await reconcile('restored', remembered);
  assert.deepEqual([resumed.restoringSince, resumed.lastEvent, resumed.epoch], [null, 15, await epochNow()]);
  assert.deepEqual(
    resumed.admitted.map(({ seq, next }) => [seq, next]),
    [1, 3, 4, 5, 6].map((seq) => [seq, 'start']),
  );
});

test('requests that are accepted after a restore do not hide it', async () => {
  const { remembered } = await behind('accepting', 11);
  await database.pool.query(`update workspaces set last_event = 50 where id = 'accepting'`);
  assert.deepEqual((await reconcile('accepting', remembered)).claims, []);
  const { execution, position: placed } = await enqueue('accepting');
  const { restoringSince } = await findWorkspace(database.db, 'accepting');
  assert.ok(restoringSince !== null);
  assert.deepEqual(placed?.restoringSince, restoringSince, 'the answer says so');
  const { position } = await findExecution(database.db, 'accepting', execution.id);
  assert.deepEqual(position?.restoringSince, restoringSince);
  await resume();
});

test('a database from before its epoch was last raised is behind, whatever its numbers are, and resumes at a higher one', async () => {
  const { remembered } = await behind('older', 3, { epoch: 1_000 });
  await database.pool.query('update deployment set epoch = 1');
  assert.equal((await reconcile('older', remembered)).restoringBegins, true);
  await resume();
  const epoch = await epochNow();
  assert.ok(epoch > 1_000, 'though the database knew of 1 alone');
  await raiseEpoch(database.db);
  assert.ok((await epochNow()) > epoch);
});

test('a gate that remembers an earlier epoch is not compared', async () => {
  const { remembered } = await behind('earlier', 11);
  await raiseEpoch(database.db);
  assert.equal((await reconcile('earlier', remembered)).claims.length, 5);
});

test('while a workspace is restoring, a gate that lost its memory starts nothing either, unless it never had one', async () => {
  const { remembered } = await behind('noticed', 11);
  await behind('terminated', 11);
  await insertWorkspace(database.pool, 'new');
  await insertPending(database.pool, 'new', 1);
  await reconcile('noticed', remembered);
  assert.deepEqual((await reconcile('terminated')).claims, []);
  assert.equal((await reconcile('new')).claims.length, 1);
  const { remembered: whole } = await behind('whole', 10);
  assert.equal((await reconcile('whole', whole)).claims.length, 5);
  assert.deepEqual(await resume(), ['noticed', 'terminated']);
  assert.equal((await reconcile('terminated')).claims.length, 5);
});

test('restoring workspaces are listed with what waits, what runs and up to when they are complete', async () => {
  const { remembered } = await behind('listed', 11, { pending: 3 });
  await reconcile('listed', { claim: false });
  const { reconciledAt } = await findWorkspace(database.db, 'listed');
  await database.pool.query(
    `update executions set status = 'running', admitted_at = clock_timestamp() where workspace_id = 'listed' and seq = 1`,
  );
  assert.deepEqual(await findRestoring(database.db), []);
  const { restoringSince } = await reconcile('listed', remembered);
  await reconcile('listed', remembered);
  assert.deepEqual(await findRestoring(database.db), [
    { id: 'listed', restoringSince, restoredTo: reconciledAt, pending: 2, running: 1 },
  ]);
  await resume();
  const { restoredTo } = await findWorkspace(database.db, 'listed');
  assert.equal(restoredTo, null);
});

test('what is handed over to start names the digest of its key', async () => {
  await insertWorkspace(database.pool, 'keyed');
  await enqueue('keyed', 'order 7');
  await enqueue('keyed');
  const { admitted } = await reconcile('keyed');
  const digest = createHash('sha256').update('order 7').digest('hex');
  assert.deepEqual(
    admitted.map(({ keyDigest }) => keyDigest),
    [digest, undefined],
  );
});
