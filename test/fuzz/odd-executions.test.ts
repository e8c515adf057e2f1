import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { executionWorkflowId } from '../../src/domain/names.ts';
import { eventually, eventuallyEqual } from '../support/eventually.ts';
import { isFailedTask } from '../support/failed-tasks.ts';
import { type ExecutionBody, type World, startWorld } from '../support/world.ts';

/** The most that MAX_INPUT_BYTES may be set to. */
const INPUT_MAX_BYTES = 524_288;
/** Of an enterprise workspace. */
const SLOTS = 10;

let world: World;
before(async () => {
  world = await startWorld(import.meta.url, { MAX_INPUT_BYTES: String(INPUT_MAX_BYTES) });
});
after(() => world.stop());

const child = (id: string) => world.client.workflow.getHandle(executionWorkflowId(id));

async function enqueue(workspace: string, workflowType: string, input: string): Promise<ExecutionBody> {
  const body = `{"workflowType":${JSON.stringify(workflowType)},"input":${input}}`;
  const answer = await world.call<ExecutionBody>('POST', `/v1/workspaces/${workspace}/executions`, body);
  assert.equal(answer.status, 202, answer.text);
  return answer.body;
}

test('whatever name a workflow type may have, its execution starts, and none blocks those behind it', async () => {
  const names = [
    ' ',
    '__proto__',
    'constructor',
    '__temporal_anything',
    '_/.\\*|[](){}<>#+!~`"\'',
    '😀'.repeat(100),
    '\uffff'.repeat(200),
    '\u202eright to left',
    'e\u0301'.repeat(100),
    'a'.repeat(200),
  ];
  const workspace = await world.workspace({ tier: 'pro', limitOverride: names.length, workers: 'external' });
  const executions = [];
  for (const name of names) executions.push(await enqueue(workspace, name, 'null'));
  for (const [index, { id }] of executions.entries()) {
    await eventually(async () => assert.equal((await child(id).describe()).type, names[index]));
    await eventually(async () => assert.ok((await world.execution(workspace, id)).runId));
    await child(id).terminate('by the test');
  }
  await eventually(async () =>
    assert.equal((await world.seqs(workspace, 'terminated')).length, names.length),
  );
});

test('whatever JSON an input may be, its workflow gets the very text', async () => {
  const inputs = [
    '1e400',
    '-0',
    '12345678901234567890.10',
    '{"__proto__":{"a":1},"a":1,"a":2,"constructor":null}',
    '"\\u0000\\ud83d\\ude00\\u202e😀"',
    `${'['.repeat(63)}${']'.repeat(63)}`,
    `[${Array.from({ length: 100_000 }, () => '-0').join()}]`,
    `"${'\\u0000'.repeat(80_000)}"`,
  ];
  const workspace = await world.workspace({ tier: 'enterprise' });
  for (const input of inputs) {
    const { id } = await enqueue(workspace, 'nothing', input);
    await eventually(async () => assert.equal((await world.execution(workspace, id)).status, 'completed'));
    const { events } = await child(id).fetchHistory();
    const [payload] = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
    assert.ok(Buffer.from(payload?.data ?? []).equals(Buffer.from(input)), input.slice(0, 100));
  }
});

test('slots full of inputs of the largest size, doubled by escaping, are handed over in parts that Temporal takes', async () => {
  const workspace = await world.workspace({ tier: 'enterprise' });
  const largest = `"${'\\"'.repeat(INPUT_MAX_BYTES / 2 - 1)}"`;
  const seqs = Array.from({ length: SLOTS }, (_, index) => index + 1);
  await world.stopWorker();
  await Promise.all(seqs.map(() => enqueue(workspace, 'nothing', largest)));
  await world.startWorker();
  await eventuallyEqual(() => world.seqs(workspace, 'completed'), seqs, 30_000);
  assert.deepEqual(await brokenEvents(workspace), []);
});

/** What must not be in the history of a gate. Read in small pages: the client takes no more than 4 MB at once. */
async function brokenEvents(workspace: string): Promise<unknown[]> {
  const { raw, workflowId } = await world.gate(workspace).describe();
  const broken = [];
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = await world.client.workflowService.getWorkflowExecutionHistory({
      namespace: world.client.options.namespace,
      execution: { workflowId, runId: raw.workflowExecutionInfo!.firstRunId! },
      maximumPageSize: 2,
      ...(nextPageToken && { nextPageToken }),
    });
    for (const event of page.history?.events ?? []) {
      if (event.workflowExecutionTerminatedEventAttributes || isFailedTask(event)) broken.push(event);
    }
    nextPageToken = page.nextPageToken;
  } while (nextPageToken && nextPageToken.length > 0);
  return broken;
}
