import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pino from 'pino';
import type { temporal } from '@temporalio/proto';
import {
  DEFAULT_QUEUE,
  GATE_WORKFLOW_TYPE,
  executionWorkflowId,
  gateWorkflowId,
  workspaceQueue,
} from '../../src/domain/names.ts';
import { installTemporalRuntime } from '../../src/worker/sdk/runtime.ts';
import { eventually, eventuallyEqual } from '../support/eventually.ts';
import { isFailedTask } from '../support/failed-tasks.ts';
import { type World, startWorld } from '../support/world.ts';

type Payload = temporal.api.common.v1.IPayload;

/** Under Temporal's 2 MB for one payload. */
const HUGE_CHARS = 1_900_000;
/** Under Temporal's 1,000 bytes for a name. */
const LONG_NAME_CHARS = 900;
/** A gate that fails a workflow task is retried after some seconds at the earliest. */
const ADMITTED_WITHIN_MS = 8_000;

let world: World;
/** What the gate's code and the SDK have logged. */
const lines: string[] = [];
/** One gate takes everything: each message must leave it as it was for the next. */
let workspace: string;
let firstRunId: string;

before(async () => {
  world = await startWorld(import.meta.url);
  // A second call only changes where the SDK's runtime logs to, and the gate's code logs through it.
  installTemporalRuntime(pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) }));
  workspace = await world.workspace({ tier: 'pro', limitOverride: 3 });
  await world.enqueue(workspace, 'nothing');
  await eventuallyEqual(() => world.seqs(workspace, 'completed'), [1]);
  firstRunId = await firstRun();
});
after(() => world.stop());

const bytes = (text: string) => new TextEncoder().encode(text);
const payload = (encoding: string, data?: Uint8Array): Payload => ({
  metadata: { encoding: bytes(encoding) },
  ...(data && { data }),
});
const json = (text: string) => payload('json/plain', bytes(text));

const UNDECODABLE: Readonly<Record<string, Payload>> = {
  'half a JSON text': json('{'),
  'JSON of no bytes': json(''),
  'JSON without data': payload('json/plain'),
  'an encoding that nobody knows': payload('json/klingon', bytes('7')),
  'an encrypted payload': payload('binary/encrypted', Uint8Array.of(1, 2, 3)),
  'no encoding': { metadata: {}, data: bytes('7') },
  'no metadata': { data: bytes('7') },
  'an empty payload': {},
};

const NO_OVERRIDE: Readonly<Record<string, Payload>> = {
  ...UNDECODABLE,
  'JSON that is not UTF-8': payload('json/plain', Uint8Array.of(0x22, 0xff, 0xfe, 0x22)),
  bytes: payload('binary/plain', Uint8Array.of(7)),
  'a number as text': json('"7"'),
  zero: json('0'),
  'minus zero': json('-0'),
  'more than the most': json('1001'),
  'a number beyond 2^53': json('9007199254740993'),
  infinity: json('1e400'),
  'a fraction': json('1.5'),
  'a truth value': json('true'),
  'a list with a number': json('[7]'),
  'an object with a prototype': json('{"__proto__":7,"valueOf":7}'),
  'a text of nearly 2 MB': json(`"${'x'.repeat(HUGE_CHARS)}"`),
};

const gateExecution = () => ({ workflowId: gateWorkflowId(workspace) });
const namespace = () => world.client.options.namespace;

async function signalRaw(signalName: string, ...payloads: Payload[]): Promise<void> {
  await world.client.workflowService.signalWorkflowExecution({
    namespace: namespace(),
    workflowExecution: gateExecution(),
    signalName,
    ...(payloads.length > 0 && { input: { payloads } }),
  });
}

/** The same gate goes on (a huge payload makes it continue as new): it has failed no workflow task, has kept its limit, and admits the next execution. */
async function assertUnharmed(): Promise<void> {
  const next = await world.enqueue(workspace, 'nothing');
  await eventually(
    async () => assert.equal((await world.execution(workspace, next.id)).status, 'completed'),
    ADMITTED_WITHIN_MS,
  );
  assert.equal(await firstRun(), firstRunId);
  assert.deepEqual(await failedTasks(workspace), []);
  const { limitOverride } = (await world.call('GET', `/v1/workspaces/${workspace}`)).body;
  assert.equal(limitOverride, 3);
}

async function firstRun(): Promise<string> {
  return (await world.gate(workspace).describe()).raw.workflowExecutionInfo?.firstRunId ?? '';
}

async function failedTasks(of: string): Promise<unknown[]> {
  const { events = [] } = await world.gate(of).fetchHistory();
  return (events ?? [])
    .filter(isFailedTask)
    .map((event) => event.workflowTaskFailedEventAttributes?.failure?.message);
}

async function assertLogged(words: string, since: number): Promise<void> {
  await eventually(() => {
    const line = lines.slice(since).find((one) => one.includes(words));
    assert.ok(line, `no line says "${words}"`);
    assert.ok(line.length < 2_000, `a line of ${line.length} characters`);
  }, 2_000);
}

for (const [claim, wrong] of Object.entries(NO_OVERRIDE)) {
  test(`a resize to ${claim} is ignored with a log line, and the gate goes on unharmed`, async () => {
    const since = lines.length;
    await signalRaw('resize', wrong);
    await assertLogged('a resize signal was ignored', since);
    await assertUnharmed();
  });
}

test('a resize whose second argument cannot be decoded is the resize that its first says', async () => {
  await signalRaw('resize', json('3'), UNDECODABLE['half a JSON text']!, json('9'));
  await assertUnharmed();
});

test('a wake with arguments, decodable or not, is a wake', async () => {
  for (const wrong of Object.values(UNDECODABLE)) await signalRaw('wake', wrong, json('{"limit":99}'));
  await assertUnharmed();
});

for (const name of [
  'grow',
  '__proto__',
  'constructor',
  'Wake',
  '__stack_trace',
  'x'.repeat(LONG_NAME_CHARS),
]) {
  test(`a signal named ${name.slice(0, 20)} is ignored with a log line, whatever it carries`, async () => {
    const since = lines.length;
    await signalRaw(name, ...Object.values(UNDECODABLE));
    await signalRaw(name, NO_OVERRIDE['a text of nearly 2 MB']!);
    await assertLogged('a signal that gates do not know was ignored', since);
    await assertUnharmed();
  });
}

test('a signal of a name that the SDK keeps for itself is ignored with a log line', async () => {
  const since = lines.length;
  await signalRaw('__temporal_anything', json('1'));
  await assertLogged('kept for the SDK', since);
  await assertUnharmed();
});

test('such signals do not harm a gate that they reach before its first workflow task', async () => {
  const fresh = await world.workspace();
  await world.stopWorker();
  try {
    const { id } = await world.enqueue(fresh, 'nothing');
    await eventually(() => world.gate(fresh).describe());
    for (const name of ['wake', 'resize', 'grow', '__temporal_anything']) {
      await world.client.workflowService.signalWorkflowExecution({
        namespace: namespace(),
        workflowExecution: { workflowId: gateWorkflowId(fresh) },
        signalName: name,
        input: { payloads: Object.values(UNDECODABLE) },
      });
    }
    await world.startWorker();
    await eventually(async () => assert.equal((await world.execution(fresh, id)).status, 'completed'));
    assert.deepEqual(await failedTasks(fresh), []);
  } finally {
    await world.startWorker();
  }
});

test('a snapshot asked for with arguments is the snapshot', async () => {
  const snapshot = await world
    .gate(workspace)
    .query<{ workspaceId: string }, unknown[]>('snapshot', { not: 'wanted' }, 7);
  assert.equal(snapshot.workspaceId, workspace);
});

test('queries that gates do not know, or that cannot be decoded, fail alone', async () => {
  for (const queryType of ['grow', '__proto__', '__temporal_anything']) {
    await assert.rejects(world.gate(workspace).query(queryType), { name: 'QueryNotRegisteredError' });
  }
  for (const wrong of Object.values(UNDECODABLE)) {
    const query = { queryType: 'snapshot', queryArgs: { payloads: [wrong] } };
    await world.client.workflowService
      .queryWorkflow({ namespace: namespace(), execution: gateExecution(), query })
      .catch((error: unknown) => assert.match(String(error), /INVALID_ARGUMENT/));
  }
  await assertUnharmed();
});

test('an update to a gate is refused, and the gate goes on unharmed', async () => {
  for (const [index, wrong] of [json('1'), ...Object.values(UNDECODABLE)].entries()) {
    const { outcome } = await world.client.workflowService.updateWorkflowExecution({
      namespace: namespace(),
      workflowExecution: gateExecution(),
      // Wait until it is completed: a refusal is its completion.
      waitPolicy: { lifecycleStage: 3 },
      request: {
        meta: { updateId: `update-${index}`, identity: 'test' },
        input: { name: 'resize', args: { payloads: [wrong] } },
      },
    });
    assert.match(outcome?.failure?.message ?? '', /No registered handler/);
  }
  await assertUnharmed();
});

test('a child that fails with details that cannot be decoded fails alone, and its gate is not wedged', async () => {
  const external = await world.workspace({ tier: 'pro', workers: 'external' });
  const { id } = await world.enqueue(external, 'secretive');
  const task = await world.client.withDeadline(Date.now() + ADMITTED_WITHIN_MS, () =>
    world.client.workflowService.pollWorkflowTaskQueue({
      namespace: namespace(),
      taskQueue: { name: workspaceQueue(external) },
      identity: 'a worker in another language',
    }),
  );
  assert.equal(task.workflowExecution?.workflowId, executionWorkflowId(id));
  await world.client.workflowService.respondWorkflowTaskCompleted({
    namespace: namespace(),
    taskToken: task.taskToken,
    commands: [
      {
        // COMMAND_TYPE_FAIL_WORKFLOW_EXECUTION
        commandType: 5,
        failWorkflowExecutionCommandAttributes: {
          failure: {
            message: 'Encoded failure',
            encodedAttributes: UNDECODABLE['an encrypted payload']!,
            applicationFailureInfo: {
              type: 'Secret',
              nonRetryable: true,
              details: { payloads: Object.values(UNDECODABLE) },
            },
          },
        },
      },
    ],
  });
  await eventually(async () => {
    const { status, failure } = await world.execution(external, id);
    assert.deepEqual([status, failure], ['failed', { type: 'Secret', message: 'Encoded failure' }]);
  });
  assert.deepEqual(await failedTasks(external), []);
});

test('a gate that was started by hand with another input ends at once, and the next wake starts it as it should be', async () => {
  const fresh = await world.workspace();
  for (const input of [[], [{ workspaceId: workspace }], [{ workspaceId: 7 }], [null]]) {
    const started = await world.client.workflow.start(GATE_WORKFLOW_TYPE, {
      workflowId: gateWorkflowId(fresh),
      taskQueue: DEFAULT_QUEUE,
      args: input,
    });
    await assert.rejects(started.result(), { name: 'WorkflowFailedError' });
  }
  const { id } = await world.enqueue(fresh, 'nothing');
  await eventually(async () => assert.equal((await world.execution(fresh, id)).status, 'completed'));
});
