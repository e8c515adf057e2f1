import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { type ApiUnderTest, startApiUnderTest } from '../api/api-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { insertIntoInbox, insertPut } from '../support/inbox.ts';
import { setTier } from '../support/rows.ts';
import { DEFAULT_TIER_CONFIGS } from '../../src/domain/tier.ts';

let api: ApiUnderTest;
before(async () => (api = await startApiUnderTest({ MAX_INPUT_BYTES: '1000' })));
after(() => api.stop());
beforeEach(() => void api.takeWakes());

const pool = () => api.database.pool;
const get = async (workspace: string, id: string) =>
  (await api.call({ path: `/v1/workspaces/${workspace}/executions/${id}` })).body;
const waiting = async (workspace: string) => {
  const { rows } = await pool().query<{ rows: number }>(
    'select count(*)::integer as rows from inbox where workspace_id = $1',
    [workspace],
  );
  return rows[0]!.rows;
};
const seqs = async (workspace: string) => {
  const { rows } = await pool().query<{ id: string }>(
    'select id from executions where workspace_id = $1 order by seq',
    [workspace],
  );
  return rows.map(({ id }) => id);
};
const sequenced = (workspace: string) => eventually(async () => assert.equal(await waiting(workspace), 0));

/** Several rows that become visible together. */
async function commit(work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  const client = await pool().connect();
  try {
    await client.query('begin');
    await work(client);
    await client.query('commit');
  } finally {
    client.release();
  }
}

test('what a transaction has committed gets its places in the order of its calls, and its gate is woken', async () => {
  const workspace = await api.workspace();
  const ids: string[] = [];
  await commit(async (client) => {
    for (let n = 0; n < 3; n++)
      ids.push(
        await insertIntoInbox(client, workspace, {
          input: `{"n":  ${n}}`,
          attributes: { reference: 'order' },
        }),
      );
  });
  await sequenced(workspace);
  assert.deepEqual(await seqs(workspace), ids);
  assert.ok(api.takeWakes().includes(`wake ${workspace}`));
  const last = await api.call({ path: `/v1/workspaces/${workspace}/executions/${ids[2]}` });
  assert.ok(last.text.includes('"input":{"n":  2}'), last.text);
  const { seq, status, createdBy, reference, position } = last.body;
  assert.deepEqual([seq, status, createdBy, reference, position], [3, 'pending', 'role:test', 'order', 3]);
});

test('a request by HTTP stands behind what was committed before it', async () => {
  const workspace = await api.workspace();
  for (let round = 1; round < 20; round += 2) {
    const id = await insertIntoInbox(pool(), workspace);
    const { body } = await api.enqueue(workspace, { workflowType: 't' });
    assert.deepEqual([(await get(workspace, id)).seq, body.seq], [round, round + 1]);
  }
});

test('an id is known as soon as its transaction has committed, and can be ended', async () => {
  const workspace = await api.workspace();
  for (let round = 0; round < 10; round++) {
    const id = await insertIntoInbox(pool(), workspace);
    const path = `/v1/workspaces/${workspace}/executions/${id}`;
    const { status, body } = await api.call({ method: 'POST', path: `${path}/cancel` });
    assert.deepEqual([status, body.id, body.status], [200, id, 'cancelled']);
  }
  const other = await api.workspace();
  const id = await insertIntoInbox(pool(), workspace);
  assert.equal((await api.call({ path: `/v1/workspaces/${other}/executions/${id}` })).status, 404);
});

test('of several calls with one key the first has the execution, and the ids of the others stand for it', async () => {
  const workspace = await api.workspace();
  const ids = [uuidv7(), uuidv7(), uuidv7()];
  await commit(async (client) => {
    for (const id of ids) await insertIntoInbox(client, workspace, { id, idempotencyKey: 'k', input: '1' });
  });
  await sequenced(workspace);
  for (const id of ids)
    assert.deepEqual([(await get(workspace, id)).id, (await get(workspace, id)).seq], [ids[0], 1]);
  const late = await insertIntoInbox(pool(), workspace, { idempotencyKey: 'k', input: '1' });
  assert.equal((await get(workspace, late)).id, ids[0]);
  const repeated = await api.enqueue(workspace, { workflowType: 't', input: 1 }, { 'idempotency-key': 'k' });
  assert.deepEqual([repeated.status, repeated.body.id], [200, ids[0]]);
  const cancelled = await api.call({
    method: 'POST',
    path: `/v1/workspaces/${workspace}/executions/${late}/cancel`,
  });
  assert.deepEqual([cancelled.status, cancelled.body.id], [200, ids[0]]);
  assert.deepEqual(await seqs(workspace), []);
});

test('what is refused is kept as rejected, with the reason and the input, and leaves its key free', async () => {
  const workspace = await api.workspace();
  await setTier(pool(), 'pro', { ...DEFAULT_TIER_CONFIGS.pro, maxPending: 2 });
  const first = await insertIntoInbox(pool(), workspace, { idempotencyKey: 'k', input: '{"a":1}' });
  const other = await insertIntoInbox(pool(), workspace, { idempotencyKey: 'k', input: '{"a":2}' });
  await sequenced(workspace);
  const { status, seq, failure } = await get(workspace, other);
  assert.deepEqual([status, seq, failure.type], ['rejected', null, 'IdempotencyKeyReused']);
  assert.match(failure.message, new RegExp(first));
  const large = await insertIntoInbox(pool(), workspace, { input: `"${'x'.repeat(1_000)}"` });
  assert.equal((await get(workspace, large)).failure.type, 'InputTooLarge');
  await insertIntoInbox(pool(), workspace);
  const full = await insertIntoInbox(pool(), workspace, { idempotencyKey: 'full', input: '{"kept":true}' });
  await sequenced(workspace);
  const rejected = await get(workspace, full);
  assert.deepEqual(
    [rejected.status, rejected.failure.type, rejected.input],
    ['rejected', 'QueueFull', { kept: true }],
  );
  await setTier(pool(), 'pro', DEFAULT_TIER_CONFIGS.pro);
  const again = await insertIntoInbox(pool(), workspace, { idempotencyKey: 'full', input: '{"kept":true}' });
  assert.deepEqual(
    [(await get(workspace, again)).id, (await get(workspace, again)).status],
    [again, 'pending'],
  );
  const { rows } = await pool().query(
    `select number, kind, status from events where workspace_id = $1 order by number`,
    [workspace],
  );
  assert.deepEqual(
    rows.map(({ kind, status: of }) => `${kind} ${of}`),
    [
      'accepted pending',
      'ended rejected',
      'ended rejected',
      'accepted pending',
      'ended rejected',
      'accepted pending',
    ],
  );
  assert.deepEqual(
    rows.map(({ number }) => Number(number)),
    [1, 2, 3, 4, 5, 6],
  );
});

test('one that Postgres refuses to store is rejected, and those beside it are not', async () => {
  const workspace = await api.workspace();
  const ids: string[] = [];
  await commit(async (client) => {
    for (const attributes of [null, { executionTimeout: 'long' }, null])
      ids.push(await insertIntoInbox(client, workspace, { attributes }));
  });
  await sequenced(workspace);
  assert.deepEqual(await seqs(workspace), [ids[0], ids[2]]);
  const { status, failure } = await get(workspace, ids[1]!);
  assert.deepEqual([status, failure.type], ['rejected', 'Unstorable']);
});

test('a workspace is put in its turn: what was called before has the old tier, what was called after the new one', async () => {
  const workspace = `put-${uuidv7()}`;
  const ids: string[] = [];
  await commit(async (client) => {
    await insertPut(client, workspace, 'pro');
    ids.push(await insertIntoInbox(client, workspace));
    await insertPut(client, workspace, 'enterprise');
    ids.push(await insertIntoInbox(client, workspace));
  });
  await sequenced(workspace);
  assert.deepEqual(await seqs(workspace), ids);
  const { body } = await api.call({ path: `/v1/workspaces/${workspace}` });
  assert.equal(body.tier, 'enterprise');
  const changes = (await api.call({ path: `/v1/workspaces/${workspace}/changes` })).body.items;
  assert.deepEqual(
    changes.map((one: { act: string; source: string; by: string }) => [one.act, one.source, one.by]),
    [
      ['tier_changed', 'sql', 'role:test'],
      ['workspace_created', 'sql', 'role:test'],
    ],
  );
});

test('a long queue of one workspace is placed whole, and hides no other', async () => {
  const [long, short] = [await api.workspace({ tier: 'enterprise' }), await api.workspace()];
  await pool().query(
    `insert into inbox (id, workspace_id, kind, workflow_type, "by")
     select gen_random_uuid(), $1, 'enqueue', 't', 'role:test' from generate_series(1, 12000)`,
    [long],
  );
  const id = await insertIntoInbox(pool(), short);
  await eventually(async () => assert.deepEqual(await seqs(short), [id]));
  assert.ok((await waiting(long)) > 0, 'the other is not done yet');
  await eventually(async () => assert.equal(await waiting(long), 0), 20_000);
  assert.equal((await seqs(long)).length, 12_000);
});

test('rows of a workspace that is gone go too, and say so', async () => {
  await insertIntoInbox(pool(), 'gone');
  await sequenced('gone');
  const { text } = await api.call({ path: '/metrics' });
  assert.match(text, /^sluice_inbox_sequenced_total\{outcome="dropped"\} 1$/m);
});

test('with the option on, a commit is heard of and not only polled for', async () => {
  const workspace = await api.workspace();
  await pool().query('update deployment set inbox_notify = true');
  const listens = `select from pg_stat_activity where application_name = 'sluice-api-listener' and datname = current_database()`;
  await eventually(async () => assert.equal((await pool().query(listens)).rowCount, 1));
  const waits: number[] = [];
  for (let round = 0; round < 10; round++) {
    await delay(100 * Math.random());
    const id = uuidv7();
    await commit(async (client) => {
      await insertIntoInbox(client, workspace, { id });
      await client.query(`notify sluice_inbox`);
    });
    const begun = performance.now();
    while (!(await seqs(workspace)).includes(id)) await delay(2);
    waits.push(performance.now() - begun);
  }
  // A poll alone would have half of them wait for longer than half of its interval.
  assert.ok(waits.sort((one, other) => one - other)[5]! < 100, waits.join(' '));
  await pool().query('update deployment set inbox_notify = false');
  await eventually(async () => assert.equal((await pool().query(listens)).rowCount, 0));
});
