import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Config } from '../../src/config/config.ts';
import { createLog } from '../../src/process/log.ts';
import { startWorker } from '../../src/worker/start-worker.ts';
import { eventually } from '../support/eventually.ts';
import { type ExecutionBody, type World, startWorld } from '../support/world.ts';

let world: World;
before(async () => {
  // No sweep: what is claimed here holds without it.
  world = await startWorld(import.meta.url, { SWEEP_INTERVAL_SECONDS: '3600' });
});
after(() => world.stop());

/** Enqueues so many executions that end when they are told to. */
async function enqueue(workspace: string, count: number): Promise<ExecutionBody[]> {
  const executions: ExecutionBody[] = [];
  for (let n = 0; n < count; n++) executions.push(await world.enqueue(workspace, 'untilTold'));
  return executions;
}

const running = (workspace: string, count: number) =>
  eventually(async () => assert.equal((await world.seqs(workspace, 'running')).length, count), 30_000);

const limits = async (workspace: string) => {
  const { rows } = await world.database.pool.query<{ source: string; limit: number }>(
    'select source, "limit" from limit_changes where workspace_id = $1 order by id',
    [workspace],
  );
  return rows.map(({ source, limit }) => `${source} ${limit}`);
};

const withProLimit = (config: Config, limit: number): Config => ({
  ...config,
  tierSettingsSet: new Set(['TIER_PRO_CONCURRENT_LIMIT'] as const),
  tiers: { ...config.tiers, pro: { ...config.tiers.pro, limit } },
});

test('a gate that moves to a worker with other settings keeps its limit', async () => {
  const workspace = await world.workspace();
  const executions = await enqueue(workspace, 8);
  await running(workspace, 5);
  await world.stopWorker();
  const log = createLog({ level: 'fatal', process: 'test' });
  const warnings: string[] = [];
  log.warn = (...words: unknown[]) => void warnings.push(String(words.at(-1)));
  const other = await startWorker(withProLimit(world.config, 7), log, world.temporal);
  try {
    assert.equal(warnings.filter((line) => line.includes('TIER_PRO_CONCURRENT_LIMIT=7')).length, 1);
    await world.finish(executions[0]!.id);
    await eventually(async () => assert.deepEqual(await world.seqs(workspace, 'completed'), [1]), 30_000);
    assert.deepEqual(await world.seqs(workspace, 'running'), [2, 3, 4, 5, 6]);
    assert.deepEqual(await limits(workspace), ['api 5']);
  } finally {
    await other.stop();
    await world.startWorker();
  }
});

test('RESIZE: raising a tier admits at once in every workspace that it frees, and records the limit of each', async () => {
  const [freed, own, idle] = [
    await world.workspace(),
    await world.workspace({ tier: 'pro', limitOverride: 1 }),
    await world.workspace(),
  ];
  await enqueue(freed, 8);
  await enqueue(own, 2);
  await running(freed, 5);
  await running(own, 1);
  const { body: pro } = await world.call('GET', '/v1/tiers/pro');
  const { name: _name, updatedAt: _updatedAt, ...settings } = pro;
  assert.equal((await world.call('PUT', '/v1/tiers/pro', { ...settings, limit: 7 })).status, 200);
  await running(freed, 7);
  assert.deepEqual(await limits(freed), ['api 5', 'tier 7']);
  assert.deepEqual(await world.seqs(own, 'running'), [1]);
  assert.deepEqual(await limits(own), ['api 1']);
  assert.deepEqual(await limits(idle), ['api 5'], 'a workspace without work follows when it has some');
});
