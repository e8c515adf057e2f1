import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { freePort } from '../../src/local/processes/ports.ts';
import { eventually } from '../support/eventually.ts';
import { insertIntoInbox } from '../support/inbox.ts';
import { type World, startWorld } from '../support/world.ts';
import { scrape, type Scraped, valueOf } from './scrape.ts';

let world: World;
let workerUrl: string;
before(async () => {
  const port = await freePort();
  workerUrl = `http://127.0.0.1:${port}`;
  world = await startWorld(import.meta.url, {
    WORKER_HEALTH_PORT: String(port),
    SWEEP_INTERVAL_SECONDS: '1',
    METRICS_WORKSPACES: '1',
  });
});
after(() => world.stop());

const ofWorker = () => scrape(workerUrl);
const ofApi = () => scrape(world.apiUrl);

/** By how much it has grown since that scrape. */
function grown(
  from: ReadonlyMap<string, Scraped>,
  to: ReadonlyMap<string, Scraped>,
  name: string,
  labels: Record<string, string> = {},
): number {
  return valueOf(to, name, labels)! - valueOf(from, name, labels)!;
}

test('each admission, handoff, start and end is counted once, with its time', async () => {
  const workspace = await world.workspace({ tier: 'pro', limitOverride: 1 });
  const earlier = await ofWorker();
  const { status } = await world.call('POST', `/v1/workspaces/${workspace}/executions/batch`, {
    executions: [
      { workflowType: 'restFor', input: 200 },
      ...Array.from({ length: 3 }, () => ({ workflowType: 'nothing' })),
      { workflowType: 'failOnce' },
    ],
  });
  assert.equal(status, 202);
  // Starts are read from Temporal later.
  const later = await eventually(async () => {
    const now = await ofWorker();
    assert.equal(grown(earlier, now, 'sluice_admission_seconds_count'), 5);
    assert.equal(grown(earlier, now, 'sluice_execution_seconds_count', { tier: 'pro' }), 5);
    return now;
  }, 60_000);
  const pro = { tier: 'pro' };
  assert.equal(grown(earlier, later, 'sluice_wait_seconds_count', pro), 5);
  assert.equal(grown(earlier, later, 'sluice_handoff_seconds_count', pro), 4);
  assert.equal(grown(earlier, later, 'sluice_executions_ended_total', { status: 'completed' }), 4);
  assert.equal(grown(earlier, later, 'sluice_executions_ended_total', { status: 'failed' }), 1);
  assert.ok(grown(earlier, later, 'sluice_reconcile_seconds_count', { result: 'done' }) >= 5);
  // Four waited for the one that rests, and nobody held a slot for longer than it.
  assert.ok(grown(earlier, later, 'sluice_wait_seconds_sum', pro) >= 4 * 0.2);
  assert.ok(grown(earlier, later, 'sluice_execution_seconds_sum', pro) >= 0.2);
});

test('an execution that ends without a slot is counted by the process that ended it', async () => {
  const workspace = await world.workspace({ tier: 'pro', limitOverride: 1 });
  const holds = await world.enqueue(workspace, 'untilTold');
  const waits = await world.enqueue(workspace, 'untilTold');
  const expires = await world.call('POST', `/v1/workspaces/${workspace}/executions`, {
    workflowType: 'untilTold',
    startBefore: new Date(Date.now() + 2_000).toISOString(),
  });
  assert.equal(expires.status, 202, expires.text);
  const [api, worker] = [await ofApi(), await ofWorker()];
  await world.call('POST', `/v1/workspaces/${workspace}/executions/${waits.id}/cancel`);
  assert.equal(grown(api, await ofApi(), 'sluice_executions_ended_total', { status: 'cancelled' }), 1);
  await eventually(async () => {
    assert.equal(grown(worker, await ofWorker(), 'sluice_executions_ended_total', { status: 'expired' }), 1);
  });
  await world.finish(holds.id);
});

test('what transactions asked for counts as accepted, repeated or ended when it is sequenced', async () => {
  const workspace = await world.workspace();
  const { pool } = world.database;
  const earlier = await ofApi();
  for (const input of ['{"a":1}', '{"a":1}', '{"a":2}', '{"a":3}'])
    await insertIntoInbox(pool, workspace, { workflowType: 'nothing', idempotencyKey: 'k', input });
  await eventually(async () => {
    const later = await ofApi();
    const by = (name: string, labels: Record<string, string>) => grown(earlier, later, name, labels);
    assert.deepEqual(
      {
        new: by('sluice_executions_accepted_total', { result: 'new' }),
        repeated: by('sluice_executions_accepted_total', { result: 'repeated' }),
        rejected: by('sluice_executions_ended_total', { status: 'rejected' }),
        waits: grown(earlier, later, 'sluice_inbox_wait_seconds_count'),
      },
      { new: 1, repeated: 1, rejected: 2, waits: 4 },
    );
    for (const [outcome, rows] of [
      ['placed', 1],
      ['alias', 1],
      ['rejected', 2],
    ] as const)
      assert.equal(by('sluice_inbox_sequenced_total', { outcome }), rows, outcome);
    assert.equal(valueOf(later, 'sluice_inbox_oldest_seconds'), 0);
  });
});

test('the sweep counts what it woke and replaced, and says when it was there last', async () => {
  const earlier = await ofWorker();
  for (const sweepWakes of [0, 2]) {
    const workspace = await world.workspace();
    await world.database.pool.query(
      `with w as (
         update workspaces set last_seq = 1, pending = 1, sweep_wakes = $2, created_at = now() - interval '1 hour' where id = $1)
       insert into executions (id, workspace_id, seq, workflow_type) values ($3, $1, 1, 'nothing')`,
      [workspace, sweepWakes, randomUUID()],
    );
  }
  await eventually(async () => {
    const later = await ofWorker();
    assert.equal(grown(earlier, later, 'sluice_sweep_wakes_total'), 1);
    assert.equal(grown(earlier, later, 'sluice_gate_heals_total'), 1);
    assert.ok(valueOf(later, 'sluice_sweep_age_seconds')! < 60);
  }, 60_000);
});

test('items of a batch that are refused count, whether the others of it are stored or not', async () => {
  const workspace = await world.workspace();
  const unknown = { problem: 'workflow-type-unknown', within: 'batch' };
  const executions = [{ workflowType: 'echo' }, ...Array.from({ length: 2 }, () => ({ workflowType: 'x' }))];
  const path = `/v1/workspaces/${workspace}/executions/batch`;
  assert.equal((await world.call('POST', path, { executions })).status, 202);
  const earlier = await ofApi();
  assert.equal(valueOf(earlier, 'sluice_requests_refused_total', unknown), 2);
  assert.equal((await world.call('POST', path, { executions, atomic: true })).status, 409);
  const later = await ofApi();
  assert.equal(grown(earlier, later, 'sluice_requests_refused_total', unknown), 2);
  assert.equal(
    valueOf(later, 'sluice_requests_refused_total', { problem: 'batch-refused', within: 'request' }),
    1,
  );
});

test('the largest backlog is named, the others are added up, and demand is what workers could run', async () => {
  const [large, small] = [
    await world.workspace({ tier: 'enterprise', limitOverride: 2 }),
    await world.workspace({ tier: 'enterprise', limitOverride: 3 }),
  ];
  const held = [];
  for (let n = 0; n < 6; n++) held.push(await world.enqueue(large, 'untilTold'));
  held.push(await world.enqueue(small, 'untilTold'));
  const enterprise = { tier: 'enterprise' };
  await eventually(async () => {
    const now = await ofApi();
    const of = (name: string, labels: Record<string, string> = enterprise) => valueOf(now, name, labels);
    assert.deepEqual(
      ['sluice_pending', 'sluice_running', 'sluice_limit', 'sluice_workspaces'].map((name) => of(name)),
      [4, 3, 5, 2],
    );
    assert.ok(of('sluice_oldest_wait_seconds')! > 0);
    assert.equal(of('sluice_demand', { ...enterprise, workers: 'pool' }), 3);
    const named = { ...enterprise, workspace: large };
    const rest = { ...enterprise, workspace: '(rest)' };
    assert.deepEqual([of('sluice_workspace_pending', named), of('sluice_workspace_running', named)], [4, 2]);
    assert.deepEqual([of('sluice_workspace_pending', rest), of('sluice_workspace_running', rest)], [0, 1]);
    assert.equal(of('sluice_workspace_pending', { workspace: small }), undefined);
  });
  await world.call('PATCH', `/v1/workspaces/${large}`, { limitOverride: 6 });
  for (const { id } of held) await world.finish(id);
});

test("the SDK's numbers are beside ours, in seconds, and no queue of a workspace has series of its own", async () => {
  const workspace = await world.workspace();
  const { id } = await world.enqueue(workspace, 'restFor', 1_500);
  await eventually(async () => assert.equal((await world.execution(workspace, id)).status, 'completed'));
  const activity = {
    task_queue: 'workflow.workspace.*',
    workflow_type: 'restFor',
    activity_type: 'rest',
  };
  const scraped = await eventually(async () => {
    const now = await ofWorker();
    const seconds = valueOf(now, 'temporal_activity_execution_latency_sum', activity)!;
    assert.ok(seconds >= 1.5 && seconds < 600, `${seconds} s`);
    return now;
  });
  const names = [...scraped.values()].flatMap(({ series }) =>
    series.map(({ labels: of }) => of['task_queue']),
  );
  assert.deepEqual(
    [...new Set(names)].filter((queue) => queue?.startsWith('workflow.workspace.')),
    ['workflow.workspace.*'],
  );
});
