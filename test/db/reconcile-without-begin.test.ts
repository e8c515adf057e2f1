import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Database } from '../../src/db/connection/database.ts';
import { BEGIN } from '../../src/db/connection/pipelined-transaction.ts';
import { reconcileWorkspace } from '../../src/db/reconcile/reconcile-workspace.ts';
import { openTestDatabase } from '../support/database.ts';
import { completedReport, insertPending, insertWorkspace, requestOf } from '../support/rows.ts';

let database: Database;
let close: () => Promise<void>;
before(async () => {
  ({ database, close } = await openTestDatabase());
});
after(() => close());

const options = { gateRunId: 'run', verifyAfterSeconds: 3600 };

/** The same pool, on whose connections Postgres refuses `begin`, and nothing else. */
function refusingBegin({ pool }: Database): Pick<Database, 'pool'> {
  const connect = async () => {
    const client = await pool.connect();
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    const refusing = (...args: unknown[]) => query(...(args[0] === BEGIN ? ['begn'] : args));
    return new Proxy(client, {
      get: (target, name) => (name === 'query' ? refusing : Reflect.get(target, name, target)),
    });
  };
  return {
    pool: new Proxy(pool, {
      get: (target, name) => (name === 'connect' ? connect : Reflect.get(target, name, target)),
    }),
  };
}

/** All that a reconcile may change, with the transaction that wrote each row last. */
async function written(): Promise<unknown> {
  const { rows } = await database.pool.query(`
    select 'workspaces' as name, xmin::text, id from workspaces union all
    select 'executions', xmin::text, id::text from executions union all
    select 'ended_executions', '', id::text from ended_executions union all
    select 'payloads', '', execution_id::text from payloads union all
    select 'events', '', workspace_id || number from events union all
    select 'limit_changes', '', id::text from limit_changes order by name, id`);
  return rows;
}

test('a reconcile whose begin fails changes nothing, although what is sent behind it runs', async () => {
  await insertWorkspace(database.pool, 'w');
  const [first, second, third] = await insertPending(database.pool, 'w', 9, '"input"');
  await reconcileWorkspace(database, requestOf('w'), options);
  await database.pool.query(`update tiers set "limit" = 7 where name = 'pro'`);
  const before = await written();
  const request = requestOf('w', {
    known: [second!, third!],
    started: [{ executionId: second!, runId: 'started' }],
    closed: [completedReport(first!, '"result"')],
    cancelsDelivered: [second!],
    terminationsDelivered: [third!],
    overrideWishes: [{ key: 'signal-1', limitOverride: 9 }],
  });
  await assert.rejects(reconcileWorkspace(refusingBegin(database), request, options), { code: '42601' });
  assert.deepEqual(await written(), before);

  const { ended, started, limit, running } = await reconcileWorkspace(database, request, options);
  assert.deepEqual(
    { ended: ended.length, started: started.length, limit, running },
    { ended: 1, started: 1, limit: 9, running: 8 },
  );
});
