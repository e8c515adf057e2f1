import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { eventuallyEqual } from '../support/eventually.ts';
import { createCallerRole, type CallerRole, enqueueBySql } from '../support/sql-callers.ts';
import { type World, startWorld } from '../support/world.ts';
import { type PgBouncer, startPgBouncer } from './start-pgbouncer.ts';

// Not a part of the run: it needs PgBouncer. `npm run test:pooler`.

const CALLERS = 12;
const TRANSACTIONS = 10;

let world: World;
let pooler: PgBouncer;
const roles: CallerRole[] = [];
before(async () => {
  world = await startWorld(import.meta.url);
  for (const workspaceId of ['of-one', 'of-two']) {
    await world.sluice.workspaces.put(workspaceId, { tier: 'enterprise' });
    roles.push(await createCallerRole(world.config.DATABASE_URL, workspaceId));
  }
  pooler = await startPgBouncer({
    databaseUrl: world.config.DATABASE_URL,
    roles: Object.fromEntries(roles.map(({ name, password }) => [name, password])),
    serverSessions: 2,
  });
});
after(async () => {
  await pooler?.stop();
  for (const role of roles) await role.drop();
  await world?.stop();
});

interface Done {
  readonly committed: string[];
  readonly rolledBack: string[];
}

/** Transactions of one caller, one after the other; each third is rolled back. */
async function call(role: CallerRole, workspaceId: string, nth: number): Promise<Done> {
  const done: Done = { committed: [], rolledBack: [] };
  const client = new pg.Client({ connectionString: pooler.urlOf(role.name) });
  await client.connect();
  try {
    for (let n = 0; n < TRANSACTIONS; n++) {
      await client.query('begin');
      const ids = [];
      for (let i = 0; i < 2; i++)
        ids.push(
          await enqueueBySql(client, {
            workspaceId,
            workflowType: 'nothing',
            idempotencyKey: `${nth}-${n}-${i}`,
          }),
        );
      const commits = (nth + n) % 3 !== 0;
      await client.query(commits ? 'commit' : 'rollback');
      (commits ? done.committed : done.rolledBack).push(...ids);
    }
  } finally {
    await client.end();
  }
  return done;
}

test('behind PgBouncer in transaction mode, what callers commit is executed once, what they roll back is not, and each role stays itself', async () => {
  const done = await Promise.all(
    Array.from({ length: CALLERS }, (_, nth) => call(roles[nth % 2]!, ['of-one', 'of-two'][nth % 2]!, nth)),
  );
  const committed = done.flatMap((one) => one.committed).sort();
  const read = async () => {
    const { rows } = await world.database.pool.query<{ id: string; status: string; created_by: string }>(
      'select id, status::text, created_by from all_executions order by id',
    );
    return rows;
  };
  await eventuallyEqual(
    async () => (await read()).filter(({ status }) => status === 'completed').length,
    committed.length,
  );
  const rows = await read();
  assert.deepEqual(
    rows.map(({ id }) => id),
    committed,
  );
  for (const [nth, { committed: its }] of done.entries())
    for (const id of its)
      assert.equal(rows.find((row) => row.id === id)!.created_by, `role:${roles[nth % 2]!.name}`);
});

test('behind PgBouncer in transaction mode, a role is refused the workspace of another', async () => {
  for (const [role, workspaceId] of [
    [roles[0]!, 'of-two'],
    [roles[1]!, 'of-one'],
  ] as const) {
    const client = new pg.Client({ connectionString: pooler.urlOf(role.name) });
    await client.connect();
    try {
      await assert.rejects(enqueueBySql(client, { workspaceId, workflowType: 'nothing' }), { code: '42501' });
    } finally {
      await client.end();
    }
  }
});
