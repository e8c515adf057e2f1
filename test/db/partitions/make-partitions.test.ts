import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readAheadDays } from '../../../src/db/partitions/ahead-days.ts';
import { AHEAD_DAYS, LEAF_PARENTS } from '../../../src/db/partitions/grid.ts';
import { makePartitionsOf } from '../../../src/db/partitions/make-partitions.ts';
import { onConnection } from '../../../src/db/connection/on-connection.ts';
import { readLeaves } from '../../../src/db/partitions/read-leaves.ts';
import { type OpenTestDatabase, openTestDatabase } from '../../support/database.ts';

let at: OpenTestDatabase;
before(async () => {
  at = await openTestDatabase();
});
after(() => at.close());

const query = <T extends object>(text: string, values: unknown[] = []) =>
  at.database.pool.query<T>(text, values).then(({ rows }) => rows);
const leaves = () => onConnection(at.database, (client) => readLeaves(client));

async function dropLeaves(parent: string): Promise<string[]> {
  const names = (await leaves()).filter((leaf) => leaf.parent === parent).map(({ name }) => name);
  for (const name of names) await query(`drop table ${name}`);
  return names;
}

test('a migrated database has a partition for every class, for three weeks', async () => {
  const parents = new Set((await leaves()).map(({ parent }) => parent));
  assert.deepEqual([...parents].sort(), LEAF_PARENTS.map(({ name }) => name).sort());
  assert.ok((await readAheadDays(at.database)) >= AHEAD_DAYS - 0.1);
  assert.deepEqual(await makePartitionsOf(at.database), []);
});

test('makers that run at the same time make each partition once', async () => {
  const before = await leaves();
  for (const { name } of LEAF_PARENTS) await dropLeaves(name);
  assert.equal(await readAheadDays(at.database), 0);
  const made = (await Promise.all(Array.from({ length: 6 }, () => makePartitionsOf(at.database)))).flat();
  assert.deepEqual([...made].sort(), before.map(({ name }) => name).sort());
  assert.deepEqual(await leaves(), before);
});

test('a partition has the columns, defaults, constraints and indexes of its parent', async () => {
  const [indexes] = await query<{ parent: number; leaf: number }>(
    `select (select count(*)::int from pg_indexes where tablename = 'ended_executions') as parent,
       (select min(n) from (select count(*)::int as n from pg_indexes where tablename like 'ended\\_executions\\_30\\_%'
          group by tablename) each) as leaf`,
  );
  assert.ok(indexes!.parent > 0);
  assert.equal(indexes!.leaf, indexes!.parent);
  await assert.rejects(
    query(
      `insert into ended_executions (id, workspace_id, seq, status, workflow_type, payload_retention_days, created_at, closed_at, retention_days)
       values (gen_random_uuid(), 'w', 1, 'running', 't', 30, now(), now(), 30)`,
    ),
    { constraint: 'ended_executions_ended' },
  );
});

test('a gap in the middle counts: partitions reach as far ahead as the first missing one', async () => {
  const ahead = (await leaves()).filter(({ parent }) => parent === 'events');
  await query(`drop table ${ahead[3]!.name}`);
  assert.ok((await readAheadDays(at.database)) < 4);
  assert.deepEqual(await makePartitionsOf(at.database), [ahead[3]!.name]);
});

test('a partition that was detached by hand comes back with its rows', async () => {
  const [leaf] = (await leaves()).filter(({ parent }) => parent === 'payloads_30');
  await query(
    `insert into payloads (execution_id, kind, retention_days, data) values (gen_random_uuid(), 'input', 30, 'x')`,
  );
  await query(`alter table payloads_30 detach partition ${leaf!.name}`);
  assert.deepEqual(await makePartitionsOf(at.database), [leaf!.name]);
  const [found] = await query<{ n: number }>('select count(*)::int as n from payloads');
  assert.equal(found!.n, 1);
});

test('making partitions waits for no reader, and stops no insert behind one', async () => {
  const [last] = (await leaves()).filter(({ parent }) => parent === 'payloads_7').slice(-1);
  await query(`drop table ${last!.name}`);
  const reader = await at.database.pool.connect();
  try {
    await reader.query('begin');
    await reader.query('select count(*) from payloads');
    const making = makePartitionsOf(at.database);
    let isMade = false;
    const settled = making.finally(() => (isMade = true));
    let slowestMs = 0;
    do {
      const begunMs = performance.now();
      await query(
        `insert into payloads (execution_id, kind, retention_days, data) values (gen_random_uuid(), 'input', 7, 'x')`,
      );
      slowestMs = Math.max(slowestMs, performance.now() - begunMs);
    } while (!isMade);
    assert.deepEqual(await settled, [last!.name]);
    assert.ok(slowestMs < 500, `an insert took ${slowestMs} ms`);
  } finally {
    await reader.query('rollback');
    reader.release();
  }
});
