import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Database, openDatabase } from '../../src/db/connection/database.ts';
import { cancelExecution } from '../../src/db/executions/cancel-execution.ts';
import { reconcileWorkspace } from '../../src/db/reconcile/reconcile-workspace.ts';
import { patchWorkspace } from '../../src/db/workspaces/patch-workspace.ts';
import { NoFreeSlotError } from '../../src/domain/refusals.ts';
import { createEnqueue, type Enqueue } from '../../src/enqueue/enqueue.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { accepted, enqueueRequest } from '../support/enqueue.ts';
import { completedReport, insertWorkspace, requestOf, statuses } from '../support/rows.ts';

let testDatabase: TestDatabase;
/** As many API processes. */
let databases: Database[];
let enqueues: Enqueue[];

before(async () => {
  testDatabase = await createTestDatabase();
  databases = [1, 2, 3].map(() =>
    openDatabase({ url: testDatabase.url, poolSize: 4, applicationName: 'test', onError: () => {} }),
  );
  enqueues = databases.map(
    (database) => createEnqueue({ database, maxInputBytes: 1_000, maxHeldBytes: 1_000_000 }).enqueue,
  );
});
after(async () => {
  await Promise.all(databases.map((database) => database.close()));
  await testDatabase.drop();
});

const ask = (
  workspaceId: string,
  ifBusy: 'queue' | 'reject',
  nth = 0,
  idempotencyKey: string | null = null,
) =>
  enqueues[nth % enqueues.length]!(
    enqueueRequest({ workspaceId, workflowType: 'demo', ifBusy, idempotencyKey }),
  );

/** What a gate does that knows nothing but the ends. */
const reconcile = (workspaceId: string, ended: readonly string[] = []) =>
  reconcileWorkspace(
    databases[0]!,
    requestOf(workspaceId, { closed: ended.map((id) => completedReport(id)) }),
    { gateRunId: 'run', verifyAfterSeconds: 3_600 },
  );

const pool = () => databases[0]!.pool;

const stored = async (answer: ReturnType<Enqueue>) => accepted(await answer);

async function refused(answer: ReturnType<Enqueue>): Promise<NoFreeSlotError> {
  const outcome = await answer;
  assert.ok(outcome.kind === 'refused' && outcome.error instanceof NoFreeSlotError, outcome.kind);
  return outcome.error;
}

const facts = ({ limit, running, pending }: NoFreeSlotError) => ({ limit, running, pending });

test('of 100 requests at once that would rather not wait exactly as many are stored as the limit has slots', async () => {
  await insertWorkspace(pool(), 'five');
  const outcomes = await Promise.all(Array.from({ length: 100 }, (_, nth) => ask('five', 'reject', nth)));
  assert.equal(outcomes.filter(({ kind }) => kind === 'placed').length, 5);
  for (const outcome of outcomes) {
    if (outcome.kind === 'refused')
      assert.deepEqual(facts(outcome.error as NoFreeSlotError), { limit: 5, running: 0, pending: 5 });
  }
  assert.deepEqual(await statuses(pool(), 'five'), { pending: [1, 2, 3, 4, 5] });
});

test('a slot that an end frees is had once, and what waits has it first', async () => {
  await insertWorkspace(pool(), 'freed', { limitOverride: 2 });
  for (let nth = 0; nth < 3; nth++) await stored(ask('freed', 'queue'));
  const { admitted } = await reconcile('freed');
  assert.deepEqual(facts(await refused(ask('freed', 'reject'))), { limit: 2, running: 2, pending: 1 });
  await reconcile('freed', [admitted[0]!.executionId]);
  assert.deepEqual(facts(await refused(ask('freed', 'reject'))), { limit: 2, running: 2, pending: 0 });
  await reconcile('freed', [admitted[1]!.executionId]);
  const outcomes = await Promise.all([0, 1, 2, 3].map((nth) => ask('freed', 'reject', nth)));
  assert.deepEqual(outcomes.map(({ kind }) => kind).sort(), ['placed', 'refused', 'refused', 'refused']);
});

test('a limit that is changed counts at once, and one that leaves the queue makes room', async () => {
  await insertWorkspace(pool(), 'changed', { limitOverride: 1 });
  const first = await stored(ask('changed', 'reject'));
  await refused(ask('changed', 'reject'));
  await patchWorkspace(databases[0]!, 'changed', { limitOverride: 2 });
  await stored(ask('changed', 'reject'));
  await refused(ask('changed', 'reject'));
  await cancelExecution(databases[0]!, 'changed', first.execution.id);
  await stored(ask('changed', 'reject'));
  await patchWorkspace(databases[0]!, 'changed', { limitOverride: 1 });
  await refused(ask('changed', 'reject'));
});

test('a workspace that is restoring starts nothing, so that it takes nothing that would rather not wait', async () => {
  await insertWorkspace(pool(), 'restoring');
  await pool().query("update workspaces set restoring_since = now() where id = 'restoring'");
  assert.match((await refused(ask('restoring', 'reject'))).message, /restoring/);
  assert.equal((await stored(ask('restoring', 'queue'))).position?.position, 1);
});

test('a key that stands for an execution answers with it, and one that was refused stands for nothing', async () => {
  await insertWorkspace(pool(), 'keyed', { limitOverride: 1 });
  const first = await stored(ask('keyed', 'reject', 0, 'a'));
  await refused(ask('keyed', 'reject', 1, 'b'));
  const again = await stored(ask('keyed', 'reject', 2, 'a'));
  assert.deepEqual([again.kind, again.execution.id], ['repeated', first.execution.id]);
  await cancelExecution(databases[0]!, 'keyed', first.execution.id);
  assert.equal((await stored(ask('keyed', 'reject', 1, 'b'))).execution.seq, 2);
});
