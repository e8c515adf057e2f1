import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { freePort } from '../../src/local/processes/ports.ts';
import { eventually, eventuallyEqual } from '../support/eventually.ts';
import { runningExecution, statusOf } from '../support/gates-and-children.ts';
import { TcpProxy } from '../support/proxy.ts';
import { type Started, launch } from '../support/processes/started.ts';
import { type World, startWorld } from '../support/world.ts';

let world: World;
before(async () => {
  world = await startWorld(import.meta.url, { SWEEP_INTERVAL_SECONDS: '1' });
});
after(() => world.stop());

test('an API that is killed between commit and wake leaves an execution that the sweep finds', async () => {
  const workspace = await world.workspace();
  // It can commit, and its wake does not arrive.
  const toTemporal = new TcpProxy(new URL(`tcp://${world.temporal.address}`));
  const temporalAddress = (await toTemporal.url()).host;
  toTemporal.freeze();
  // Who sweeps is away as well until the API is dead.
  await world.stopWorker();
  const port = await freePort();
  const api = launchApi(port, temporalAddress);
  let id: string;
  try {
    const response = await eventually(() =>
      fetch(`http://127.0.0.1:${port}/v1/workspaces/${workspace}/executions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': 'once' },
        body: JSON.stringify({ workflowType: 'nothing' }),
      }),
    );
    assert.equal(response.status, 202, api.printed());
    ({ id } = (await response.json()) as { id: string });
  } finally {
    const ended = once(api.child, 'close');
    api.child.kill('SIGKILL');
    await ended;
    toTemporal.close();
  }
  await assert.rejects(world.gate(workspace).describe(), { name: 'WorkflowNotFoundError' });
  await world.startWorker();
  await eventually(async () => assert.equal(await statusOf(world, workspace, id), 'completed'));
});

test('while all APIs are down, what was accepted before is admitted and ends', async () => {
  const workspace = await world.workspace({ tier: 'pro', limitOverride: 1 });
  const running = await runningExecution(world, workspace);
  for (let i = 0; i < 3; i++) await world.enqueue(workspace, 'nothing');
  await world.stopApi();
  await assert.rejects(world.call('GET', '/health/live'), { message: 'fetch failed' });
  await world.finish(running.id);
  await eventuallyEqual(() => world.seqs(workspace, 'completed'), [1, 2, 3, 4]);
});

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
