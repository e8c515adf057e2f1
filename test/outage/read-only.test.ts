import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { inOwnSchema } from '../../src/db/connection/own-schema.ts';
import { freePort } from '../../src/local/processes/ports.ts';
import { eventually, eventuallyEqual } from '../support/eventually.ts';
import { runningExecution } from '../support/gates-and-children.ts';
import { type World, startWorld } from '../support/world.ts';

/** How many requests at once: more than an API has connections. */
const STORM = 24;
/** A session that began read-only is given up after a second; the rest is for a busy machine. */
const ACCEPTED_AGAIN_WITHIN_MS = 5_000;
/** The longest wait of a gate for Postgres after some seconds without it, and the admissions behind it. */
const DRAINED_WITHIN_MS = 25_000;

let world: World;
let dba: pg.Client;
let healthUrl: string;
before(async () => {
  const port = await freePort();
  healthUrl = `http://127.0.0.1:${port}/health/ready`;
  world = await startWorld(import.meta.url, { WORKER_HEALTH_PORT: String(port) });
  // Connected before: its own session stays able to write.
  dba = new pg.Client({ ...inOwnSchema(world.config.DATABASE_URL), application_name: 'dba' });
  await dba.connect();
});
after(async () => {
  await dba?.end();
  await world.stop();
});

test('sessions that began while the database was read-only are not kept: seconds after it takes writes again, all requests are accepted', async () => {
  const workspace = await world.workspace({ tier: 'pro', limitOverride: 1 });
  const running = await runningExecution(world, workspace);
  const path = `/v1/workspaces/${workspace}/executions`;
  const enqueue = () => world.call('POST', path, { workflowType: 'nothing' });
  const storm = () => Promise.all(Array.from({ length: STORM }, enqueue));
  const readStorm = () => Promise.all(Array.from({ length: STORM }, () => world.call('GET', path)));
  const database = pg.escapeIdentifier(new URL(world.config.DATABASE_URL).pathname.slice(1));

  await dba.query(`alter database ${database} set default_transaction_read_only = on`);
  await endSessionsOfSluice();
  // Reads fill the pool with sessions that can do nothing else.
  await eventually(async () => assert.ok((await readStorm()).every(({ status }) => status === 200)));
  const refused = await enqueue();
  assert.deepEqual([refused.status, refused.body['type']], [503, 'urn:sluice:problem:database-unavailable']);
  assert.match(String(refused.body['detail']), /read-only/);
  const ready = await world.call('GET', '/health/ready');
  assert.deepEqual([ready.status, ready.body['type']], [503, 'urn:sluice:problem:database-unavailable']);
  assert.match(String(ready.body['detail']), /read-only/);
  const worker = await fetch(healthUrl);
  assert.deepEqual(await worker.json(), {
    status: 'unavailable',
    problems: ['Postgres takes no writes: its sessions are read-only'],
  });
  // A gate asks for its workspace by such a session, too.
  await world.finish(running.id);
  await eventually(async () => {
    const { lastError } = await world.gate(workspace).query<{ lastError: string | null }>('snapshot');
    assert.match(lastError ?? '', /read-only/);
  });
  await readStorm();

  await dba.query(`alter database ${database} reset default_transaction_read_only`);
  await eventually(async () => {
    assert.equal((await world.call('GET', '/health/ready')).status, 200);
    assert.equal((await fetch(healthUrl)).status, 200);
    assert.deepEqual([...new Set((await storm()).map(({ status }) => status))], [202]);
  }, ACCEPTED_AGAIN_WITHIN_MS);
  for (let round = 0; round < 3; round++)
    assert.deepEqual([...new Set((await storm()).map(({ status }) => status))], [202]);
  await eventuallyEqual(() => world.seqs(workspace, 'pending'), [], DRAINED_WITHIN_MS);
});

/** What a failover does to them: the next ones begin on the server as it is then. */
async function endSessionsOfSluice(): Promise<void> {
  await dba.query(`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name like 'sluice-%'`);
}
