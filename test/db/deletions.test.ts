import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Database } from '../../src/db/connection/database.ts';
import { beginDeletion } from '../../src/db/deletions/begin-deletion.ts';
import { deleteRows } from '../../src/db/deletions/delete-rows.ts';
import { CANCELLED_MAX_ROWS, endWork } from '../../src/db/deletions/end-work.ts';
import { findDeletions } from '../../src/db/deletions/find-deletions.ts';
import { finishDeletion } from '../../src/db/deletions/finish-deletion.ts';
import { wasDeleted } from '../../src/db/deletions/was-deleted.ts';
import { rotateKey } from '../../src/db/keys/rotate-key.ts';
import { reconcileWorkspace } from '../../src/db/reconcile/reconcile-workspace.ts';
import { patchWorkspace } from '../../src/db/workspaces/patch-workspace.ts';
import { pauseWorkspace } from '../../src/db/workspaces/pause-workspace.ts';
import { putWorkspace } from '../../src/db/workspaces/put-workspace.ts';
import {
  WorkspaceDeletingError,
  WorkspaceHasWorkError,
  WorkspaceNotFoundError,
} from '../../src/domain/refusals.ts';
import { newKey } from '../../src/keys/key-text.ts';
import { openTestDatabase } from '../support/database.ts';
import { enqueueOne } from '../support/enqueue.ts';
import { eventually } from '../support/eventually.ts';
import { insertTestKey } from '../support/keys.ts';
import { completedReport, endRows, insertPending, insertWorkspace, requestOf } from '../support/rows.ts';

let database: Database;
let close: () => Promise<void>;
before(async () => {
  ({ database, close } = await openTestDatabase());
});
after(() => close());

const ACTING = { by: null, source: 'api' } as const;
const SETTINGS = { tier: 'pro', limitOverride: null, workers: 'pool' } as const;
const RULES = { maxInputBytes: 2 ** 21, knownWorkflowTypes: null };

let workspaces = 0;
async function workspace(pending = 0): Promise<string> {
  const id = `ws-${++workspaces}`;
  await insertWorkspace(database.pool, id);
  if (pending > 0) await insertPending(database.pool, id, pending, '"secret"');
  await database.pool.query(
    `insert into workspace_samples (workspace_id, minute, pending, running) values ($1, now(), 1, 1)`,
    [id],
  );
  return id;
}

const reconcile = (workspaceId: string, fields = {}) =>
  reconcileWorkspace(database, requestOf(workspaceId, fields), {
    gateRunId: 'run',
    verifyAfterSeconds: 3_600,
  });

const begin = (id: string, mayEndWork = true) => beginDeletion(database, id, { endWork: mayEndWork }, ACTING);

const openDeletions = async (id: string) =>
  (await findDeletions(database.db)).flatMap(({ workspaceId, hasWork }) =>
    workspaceId === id ? [hasWork] : [],
  );

/** Whatever is left of a workspace, by table. */
async function left(id: string): Promise<Record<string, number>> {
  const { rows } = await database.pool.query<Record<string, number>>(
    `select (select count(*) from workspaces where id = $1)::integer as workspaces,
       (select count(*) from executions where workspace_id = $1)::integer as executions,
       (select count(*) from ended_executions where workspace_id = $1)::integer as ended,
       (select count(*) from events where workspace_id = $1)::integer as events,
       (select count(*) from limit_changes where workspace_id = $1)::integer as limits,
       (select count(*) from stalled_executions where workspace_id = $1)::integer as stalls,
       (select count(*) from workspace_samples where workspace_id = $1)::integer as samples`,
    [id],
  );
  return rows[0]!;
}

const NOTHING = { workspaces: 0, executions: 0, ended: 0, events: 0, limits: 0, stalls: 0, samples: 0 };

/** As the poller does it, with a gate that ends. */
async function deleteWhole(id: string): Promise<void> {
  await begin(id);
  while ((await endWork(database, id)).cancelled.length > 0);
  while ((await deleteRows(database, id)) === 'more');
  assert.equal(await finishDeletion(database, id), true);
}

test('a workspace with work is not deleted unless its work may be ended: the refusal counts it, and changes nothing', async () => {
  const id = await workspace(7);
  await reconcile(id);
  await enqueueOne(
    database,
    { workspaceId: id, attributes: { startAfter: new Date(Date.now() + 3_600_000).toISOString() } },
    RULES,
  );
  await assert.rejects(begin(id, false), (error) => {
    assert.ok(error instanceof WorkspaceHasWorkError);
    assert.deepEqual([error.running, error.pending, error.scheduled], [5, 2, 1]);
    return true;
  });
  assert.deepEqual(await openDeletions(id), []);
  const { work } = await begin(id);
  assert.deepEqual(work, { running: 5, pending: 2, scheduled: 1 });
  assert.deepEqual(await openDeletions(id), [true]);
});

test('from its deletion on a workspace takes nothing new, and admits nothing of what waits', async () => {
  const id = await workspace(2);
  const { since } = await begin(id);
  await assert.rejects(enqueueOne(database, { workspaceId: id }, RULES), WorkspaceDeletingError);
  await assert.rejects(patchWorkspace(database, id, { limitOverride: 3 }), WorkspaceDeletingError);
  await assert.rejects(
    putWorkspace(database, id, SETTINGS, { maxWorkspaces: 1_000 }),
    WorkspaceDeletingError,
  );
  await assert.rejects(
    pauseWorkspace(database, id, { reason: 'x', until: null }, ACTING),
    WorkspaceDeletingError,
  );
  await assert.rejects(insertTestKey(database, { workspaceId: id }), WorkspaceDeletingError);
  const { running, pending, isEmptied } = await reconcile(id);
  assert.deepEqual([running, pending, isEmptied], [0, 2, false]);
  assert.deepEqual((await begin(id, false)).since, since, 'a repeat says when it began');
});

test('pending and scheduled executions are cancelled in batches, and running ones asked to terminate once', async () => {
  const id = await workspace(5);
  const { admitted } = await reconcile(id);
  await insertPending(database.pool, id, CANCELLED_MAX_ROWS + 1);
  await begin(id);
  const first = await endWork(database, id);
  assert.deepEqual([first.cancelled.length, first.asked], [CANCELLED_MAX_ROWS, 5]);
  const second = await endWork(database, id);
  assert.deepEqual([second.cancelled.length, second.asked], [1, 0]);
  const told = await reconcile(id, { known: admitted.map(({ executionId }) => executionId) });
  assert.deepEqual([told.running, told.pending, told.terminate.length, told.isEmptied], [5, 0, 5, false]);
  assert.equal(await deleteRows(database, id), 'busy', 'what runs keeps its workspace');
  assert.equal(await finishDeletion(database, id), false);
  const closed = admitted.map(({ executionId }) => completedReport(executionId));
  assert.equal((await reconcile(id, { closed })).isEmptied, true);
  assert.deepEqual(await openDeletions(id), [false]);
});

test('nothing ends in a workspace that is not being deleted', async () => {
  const id = await workspace(3);
  await reconcile(id);
  await insertPending(database.pool, id, 2);
  assert.deepEqual(await endWork(database, id), { cancelled: [], asked: 0 });
  assert.equal(await deleteRows(database, id), 'busy');
  assert.equal(await finishDeletion(database, id), false);
  assert.equal((await left(id))['executions'], 5);
});

test('rows, payloads, aliases and events go batch by batch, of this workspace alone; changes and a summary of its use stay', async () => {
  const [id, other] = [await workspace(), await workspace(3)];
  const ids = await insertPending(database.pool, id, 1_203, '"secret"');
  await reconcile(id);
  await endRows(database.pool, ids);
  await database.pool.query('update workspaces set pending = 0, running = 0 where id = $1', [id]);
  await begin(id);
  await database.pool.query(
    `insert into execution_aliases (workspace_id, id, execution_id) select $1, gen_random_uuid(), unnest($2::uuid[])`,
    [id, ids],
  );
  let batches = 0;
  while ((await deleteRows(database, id)) === 'more') batches++;
  assert.equal(batches, 2);
  assert.equal(await finishDeletion(database, id), true);
  assert.deepEqual(await left(id), NOTHING);
  const payloads = await database.pool.query('select from payloads where execution_id = any($1::uuid[])', [
    ids,
  ]);
  const aliases = await database.pool.query('select from execution_aliases where workspace_id = $1', [id]);
  assert.deepEqual([payloads.rowCount, aliases.rowCount], [0, 0]);
  assert.deepEqual([(await left(other))['executions'], (await left(other))['workspaces']], [3, 1]);
  const { rows } = await database.pool.query<{ act: string; to: { usage?: Record<string, number> } }>(
    'select act, "to" from changes where workspace_id = $1 order by id',
    [id],
  );
  assert.deepEqual(
    rows.map(({ act }) => act),
    ['workspace_deleted', 'workspace_gone'],
  );
  assert.equal(rows[1]!.to.usage!['completed'], 1_203);
  assert.equal(await wasDeleted(database.db, id), true);
  assert.equal(await wasDeleted(database.db, other), false);
  await assert.rejects(reconcile(id), WorkspaceNotFoundError);
});

test('several pollers delete a workspace together, each row once', async () => {
  const id = await workspace();
  const ids = await insertPending(database.pool, id, 2_100);
  await endRows(database.pool, ids);
  await database.pool.query('update workspaces set pending = 0 where id = $1', [id]);
  await begin(id);
  const poll = async (): Promise<void> => {
    while (!(await wasDeleted(database.db, id)))
      if ((await deleteRows(database, id)) === 'done') await finishDeletion(database, id);
  };
  await Promise.all([poll(), poll(), poll()]);
  const { rows } = await database.pool.query<{ usage: Record<string, number> }>(
    'select usage from workspace_deletions where workspace_id = $1',
    [id],
  );
  assert.equal(rows[0]!.usage['completed'], 2_100);
  assert.deepEqual(await left(id), NOTHING);
});

test('the keys of a deleted workspace are revoked in its deletion, and no other', async () => {
  const id = await workspace();
  const [own, others] = [await insertTestKey(database, { workspaceId: id }), await insertTestKey(database)];
  const { revokedKeys } = await begin(id);
  assert.deepEqual(revokedKeys, [own.id]);
  const { rows } = await database.pool.query<{ id: string }>(
    'select id from api_keys where revoked_at is not null and id = any($1)',
    [[own.id, others.id]],
  );
  assert.deepEqual(rows, [{ id: own.id }]);
});

test('the grants of a deleted workspace are gone with it, and those of all workspaces stay', async () => {
  const [id, other] = [await workspace(), await workspace()];
  await database.pool.query(
    `insert into role_grants (role, workspace_id, "right") values ('shop', $1, 'enqueue'), ('shop', $1, 'put_workspace'), ('shop', $2, 'enqueue'), ('shop', '*', 'enqueue')`,
    [id, other],
  );
  await deleteWhole(id);
  const { rows } = await database.pool.query<{ of: string }>(
    'select workspace_id as of from role_grants order by workspace_id',
  );
  assert.deepEqual(
    rows.map(({ of }) => of),
    ['*', other],
  );
});

test('a workspace that is put again starts clean, and its events go on: no gate that remembers the former takes the database for a restored one', async () => {
  const id = await workspace(3);
  const { admitted, epoch } = await reconcile(id);
  const closed = admitted.map(({ executionId }) => completedReport(executionId));
  const { lastEvent } = await reconcile(id, { closed });
  assert.equal(lastEvent, 6);
  await deleteWhole(id);
  const { change, workspace: again } = await putWorkspace(database, id, SETTINGS, { maxWorkspaces: 1_000 });
  assert.equal(change, 'created');
  assert.deepEqual([again.lastSeq, again.pending, again.deletingSince, again.pausedAt], [0, 0, null, null]);
  await insertPending(database.pool, id, 1);
  const [late, fresh] = [
    await reconcile(id, { lastEvent, epoch, known: admitted.map(({ executionId }) => executionId), closed }),
    await reconcile(id),
  ];
  assert.deepEqual([late.restoringSince, late.running, late.ended], [null, 1, []]);
  assert.deepEqual([fresh.restoringSince, fresh.running], [null, 1]);
  assert.ok(fresh.lastEvent! > lastEvent);
});

test('one that is put again in the very moment in which the former goes has its last event too', async () => {
  const id = await workspace();
  await begin(id);
  await endWork(database, id);
  await database.pool.query('update workspaces set last_event = 41 where id = $1', [id]);
  const going = await database.pool.connect();
  await going.query('begin');
  await going.query('delete from limit_changes where workspace_id = $1', [id]);
  await going.query('delete from workspaces where id = $1', [id]);
  await going.query(
    'update workspace_deletions set finished_at = clock_timestamp(), last_event = 41 where workspace_id = $1',
    [id],
  );
  const put = putWorkspace(database, id, SETTINGS, { maxWorkspaces: 1_000 });
  await eventually(async () => {
    const { rowCount } = await database.pool.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    assert.equal(rowCount, 1);
  });
  await going.query('commit');
  going.release();
  const { change, workspace: again } = await put;
  assert.deepEqual([change, again.lastEvent, again.answeredEvent], ['created', 41, 41]);
});

test('a key that is rotated while its workspace is deleted has no successor that lives', async () => {
  for (let round = 0; round < 10; round++) {
    const id = await workspace();
    const { id: keyId } = await insertTestKey(database, { workspaceId: id });
    const { id: successor, secretHash } = newKey();
    const rotation = {
      id: keyId,
      graceSeconds: 60,
      successor: { id: successor, secretHash, createdBy: null },
    };
    await Promise.all([begin(id), rotateKey(database, rotation).catch(() => null)]);
    const { rowCount } = await database.pool.query(
      'select from api_keys where workspace_id = $1 and revoked_at is null',
      [id],
    );
    assert.equal(rowCount, 0);
  }
});

test('a key is made before the deletion of its workspace, and revoked by it, or not at all', async () => {
  for (let round = 0; round < 10; round++) {
    const id = await workspace();
    const made = insertTestKey(database, { workspaceId: id }).catch((error: unknown) => error);
    await Promise.all([begin(id), made]);
    const { rowCount } = await database.pool.query(
      'select from api_keys where workspace_id = $1 and revoked_at is null',
      [id],
    );
    assert.equal(rowCount, 0);
  }
});
