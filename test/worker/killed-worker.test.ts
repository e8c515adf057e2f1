import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { eventually } from '../support/eventually.ts';
import { type World, startWorld } from '../support/world.ts';

const SLUICE = fileURLToPath(new URL('../../src/cli/sluice.js', import.meta.url));

/** What the dead process had in memory waits for it for 2 s; the SDK's own default would be 10 s. */
const WORKS_AGAIN_WITHIN_MS = 7_000;

let world: World;
before(async () => {
  world = await startWorld(import.meta.url);
});
after(() => world.stop());

test('a gate whose worker was killed admits again within seconds, at another worker', async (t) => {
  const workspace = await world.workspace();
  await world.stopWorker();
  const { DATABASE_URL, WORKFLOWS_PATH, ACTIVITIES_PATH } = world.config;
  const doomed = spawn(process.execPath, [SLUICE, 'worker'], {
    env: {
      ...process.env,
      DATABASE_URL,
      WORKFLOWS_PATH,
      ACTIVITIES_PATH,
      LOG_LEVEL: 'fatal',
      TEMPORAL_NAMESPACE: world.temporal.namespace,
    },
    stdio: 'inherit',
  });
  const gone = once(doomed, 'exit');
  try {
    await world.enqueue(workspace, 'nothing');
    await eventually(async () => assert.deepEqual(await world.seqs(workspace, 'completed'), [1]));
    await world.startWorker();
  } finally {
    doomed.kill('SIGKILL');
    await gone;
  }
  const killedMs = Date.now();
  await world.enqueue(workspace, 'nothing');
  await eventually(async () => assert.deepEqual(await world.seqs(workspace, 'completed'), [1, 2]));
  const tookMs = Date.now() - killedMs;
  t.diagnostic(`${tookMs} ms from the kill to the end of the next execution`);
  assert.ok(tookMs < WORKS_AGAIN_WITHIN_MS, `it took ${tookMs} ms`);
});
