import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Database } from '../../src/db/connection/database.ts';
import { reconcileWorkspace } from '../../src/db/reconcile/reconcile-workspace.ts';
import { advanceSchedule } from '../../src/db/schedule/advance-schedule.ts';
import { findDuePauses } from '../../src/db/schedule/find-due-pauses.ts';
import { findOverdueWorkspaces } from '../../src/db/sweep/find-overdue-workspaces.ts';
import { endDuePause, pauseWorkspace, resumeWorkspace } from '../../src/db/workspaces/pause-workspace.ts';
import { InvalidAttributeError, NoFreeSlotError } from '../../src/domain/refusals.ts';
import { openTestDatabase } from '../support/database.ts';
import { enqueueOne } from '../support/enqueue.ts';
import { insertPending, insertWorkspace, requestOf } from '../support/rows.ts';

let database: Database;
let close: () => Promise<void>;
before(async () => {
  ({ database, close } = await openTestDatabase());
});
after(() => close());

const ACTING = { by: null, source: 'api' } as const;

let workspaces = 0;
async function workspace(pending = 0): Promise<string> {
  const id = `ws-${++workspaces}`;
  await insertWorkspace(database.pool, id);
  if (pending > 0) await insertPending(database.pool, id, pending);
  return id;
}

const pause = (id: string, until: Date | null = null, reason = 'test') =>
  pauseWorkspace(database, id, { reason, until }, ACTING);

const reconcile = (workspaceId: string, fields = {}) =>
  reconcileWorkspace(database, requestOf(workspaceId, fields), {
    gateRunId: 'run',
    verifyAfterSeconds: 3_600,
  });

const HOUR_MS = 3_600_000;
const inHours = (hours: number) => new Date(Date.now() + hours * HOUR_MS);

/** Moves the end of a pause into the past, as if that time had passed. */
const passed = (id: string) =>
  database.pool.query(
    `update workspaces set paused_at = clock_timestamp() - interval '1 hour', paused_until = clock_timestamp() - interval '1 second'
     where id = $1`,
    [id],
  );

const acts = async (id: string) => {
  const { rows } = await database.pool.query<{ act: string; source: string }>(
    'select act, source from changes where workspace_id = $1 order by id',
    [id],
  );
  return rows.map(({ act, source }) => `${act} by ${source}`);
};

test('while a workspace is paused nothing is claimed, and the answer says why and does not ask to be asked again', async () => {
  const id = await workspace(3);
  const until = inHours(1);
  await pause(id, until, 'billing overdue');
  const paused = await reconcile(id, { startsAtMost: 20 });
  assert.deepEqual([paused.running, paused.pending, paused.claims, paused.startsHeldBack], [0, 3, [], false]);
  assert.deepEqual([paused.paused?.reason, paused.paused?.until], ['billing overdue', until.toISOString()]);
  await resumeWorkspace(database, id, ACTING);
  const resumed = await reconcile(id);
  assert.deepEqual([resumed.running, resumed.pending, resumed.paused], [3, 0, null]);
});

test('what runs while a workspace is paused is handed over, and its end frees a slot that nobody gets', async () => {
  const id = await workspace(7);
  const { admitted } = await reconcile(id);
  assert.equal(admitted.length, 5);
  await pause(id);
  const [first] = admitted;
  const after = await reconcile(id, {
    closed: [
      {
        executionId: first!.executionId,
        closedAt: new Date().toISOString(),
        outcome: { status: 'completed', result: null, resultOmitted: null, failure: null },
      },
    ],
  });
  assert.deepEqual([after.running, after.pending, after.admitted.length], [4, 2, 4]);
});

test('a claim goes by the clock: when the time of a pause has come it waits for no poller', async () => {
  const id = await workspace(2);
  await pause(id, inHours(1));
  assert.equal((await reconcile(id)).running, 0);
  await passed(id);
  const { running, paused } = await reconcile(id);
  assert.deepEqual([running, paused], [2, null]);
});

test('a pause whose time has come is found and ended once, with its record; one that has time left, or no end, is not', async () => {
  const [due, later, endless] = [await workspace(), await workspace(), await workspace()];
  for (const [id, until] of [
    [due, inHours(1)],
    [later, inHours(1)],
    [endless, null],
  ] as const)
    await pause(id, until);
  await passed(due);
  const found = async () =>
    (await findDuePauses(database.db)).filter((id) => [due, later, endless].includes(id));
  assert.deepEqual(await found(), [due]);
  const ended = await Promise.all([1, 2, 3].map(() => endDuePause(database, due)));
  assert.equal(ended.filter((was) => was).length, 1);
  for (const id of [later, endless]) assert.equal(await endDuePause(database, id), false);
  assert.deepEqual(await found(), []);
  assert.deepEqual(await acts(due), ['paused by api', 'resumed by itself']);
  assert.deepEqual(await acts(later), ['paused by api']);
});

test('a pause that is prolonged before it is ended goes on', async () => {
  const id = await workspace(1);
  await pause(id, inHours(1));
  await passed(id);
  await pause(id, inHours(2), 'longer');
  assert.equal(await endDuePause(database, id), false);
  assert.equal((await reconcile(id)).paused?.reason, 'longer');
});

test('a repeated pause and a resume without one change nothing and leave no record', async () => {
  const id = await workspace();
  const until = inHours(1);
  assert.equal((await resumeWorkspace(database, id, ACTING)).change, 'none');
  assert.equal((await pause(id, until)).change, 'changed');
  assert.equal((await pause(id, until)).change, 'none');
  assert.equal((await pause(id, until, 'another')).change, 'changed');
  assert.deepEqual(await acts(id), ['paused by api', 'paused by api']);
  await assert.rejects(pause(id, new Date(Date.now() - 1_000)), InvalidAttributeError);
});

test('a request that would rather be refused than wait is refused while its workspace is paused', async () => {
  const id = await workspace();
  await pause(id);
  const rules = { maxInputBytes: 2 ** 21, knownWorkflowTypes: null };
  await assert.rejects(
    enqueueOne(database, { workspaceId: id, ifBusy: 'reject' }, rules),
    (error) => error instanceof NoFreeSlotError && /is paused/.test(error.message),
  );
  await enqueueOne(database, { workspaceId: id }, rules);
  await passed(id);
  await enqueueOne(database, { workspaceId: id, ifBusy: 'reject' }, rules);
});

test('scheduled executions enter the queue of a paused workspace, and expire there', async () => {
  const id = await workspace();
  const rules = { maxInputBytes: 2 ** 21, knownWorkflowTypes: null };
  for (const startBefore of [undefined, inHours(2).toISOString()])
    await enqueueOne(
      database,
      {
        workspaceId: id,
        attributes: { startAfter: inHours(1).toISOString(), ...(startBefore && { startBefore }) },
      },
      rules,
    );
  await pause(id);
  await database.pool.query(
    `update executions set start_after = clock_timestamp() - interval '1 hour' where workspace_id = $1`,
    [id],
  );
  assert.equal((await advanceSchedule(database, id)).entered.length, 2);
  await database.pool.query(
    `update executions set start_before = clock_timestamp() - interval '1 second' where workspace_id = $1 and start_before is not null`,
    [id],
  );
  assert.equal((await advanceSchedule(database, id)).expired.length, 1);
  const { running, pending } = await reconcile(id);
  assert.deepEqual([running, pending], [0, 1]);
});

test('the sweep leaves a paused workspace alone where only its queue waits, and takes it as any other when its time has come', async () => {
  const id = await workspace(1);
  await pause(id, inHours(1));
  await database.pool.query(
    `update workspaces set reconciled_at = clock_timestamp() - interval '20 seconds' where id = $1`,
    [id],
  );
  const overdue = async () =>
    (await findOverdueWorkspaces(database.db, { after: null, intervalSeconds: 10, limit: 100 })).map(
      (found) => found.id,
    );
  assert.ok(!(await overdue()).includes(id));
  await passed(id);
  assert.ok((await overdue()).includes(id));
});
