import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { freePort } from '../../src/local/processes/ports.ts';
import { eventuallyEqual } from '../support/eventually.ts';
import { runningExecution } from '../support/gates-and-children.ts';
import { enqueueBySql, grantAll } from '../support/sql-callers.ts';
import { type Started, launch } from '../support/processes/started.ts';
import { TcpProxy } from '../support/proxy.ts';
import { type World, startWorld } from '../support/world.ts';

let world: World;
before(async () => {
  world = await startWorld(import.meta.url, { SWEEP_INTERVAL_SECONDS: '1' });
  await grantAll(world.config.DATABASE_URL);
});
after(() => world.stop());

const enqueue = (workspaceId: string, workflowType = 'nothing') =>
  enqueueBySql(world.database.pool, { workspaceId, workflowType });

function launchApi(port: number, temporalAddress: string): Started {
  return launch(
    {
      PORT: String(port),
      AUTH: 'none',
      DATABASE_URL: world.config.DATABASE_URL,
      TEMPORAL_ADDRESS: temporalAddress,
      TEMPORAL_NAMESPACE: world.temporal.namespace,
    },
    [process.execPath, 'dist/src/cli/sluice.js', 'server'],
  );
}

async function inInbox(): Promise<number> {
  const { rows } = await world.database.pool.query<{ n: number }>('select count(*)::integer as n from inbox');
  return rows[0]!.n;
}

test('while all APIs are down and callers go on committing, a worker alone sequences their rows in order', async () => {
  const workspace = await world.workspace({ tier: 'pro', limitOverride: 1 });
  const running = await runningExecution(world, workspace);
  await world.stopApi();
  const ids: string[] = [];
  for (let i = 0; i < 5; i++) ids.push(await enqueue(workspace));
  await eventuallyEqual(() => world.seqs(workspace, 'pending'), [2, 3, 4, 5, 6]);
  assert.equal(await inInbox(), 0);
  await world.finish(running.id);
  await eventuallyEqual(() => world.seqs(workspace, 'completed'), [1, 2, 3, 4, 5, 6]);
  const { rows } = await world.database.pool.query<{ id: string }>(
    'select id from all_executions where workspace_id = $1 and seq > 1 order by seq',
    [workspace],
  );
  assert.deepEqual(
    rows.map(({ id }) => id),
    ids,
  );
});

test('while all APIs are down, what is committed for a workspace whose gate has ended is sequenced and admitted by a worker alone', async () => {
  const { rows } = await world.database.pool.query<{ id: string }>(
    `insert into workspaces (id, tier, limit_in_force) values ('never-asked', 'pro', 5) returning id`,
  );
  const workspace = rows[0]!.id;
  await enqueue(workspace);
  await eventuallyEqual(() => world.seqs(workspace, 'completed'), [1]);
});

test('an API that is killed between the sequencing of a row and its wake leaves it to the sweep', async () => {
  // The world's own API is down since the first test.
  const workspace = 'killed-before-wake';
  await world.database.pool.query(`insert into workspaces (id, tier, limit_in_force) values ($1, 'pro', 5)`, [
    workspace,
  ]);
  // It can sequence, and its wake does not arrive.
  const toTemporal = new TcpProxy(new URL(`tcp://${world.temporal.address}`));
  const temporalAddress = (await toTemporal.url()).host;
  toTemporal.freeze();
  // Who sweeps is away as well until the API is dead.
  await world.stopWorker();
  const api = launchApi(await freePort(), temporalAddress);
  let id: string;
  try {
    id = await enqueue(workspace);
    await eventuallyEqual(() => world.seqs(workspace, 'pending'), [1]);
  } finally {
    const ended = once(api.child, 'close');
    api.child.kill('SIGKILL');
    await ended;
    toTemporal.close();
  }
  assert.equal(await inInbox(), 0, api.printed());
  await assert.rejects(world.gate(workspace).describe(), { name: 'WorkflowNotFoundError' });
  await world.startWorker();
  const statusInDatabase = async () => {
    const { rows } = await world.database.pool.query<{ status: string }>(
      'select status::text from all_executions where id = $1',
      [id],
    );
    return rows.map(({ status }) => status);
  };
  await eventuallyEqual(statusInDatabase, ['completed']);
});
