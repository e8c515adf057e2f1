import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { backUp } from '../support/backup.ts';
import { eventually, eventuallyEqual } from '../support/eventually.ts';
import { childOf } from '../support/gates-and-children.ts';
import { enqueueBySql, grantAll } from '../support/sql-callers.ts';
import { REPOSITORY } from '../support/processes/started.ts';
import { type SpoilableWorld, startSpoilableWorld } from './spoilable-world.ts';

/** The longest wait of a gate for Postgres after it was cut off for some seconds, and a busy machine. */
const HEALED_WITHIN_MS = 60_000;

let world: SpoilableWorld;
before(async () => {
  world = await startSpoilableWorld(import.meta.url);
  await grantAll(world.config.DATABASE_URL);
});
after(() => world.stop());

const workspace = 'restored';

interface Found {
  readonly status: string;
  readonly seq: number;
}

async function find(id: string): Promise<Found | undefined> {
  const { rows } = await world.database.pool.query<Found>(
    'select status::text, seq::integer from all_executions where id = $1',
    [id],
  );
  return rows[0];
}

const enqueue = (input: string) =>
  enqueueBySql(world.database.pool, { workspaceId: workspace, workflowType: 'echo', input });

test('rows of the inbox that come back from a backup, and have run since, are sequenced again and do not run again', async () => {
  await world.sluice.workspaces.put(workspace, { tier: 'pro' });
  const first = await enqueue('"first"');
  await eventually(async () => assert.equal((await find(first))?.status, 'completed'));

  // Nobody sequences while the backup is taken.
  world.toPostgres.cut();
  const ids = [await enqueue('"a"'), await enqueue('"b"')];
  const backup = await backUp(world.config.DATABASE_URL);
  world.toPostgres.mend();
  for (const id of ids)
    await eventually(async () => assert.equal((await find(id))?.status, 'completed'), HEALED_WITHIN_MS);
  const runIds = await Promise.all(ids.map(async (id) => (await childOf(world, id).describe()).runId));

  await backup.restore();
  for (const [index, id] of ids.entries())
    await eventuallyEqual(() => find(id), { status: 'pending', seq: 2 + index }, HEALED_WITHIN_MS);
  await eventually(
    async () => assert.ok((await world.sluice.workspaces.get(workspace)).restoringSince),
    HEALED_WITHIN_MS,
  );
  assert.deepEqual(await world.seqs(workspace, 'pending'), [2, 3]);

  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['dist/src/cli/sluice.js', 'resume', '--after-restore', '--yes'],
    {
      cwd: REPOSITORY,
      env: {
        ...process.env,
        DATABASE_URL: world.config.DATABASE_URL,
        TEMPORAL_NAMESPACE: world.temporal.namespace,
      },
    },
  );
  assert.match(stdout, /went on/);
  await eventuallyEqual(() => world.seqs(workspace, 'completed'), [1, 2, 3], HEALED_WITHIN_MS);
  const after = await Promise.all(ids.map(async (id) => (await childOf(world, id).describe()).runId));
  assert.deepEqual(after, runIds, 'ONCE');
  const { rows } = await world.database.pool.query('select from inbox');
  assert.equal(rows.length, 0);
});
