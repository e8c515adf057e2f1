import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { v7 as uuidv7 } from 'uuid';
import type { Client } from '@temporalio/client';
import { type WatchDeps, watchExecution } from '../../../src/activities/gate/watch-execution.ts';
import { deploymentId } from '../../../src/db/installation/deployment.ts';
import { type NotFoundCount, isBelieved } from '../../../src/domain/not-found.ts';
import { executionWorkflowId } from '../../../src/domain/names.ts';
import { createLog } from '../../../src/process/log.ts';
import type { ClosedExecution, WatchedExecution } from '../../../src/workflows/gate/contract.ts';
import { eventually } from '../../support/eventually.ts';
import { childOf, runningExecution, wake } from '../../support/gates-and-children.ts';
import { type World, startWorld } from '../../support/world.ts';

const RULE = { times: 4, spanMs: 2_000, everyMs: 100 };
const RETENTION_SECONDS = 86_400;

let world: World;
before(async () => {
  world = await startWorld(import.meta.url, {}, undefined, { notFoundRule: RULE });
});
after(() => world.stop());

/** Watches one execution outside a gate, until it has ended or the test has seen enough. */
async function watching(
  execution: WatchedExecution,
  options: Partial<WatchDeps> & { workspace?: string } = {},
) {
  const { workspace = 'w', ...deps } = options;
  const counts: (NotFoundCount | null)[] = [];
  const turn = new AbortController();
  const ended: Promise<ClosedExecution | null> = watchExecution(
    {
      client: world.client,
      log: createLog({ level: 'silent', process: 'test' }),
      notFoundRule: { times: 3, spanMs: 100, everyMs: 20 },
      requireInstallation: async () => {},
      retentionSeconds: RETENTION_SECONDS,
      ...deps,
    },
    { deployment: await deploymentId(world.database.db), workspaceId: workspace, executions: [execution] },
    execution,
    { signal: turn.signal, started: () => {}, notFound: (count) => counts.push(count) },
  );
  return { counts, ended, stop: () => turn.abort() };
}

/** As gRPC gives it. */
const notFoundError = () =>
  Object.assign(new Error('not there'), { code: 5, details: 'not there', metadata: {} });

const agoIso = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();

test('not found is believed after enough tries over long enough, and not before', () => {
  const rule = { times: 3, spanMs: 1_000, everyMs: 10 };
  const at = Date.parse('2026-01-01T00:00:01Z');
  const since = '2026-01-01T00:00:00Z';
  assert.equal(isBelieved({ since, times: 3 }, rule, at), true);
  assert.equal(isBelieved({ since, times: 2 }, rule, at), false);
  assert.equal(isBelieved({ since, times: 300 }, rule, at - 1), false);
});

test('an execution that Temporal no longer has keeps its slot until it was not found for long enough', async () => {
  const workspace = await world.workspace();
  const { id } = await runningExecution(world, workspace);
  await eventually(async () => assert.ok((await world.execution(workspace, id)).runId));
  await world.gate(workspace).terminate('by the test');
  await world.client.workflowService.deleteWorkflowExecution({
    namespace: world.client.options.namespace,
    workflowExecution: { workflowId: executionWorkflowId(id) },
  });
  await eventually(() => assert.rejects(childOf(world, id).describe(), { name: 'WorkflowNotFoundError' }));
  await wake(world, workspace);
  const execution = await eventually(async () => {
    const now = await world.execution(workspace, id);
    assert.equal(now.status, 'failed');
    return now;
  });
  assert.equal(execution.failure?.type, 'OutcomeUnknown');
  const [, times, since] = /not found (\d+) times since (\S+?)\. /.exec(execution.failure.message)!;
  assert.ok(Number(times) >= RULE.times, execution.failure.message);
  assert.ok(Date.parse(String(execution['closedAt'])) - Date.parse(since!) >= RULE.spanMs);
});

test('a workflow that is found again is watched as before: what was counted is forgotten', async () => {
  const workspace = await world.workspace();
  const { id } = await runningExecution(world, workspace);
  let asked = 0;
  const { workflowService } = world.client;
  const client = Object.create(world.client, {
    workflowService: {
      value: Object.create(workflowService, {
        describeWorkflowExecution: {
          value: (request: { namespace: string }) =>
            asked++ < 2
              ? Promise.reject(notFoundError())
              : workflowService.describeWorkflowExecution(request),
        },
      }),
    },
  }) as Client;
  const watch = await watching({ executionId: id, startRecorded: true }, { client, workspace });
  await eventually(() => assert.equal(watch.counts.length, 4));
  assert.deepEqual(
    watch.counts.map((count) => count?.times),
    [undefined, 1, 2, undefined],
  );
  await world.finish(id, 'found');
  assert.equal((await watch.ended)?.outcome.result, '"found"');
});

test('what earlier turns counted is counted on', async () => {
  const notFound = { since: agoIso(600), times: 2 };
  const watch = await watching(
    { executionId: uuidv7(), startRecorded: true, notFound },
    { notFoundRule: { times: 3, spanMs: 300_000, everyMs: 60_000 } },
  );
  assert.equal((await watch.ended)?.outcome.failure?.type, 'OutcomeUnknown');
});

test('a row without a recorded run is believed lost only when it was admitted before the retention less its margin', async () => {
  const young = await watching({
    executionId: uuidv7(),
    startRecorded: false,
    admittedAt: agoIso(RETENTION_SECONDS - 3 * 3600),
  });
  await eventually(() => assert.ok((young.counts.at(-1)?.times ?? 0) > 20));
  young.stop();
  assert.equal(await young.ended, null);
  const old = await watching({
    executionId: uuidv7(),
    startRecorded: false,
    admittedAt: agoIso(RETENTION_SECONDS - 60),
  });
  assert.equal((await old.ended)?.outcome.failure?.type, 'OutcomeUnknown');
});

test('a row whose end was asked for while it was reserved ends so, unless it may have run and been forgotten', async () => {
  const askedAt = async (admittedAt: string) => {
    const execution = { executionId: uuidv7(), startRecorded: false, admittedAt };
    const { ended } = await watching({ ...execution, endRequested: 'cancel' });
    const { outcome, declared } = (await ended)!;
    return [outcome.status, outcome.failure?.type ?? null, declared];
  };
  assert.deepEqual(await askedAt(agoIso(1)), ['cancelled', null, true]);
  assert.deepEqual(await askedAt(agoIso(RETENTION_SECONDS - 60)), ['failed', 'OutcomeUnknown', true]);
});

test('nothing is believed of a namespace that the database is not bound to', async () => {
  let refused = 0;
  const watch = await watching(
    { executionId: uuidv7(), startRecorded: true },
    { requireInstallation: () => Promise.reject(new Error(`another namespace, ${++refused}`)) },
  );
  await eventually(() => assert.ok(refused > 0));
  watch.stop();
  assert.equal(await watch.ended, null);
});
