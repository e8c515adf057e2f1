import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { deletePayloads } from '../../src/db/executions/delete-payloads.ts';
import { makePartitionsOf } from '../../src/db/partitions/make-partitions.ts';
import { eventually } from '../support/eventually.ts';
import { type OpenTestDatabase, openTestDatabase } from '../support/database.ts';
import { endRows, insertPending, insertWorkspace } from '../support/rows.ts';

let opened: OpenTestDatabase;
before(async () => (opened = await openTestDatabase()));
after(() => opened.close());

const pool = () => opened.database.pool;

async function endedWithInput(workspaceId: string): Promise<string> {
  await insertWorkspace(pool(), workspaceId);
  const [id] = await insertPending(pool(), workspaceId, 1, '"secret"');
  await endRows(pool(), [id]);
  return id!;
}

const stored = async (id: string) => {
  const { rows } = await pool().query<{ leaf: string }>(
    'select tableoid::regclass::text as leaf from payloads where execution_id = $1',
    [id],
  );
  return rows.map(({ leaf }) => leaf);
};

test('a deletion waits for payloads that retention is moving, and deletes them where they are then', async () => {
  const id = await endedWithInput('moved');
  const [leaf] = await stored(id);
  const later = new Date(Date.now() + 200 * 86_400_000);
  await makePartitionsOf(opened.database, { aheadDays: 0, also: { parent: 'payloads_0', moment: later } });
  const retention = await pool().connect();
  try {
    await retention.query('begin');
    await retention.query(`lock table ${leaf} in share row exclusive mode`);
    await retention.query(
      `with moved as (delete from ${leaf} where execution_id = $1 returning *)
       insert into payloads (execution_id, kind, retention_days, kept_from, data)
       select execution_id, kind, retention_days, $2, data from moved`,
      [id, later],
    );
    const deletion = deletePayloads(opened.database.db, 'moved', id);
    await eventually(async () => {
      const { rowCount } = await pool().query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      assert.equal(rowCount, 1);
    });
    await retention.query('commit');
    await deletion;
  } finally {
    retention.release();
  }
  assert.deepEqual(await stored(id), []);
});

test('a deletion waits for nobody who holds the workspace', async () => {
  const id = await endedWithInput('held');
  const holder = await pool().connect();
  try {
    await holder.query('begin');
    await holder.query(`select from workspaces where id = 'held' for update`);
    await deletePayloads(opened.database.db, 'held', id);
  } finally {
    await holder.query('rollback');
    holder.release();
  }
  assert.deepEqual(await stored(id), []);
});

test('deletions at the same time agree on the time', async () => {
  const id = await endedWithInput('twice');
  const both = await Promise.all(
    Array.from({ length: 4 }, () => deletePayloads(opened.database.db, 'twice', id)),
  );
  assert.equal(new Set(both.map(({ deletedAt }) => deletedAt.getTime())).size, 1);
});
