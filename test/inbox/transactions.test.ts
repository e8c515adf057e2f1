import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { v7 as uuidv7 } from 'uuid';
import type { Database } from '../../src/db/connection/database.ts';
import type { SequencedExecutions } from '../../src/enqueue/inbox/sequence-once.ts';
import { createSequencer, type Sequencer } from '../../src/enqueue/inbox/sequencer.ts';
import { startInboxPoller } from '../../src/enqueue/inbox/inbox-poller.ts';
import { createLog } from '../../src/process/log.ts';
import { openTestDatabase } from '../support/database.ts';
import { eventually, eventuallyEqual } from '../support/eventually.ts';
import { DEFAULT_TIER_CONFIGS } from '../../src/domain/tier.ts';
import { insertWorkspace, setTier } from '../support/rows.ts';

const MAX_INPUT_BYTES = 2 ** 20;

/** Well before the end of the lock that the test holds, and well after a look at the inbox. */
const WHILE_LOCKED_MS = 4_000;

/** All of the inbox is looked at as often, and a busy machine. */
const LOOK_AT_ALL_MS = 10_000 + 5_000;

let database: Database;
let close: () => Promise<void>;
before(async () => {
  ({ database, close } = await openTestDatabase());
});
after(() => close());

let workspaces = 0;
async function workspace(): Promise<string> {
  const id = `ws-${++workspaces}`;
  await insertWorkspace(database.pool, id);
  return id;
}

interface Row {
  readonly workspaceId: string;
  readonly id?: string;
  readonly workflowType?: string;
  readonly input?: string;
  readonly key?: string;
  /** For a change of the workspace. */
  readonly tier?: string;
}

/** Puts rows into the inbox in this order, as sluice.enqueue does, and returns their ids. */
async function insert(...rows: readonly Row[]): Promise<string[]> {
  const all = rows.map((row) => ({ id: uuidv7(), ...row }));
  await database.pool.query(
    `insert into inbox (id, workspace_id, kind, workflow_type, input, idempotency_key, tier, "by")
     select id, workspace_id, case when tier is null then 'enqueue' else 'put_workspace' end::inbox_kind,
       case when tier is null then workflow_type end, input, key, tier, 'role:test'
     from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
       as v (id, workspace_id, workflow_type, input, key, tier)`,
    [
      all.map(({ id }) => id),
      all.map(({ workspaceId }) => workspaceId),
      all.map(({ workflowType = 't' }) => workflowType),
      all.map(({ input = null }) => input),
      all.map(({ key = null }) => key),
      all.map(({ tier = null }) => tier),
    ],
  );
  return all.map(({ id }) => id);
}

/** Its own, so that a test sees its transactions alone. */
function sequencer(): Sequencer & { readonly transactions: SequencedExecutions[] } {
  const transactions: SequencedExecutions[] = [];
  const made = createSequencer({
    database,
    maxInputBytes: MAX_INPUT_BYTES,
    maxWorkspaces: 1_000,
    listener: {
      executions: (sequenced) => void transactions.push(sequenced),
      put() {},
      putRefused() {},
      dropped() {},
    },
  });
  return { ...made, transactions };
}

async function idsInQueue(workspaceId: string): Promise<string[]> {
  const { rows } = await database.pool.query<{ id: string }>(
    'select id from executions where workspace_id = $1 order by seq',
    [workspaceId],
  );
  return rows.map(({ id }) => id);
}

async function idsInInbox(workspaceId: string): Promise<string[]> {
  const { rows } = await database.pool.query<{ id: string }>(
    'select id from inbox where workspace_id = $1 order by id',
    [workspaceId],
  );
  return rows.map(({ id }) => id);
}

test('rows get their places in the order of their ids, in whatever order they were written', async () => {
  const id = await workspace();
  const ids = Array.from({ length: 20 }, () => uuidv7());
  await insert(...[...ids].reverse().map((one) => ({ workspaceId: id, id: one })));
  assert.equal(await sequencer().sequence(id), null);
  assert.deepEqual([await idsInQueue(id), await idsInInbox(id)], [ids, []]);
});

test('a transaction that does not commit leaves its rows in the inbox, and each gets one place later', async () => {
  const id = await workspace();
  const ids = await insert({ workspaceId: id }, { workspaceId: id }, { workspaceId: id });
  await database.pool.query(`
    create function refuse() returns trigger language plpgsql as $$ begin raise exception 'not now' using errcode = 'XX000'; end $$;
    create trigger refused before insert on executions for each row execute function refuse()`);
  await assert.rejects(sequencer().sequence(id), /not now/);
  assert.deepEqual([await idsInQueue(id), await idsInInbox(id)], [[], ids]);
  await database.pool.query('drop trigger refused on executions; drop function refuse');
  assert.equal(await sequencer().sequence(id), null);
  assert.deepEqual([await idsInQueue(id), await idsInInbox(id)], [ids, []]);
});

test('two that sequence one workspace at once give each row one place', async () => {
  const id = await workspace();
  const ids = await insert(...Array.from({ length: 1_200 }, () => ({ workspaceId: id })));
  const all = [sequencer(), sequencer(), sequencer()];
  await Promise.all(all.map((one) => one.sequence(id)));
  assert.deepEqual([await idsInQueue(id), await idsInInbox(id)], [ids, []]);
  const placed = all.flatMap(({ transactions }) => transactions.flatMap((one) => one.placed));
  assert.equal(placed.length, ids.length);
});

test('a transaction takes 500 rows, or 1 MB, and at least one row', async () => {
  const [many, large] = [await workspace(), await workspace()];
  await insert(...Array.from({ length: 501 }, () => ({ workspaceId: many })));
  const input = JSON.stringify('x'.repeat(400_000));
  const huge = JSON.stringify('x'.repeat(1_048_000));
  await insert(...[input, input, input, huge, input].map((one) => ({ workspaceId: large, input: one })));
  const [ofMany, ofLarge] = [sequencer(), sequencer()];
  await Promise.all([ofMany.sequence(many), ofLarge.sequence(large)]);
  const sizes = ({ transactions }: typeof ofMany) => transactions.map(({ rows }) => rows.length);
  assert.deepEqual(
    [sizes(ofMany), sizes(ofLarge)],
    [
      [500, 1],
      [2, 1, 1, 1],
    ],
  );
});

test('a row that was committed after its tier was changed is judged by the new one, also by a transaction that asked for the lock before', async () => {
  const id = await workspace();
  const [before] = await insert({ workspaceId: id });
  await sequencer().sequence(id);
  const holder = await database.pool.connect();
  await holder.query('begin');
  await holder.query('select from workspaces where id = $1 for update', [id]);
  await setTier(database.pool, 'pro', { maxPending: 1 });
  const sequenced = sequencer().sequence(id);
  try {
    await eventually(async () => {
      const { rows } = await database.pool.query(
        `select from pg_stat_activity where wait_event_type = 'Lock' and query like '%from workspaces%for update%'`,
      );
      assert.equal(rows.length, 1);
    });
    await setTier(database.pool, 'pro', DEFAULT_TIER_CONFIGS.pro);
    const [row] = await insert({ workspaceId: id });
    await holder.query('rollback');
    await sequenced;
    assert.deepEqual(await idsInQueue(id), [before, row]);
  } finally {
    await holder.query('rollback');
    holder.release();
    await setTier(database.pool, 'pro', DEFAULT_TIER_CONFIGS.pro);
  }
});

test('a workspace that somebody has locked for long keeps no other from its places', async () => {
  const held = await Promise.all(Array.from({ length: 12 }, workspace));
  const free = await workspace();
  const holder = await database.pool.connect();
  await holder.query('begin');
  await holder.query('select from workspaces where id = any($1) for update', [held]);
  for (const id of held) await insert({ workspaceId: id });
  const [last] = await insert({ workspaceId: free });
  const poller = startInboxPoller({
    log: createLog({ level: 'silent', process: 'test' }),
    database,
    sequencer: sequencer(),
  });
  try {
    await eventuallyEqual(() => idsInQueue(free), [last], WHILE_LOCKED_MS);
    await holder.query('rollback');
    for (const id of held) await eventually(async () => assert.equal((await idsInQueue(id)).length, 1));
  } finally {
    await holder.query('rollback');
    holder.release();
    await poller.stop();
  }
});

test('a row that is committed a minute after its call is found by the look at all of the inbox', async () => {
  const [old, recent] = [await workspace(), await workspace()];
  const poller = startInboxPoller({
    log: createLog({ level: 'silent', process: 'test' }),
    database,
    sequencer: sequencer(),
  });
  try {
    // The poller's first look, which is at all, is over.
    const [first] = await insert({ workspaceId: recent });
    await eventuallyEqual(() => idsInQueue(recent), [first]);
    const late = uuidv7({ msecs: Date.now() - 60_000 });
    await insert({ workspaceId: old, id: late });
    await eventuallyEqual(() => idsInQueue(old), [late], LOOK_AT_ALL_MS);
  } finally {
    await poller.stop();
  }
});

test('rows of a workspace that is gone are dropped, and not the row behind them that puts it again', async () => {
  const gone = 'gone';
  const [, , third] = await insert(
    { workspaceId: gone },
    { workspaceId: gone, tier: 'pro' },
    { workspaceId: gone },
  );
  await sequencer().sequence(gone);
  const { rows } = await database.pool.query<{ tier: string }>('select tier from workspaces where id = $1', [
    gone,
  ]);
  assert.deepEqual(rows, [{ tier: 'pro' }]);
  assert.deepEqual([await idsInQueue(gone), await idsInInbox(gone)], [[third], []]);
});
