import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  type ExecutionStatus,
  type ExecutionSummary,
  type Workflow,
  ExecutionCancelledError,
  ExecutionEndedError,
  ExecutionFailedError,
  ExecutionTerminatedError,
  ExecutionTimedOutError,
  BatchRefusedError,
  IdempotencyKeyReusedError,
  NoFreeSlotError,
  ResultOmittedError,
  ResultTimeoutError,
  Sluice,
  WorkflowTypeUnknownError,
  WorkspaceNotFoundError,
} from '../../packages/client/src/index.ts';
import { eventually, eventuallyEqual } from '../support/eventually.ts';
import { type World, startWorld } from '../support/world.ts';
import type { echo, nothing, untilTold } from '../support/workflows/index.ts';

/** As a workflow of the pool's is called: a caller may have the function itself, and need not. */
async function large(characters: number): Promise<string> {
  return await Promise.resolve('x'.repeat(characters));
}

let world: World;
let sluice: Sluice;
before(async () => {
  world = await startWorld(import.meta.url, { TIER_ENTERPRISE_MAX_DURATION_SECONDS: '1' });
  sluice = new Sluice({ baseUrl: `${world.apiUrl}/` });
});
after(() => world.stop());

const TIMEOUT_MS = 30_000;

test('a result is what the workflow returned, with the types of the workflow', async () => {
  const workspace = await world.workspace();
  const started = await sluice.start<typeof echo>('echo', { workspace, input: { orders: [1, 2] } });
  assert.deepEqual(
    [started.repeated, started.execution.status, started.execution.seq],
    [false, 'pending', 1],
  );
  assert.deepEqual(await started.result({ timeout: TIMEOUT_MS }), {
    args: [{ orders: [1, 2] }],
    queue: `workflow.workspace.${workspace}`,
  });

  const characters = await sluice.start<typeof large>('large', { workspace, input: 3 });
  const text: string = await characters.result({ timeout: TIMEOUT_MS });
  assert.equal(text, 'xxx');
  const read = await sluice.executions.get<typeof large>(workspace, characters.id);
  const input: number | undefined = read.input;
  assert.deepEqual([input, read.result, read.status], [3, 'xxx', 'completed']);
});

test('a workflow that returns nothing has no result, and one without an argument takes no input', async () => {
  const workspace = await world.workspace();
  const started = await sluice.start<typeof nothing>('nothing', { workspace });
  assert.equal(await started.result({ timeout: TIMEOUT_MS }), undefined);
  assert.equal('input' in (await started.get()), false);
});

test('the compiler refuses an input that the workflow does not take', () => {
  // Never called: it only has to be compiled.
  const starts = [
    // @ts-expect-error A number is wanted.
    () => sluice.start<typeof large>('large', { workspace: 'acme', input: 'three' }),
    // @ts-expect-error It is required.
    () => sluice.start<typeof large>('large', { workspace: 'acme' }),
    // @ts-expect-error There is none.
    () => sluice.start<typeof nothing>('nothing', { workspace: 'acme', input: 1 }),
    // @ts-expect-error Sluice gives a workflow one argument at most.
    (two: (a: string, b: string) => Promise<void>) => two satisfies Workflow,
    () => sluice.start<typeof untilTold>('untilTold', { workspace: 'acme' }),
    () => sluice.start('anything', { workspace: 'acme', input: { any: 'json' } }),
    // @ts-expect-error The workspace is required.
    () => sluice.start('anything', { input: { any: 'json' } }),
  ];
  assert.equal(starts.length, 7);
});

test('a workflow is started by its function, which types input and result, and one without a name is not', async () => {
  const workspace = await world.workspace();
  const started = await sluice.start(large, { workspace, input: 3 });
  const text: string = await started.result({ timeout: TIMEOUT_MS });
  assert.deepEqual([text, started.execution.workflowType], ['xxx', 'large']);
  const [outcome] = await sluice.startMany([{ workflow: large, input: 2 }], { workspace });
  const other: string = await outcome!.started!.result({ timeout: TIMEOUT_MS });
  assert.equal(other, 'xx');
  const nameless = [async (n: number) => n][0]!;
  await assert.rejects(sluice.start(nameless, { workspace, input: 1 }), /TypeError: .* no name/);
  await assert.rejects(sluice.startMany([{ workflow: nameless, input: 1 }], { workspace }), TypeError);
});

test('each way to end without a result is a class of its own, with the failure', async () => {
  const [workspace, short] = [await world.workspace(), await world.workspace({ tier: 'enterprise' })];
  const untilItRuns = async (where = workspace) => {
    const started = await sluice.start<typeof untilTold>('untilTold', { workspace: where });
    await eventually(async () => assert.notEqual((await started.get()).startedAt, null));
    return started;
  };
  const failing = await untilItRuns();
  await world.client.workflow.getHandle(failing.execution.workflowId).signal('fail', 'no such order');
  await assert.rejects(failing.result({ timeout: TIMEOUT_MS }), (error: unknown) => {
    assert.ok(error instanceof ExecutionFailedError && error instanceof ExecutionEndedError);
    assert.deepEqual(error.failure, { type: 'ToldToFail', message: 'no such order' });
    assert.equal(error.execution.id, failing.id);
    assert.match(error.message, /failed: ToldToFail: no such order$/);
    return true;
  });

  const cancelled = await untilItRuns();
  assert.equal((await cancelled.cancel()).cancelRequested, true);
  await assert.rejects(cancelled.result({ timeout: TIMEOUT_MS }), ExecutionCancelledError);

  const terminated = await untilItRuns();
  assert.equal((await sluice.executions.terminate(workspace, terminated.id)).terminateRequested, true);
  await assert.rejects(terminated.result({ timeout: TIMEOUT_MS }), ExecutionTerminatedError);

  const tooLong = await untilItRuns(short);
  await assert.rejects(tooLong.result({ timeout: TIMEOUT_MS }), ExecutionTimedOutError);
});

test('a result that was left in Temporal is an error that says where it is', async () => {
  const workspace = await world.workspace();
  const started = await sluice.start<typeof large>('large', { workspace, input: 300_000 });
  await assert.rejects(started.result({ timeout: TIMEOUT_MS }), (error: unknown) => {
    assert.ok(error instanceof ResultOmittedError);
    assert.deepEqual([error.reason, error.bytes], ['too-large', 300_002]);
    assert.ok(error.message.includes(started.execution.workflowId));
    return true;
  });
});

test('a wait for a result ends with its timeout, and the execution goes on', async () => {
  const workspace = await world.workspace();
  const started = await sluice.start<typeof untilTold>('untilTold', { workspace });
  await eventuallyEqual(async () => (await started.get()).status, 'running');
  const begunMs = performance.now();
  await assert.rejects(started.result({ timeout: 600 }), (error: unknown) => {
    assert.ok(error instanceof ResultTimeoutError);
    assert.deepEqual([error.timeoutMs, error.execution?.status, error.cause], [600, 'running', undefined]);
    return true;
  });
  assert.ok(performance.now() - begunMs >= 590);
  await world.finish(started.id, { done: true });
  const elsewhere = sluice.executions.handle<typeof untilTold>(workspace, started.id);
  assert.deepEqual(await elsewhere.result(), { done: true });
});

test('a wait for a result ends when its signal is aborted, with the reason of the signal', async () => {
  const workspace = await world.workspace();
  const started = await sluice.start('untilTold', { workspace });
  const stop = new AbortController();
  const waiting = started.result({ signal: stop.signal });
  stop.abort(new Error('the page was closed'));
  await assert.rejects(waiting, /the page was closed/);
  await started.terminate();
});

test('a key that is given makes a start the same execution again, and with other content an error', async () => {
  const workspace = await world.workspace();
  const order = { workspace, input: 7, idempotencyKey: 'order 7' };
  const first = await sluice.start('echo', order);
  const again = await sluice.start('echo', order);
  assert.deepEqual([again.id, again.repeated], [first.id, true]);
  await assert.rejects(sluice.start('echo', { ...order, input: 8 }), (error: unknown) => {
    assert.ok(error instanceof IdempotencyKeyReusedError);
    assert.deepEqual([error.executionId, error.status], [first.id, 422]);
    return true;
  });
  const other = await sluice.start('echo', { workspace, input: 7 });
  const another = await sluice.start('echo', { workspace, input: 7 });
  assert.equal(new Set([first.id, other.id, another.id]).size, 3);
});

test('an execution keeps its reference, and one that would rather not wait is an error of its own when it has to', async () => {
  const workspace = await world.workspace({ tier: 'pro', limitOverride: 1 });
  const first = await sluice.start('untilTold', { workspace, reference: 'order 7', ifBusy: 'reject' });
  assert.equal(first.execution.reference, 'order 7');
  const second = sluice.start('untilTold', { workspace, ifBusy: 'reject' });
  await assert.rejects(second, (error: unknown) => {
    assert.ok(error instanceof NoFreeSlotError);
    assert.deepEqual([error.status, error.limit, error.running + error.pending], [409, 1, 1]);
    return true;
  });
  await first.terminate();
});

test('many are started in one request, and what is refused says why', async () => {
  const workspace = await world.workspace();
  const order = { workflow: 'echo', input: 7, idempotencyKey: 'order 7' };
  const outcomes = await sluice.startMany(
    [order, order, { ...order, input: 8 }, { workflow: 'echo', input: 9, reference: 'nine' }],
    { workspace },
  );
  assert.deepEqual(
    outcomes.map(({ started, problem }) => problem?.status ?? [started!.execution.seq, started!.repeated]),
    [[1, false], [1, true], 422, [2, false]],
  );
  assert.equal(outcomes[3]!.started!.execution.reference, 'nine');
  const results = await Promise.all([0, 3].map((nth) => outcomes[nth]!.started!.result()));
  assert.deepEqual(
    results.map((result) => (result as { args: unknown[] }).args),
    [[7], [9]],
  );
  await assert.rejects(
    sluice.startMany([{ workflow: 'echo' }, { ...order, input: 8 }], { workspace, atomic: true }),
    (error: unknown) => {
      assert.ok(error instanceof BatchRefusedError);
      assert.deepEqual(
        error.refused.map(({ path, problem }) => [path, problem.executionId]),
        [['/executions/1', outcomes[0]!.started!.id]],
      );
      return true;
    },
  );
});

test('an execution that has ended is run again as a new one, once for each key', async () => {
  const workspace = await world.workspace();
  const started = await sluice.start('echo', { workspace, input: 7 });
  await started.result();
  const again = await started.rerun({ idempotencyKey: 'again' });
  assert.deepEqual([again.execution.rerunOf, again.repeated], [started.id, false]);
  assert.deepEqual(((await again.result()) as { args: unknown[] }).args, [7]);
  const repeated = await started.rerun({ idempotencyKey: 'again' });
  assert.deepEqual([repeated.id, repeated.repeated], [again.id, true]);
  assert.notEqual((await started.rerun()).id, (await started.rerun()).id);
});

test('a list goes through all pages, or through those of one status, and reads no page that nobody needs', async () => {
  const workspace = await world.workspace({ tier: 'pro', limitOverride: 4 });
  for (let i = 0; i < 5; i++) await sluice.start('untilTold', { workspace });
  await eventuallyEqual(async () => (await sluice.workspaces.get(workspace)).running, 4);
  const requests: string[] = [];
  const watched = new Sluice({
    baseUrl: world.apiUrl,
    fetch: (request) => {
      requests.push(request.url);
      return fetch(request);
    },
  });
  const seqs = async (status?: ExecutionStatus) => {
    const found: (number | null)[] = [];
    for await (const { seq } of watched.executions.list(workspace, { pageSize: 2, status })) found.push(seq);
    return found;
  };
  assert.deepEqual(await seqs(), [5, 4, 3, 2, 1]);
  assert.deepEqual(await seqs('running'), [4, 3, 2, 1]);
  assert.deepEqual(await seqs('failed'), []);
  requests.length = 0;
  for await (const { seq } of watched.executions.list(workspace, { pageSize: 2 })) if (seq === 4) break;
  assert.equal(requests.length, 1);
  for await (const { id } of watched.executions.list(workspace))
    await sluice.executions.terminate(workspace, id);
});

test('a list goes by every filter, over one workspace and over all', async () => {
  const [one, other] = [await world.workspace(), await world.workspace()];
  const reference = `of ${one}`;
  const ids: string[] = [];
  for (const workspace of [one, other])
    ids.unshift((await sluice.start('untilTold', { workspace, reference })).id);
  await sluice.start('untilTold', { workspace: one });
  const found = async (executions: AsyncIterable<ExecutionSummary>) => {
    const listed: string[] = [];
    for await (const { id } of executions) listed.push(id);
    return listed;
  };
  const { executions } = sluice;
  assert.deepEqual(await found(executions.listAll({ reference, pageSize: 1 })), ids);
  assert.deepEqual(await found(executions.list(one, { reference, workflowType: 'untilTold' })), [ids[1]]);
  assert.deepEqual(await found(executions.list(one, { reference, workflowType: 'another' })), []);
  assert.deepEqual(await found(executions.list(one, { reference, labels: { team: 'a', env: 'b' } })), []);
  const { createdAt } = await executions.get(other, ids[0]!);
  const time = new Date(createdAt);
  assert.deepEqual(await found(executions.listAll({ reference, createdAfter: time })), [ids[0]]);
  assert.deepEqual(await found(executions.listAll({ reference, createdBefore: time })), [ids[1]]);
  for (const workspace of [one, other])
    for await (const { id } of executions.list(workspace)) await executions.terminate(workspace, id);
});

test('payloads are deleted on request, and what waits for the result is told so', async () => {
  const workspace = await world.workspace();
  const started = await sluice.start<typeof echo>('echo', { workspace, input: { secret: 7 } });
  await started.result({ timeout: TIMEOUT_MS });
  const deleted = await sluice.executions.deletePayloads(workspace, started.id);
  assert.deepEqual(
    [deleted.executionId, (await started.deletePayloads()).deletedAt],
    [started.id, deleted.deletedAt],
  );
  const { input, inputOmitted, payloadsDeletedAt } = await started.get();
  assert.deepEqual(
    [input, inputOmitted, payloadsDeletedAt],
    [undefined, { reason: 'deleted', bytes: 12 }, deleted.deletedAt],
  );
  await assert.rejects(started.result(), (error: unknown) => {
    assert.ok(error instanceof ResultOmittedError);
    assert.equal(error.reason, 'deleted');
    assert.match(error.message, /was deleted on request\.$/);
    return true;
  });
});

test('other refusals are errors of their own classes, too', async () => {
  await assert.rejects(sluice.start('echo', { workspace: 'nobody' }), WorkspaceNotFoundError);
  const workspace = await world.workspace();
  await assert.rejects(sluice.start('ecko', { workspace }), (error: unknown) => {
    assert.ok(error instanceof WorkflowTypeUnknownError);
    assert.equal(error.workflowType, 'ecko');
    assert.ok(error.knownWorkflowTypes.includes('echo'));
    assert.match(error.requestId ?? '', /^[0-9a-f-]{36}$/);
    return true;
  });
});
