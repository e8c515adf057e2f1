import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { executionWorkflowId } from '../../src/domain/names.ts';
import { eventually, eventuallyEqual } from '../support/eventually.ts';
import { type ExecutionBody, type World, startWorld } from '../support/world.ts';

/** The most that MAX_INPUT_BYTES may be set to. */
const INPUT_MAX_BYTES = 524_288;

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

test('inputs of the largest size that double by escaping do not add up to more than Temporal takes from a gate', async () => {
  const workspace = await world.workspace({ tier: 'enterprise' });
  // One byte short of what one answer carries, so that another one of the largest size comes with it.
  const almost = `"${'\\"'.repeat(INPUT_MAX_BYTES / 2 - 2)}a"`;
  const largest = `"${'\\"'.repeat(INPUT_MAX_BYTES / 2 - 1)}"`;
  await world.stopWorker();
  for (const input of [almost, largest, almost, largest]) await enqueue(workspace, 'nothing', input);
  await world.startWorker();
  await eventuallyEqual(() => world.seqs(workspace, 'completed'), [1, 2, 3, 4]);
  const gate = await world.gate(workspace).describe();
  assert.equal(gate.status.name, 'RUNNING');
  const { events } = await world.client.workflow
    .getHandle(gate.workflowId, gate.raw.workflowExecutionInfo?.firstRunId ?? '')
    .fetchHistory();
  assert.deepEqual(
    events?.filter(
      (event) => event.workflowExecutionTerminatedEventAttributes ?? event.workflowTaskFailedEventAttributes,
    ),
    [],
  );
});
