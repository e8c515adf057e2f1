import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '../../support/eventually.ts';
import { childOf, statusOf, wake } from '../../support/gates-and-children.ts';
import { type OwnTemporal, startOwnTemporal } from '../../support/own-temporal.ts';
import { type World, startWorld } from '../../support/world.ts';

/** The server terminates a workflow whose history is longer. Room for what the gates of this test do, and little more. */
const HISTORY_EVENTS_MAX = 60;

let temporal: OwnTemporal;
let world: World;
before(async () => {
  temporal = await startOwnTemporal(import.meta.url, { 'limit.historyCount.error': HISTORY_EVENTS_MAX });
  world = await startWorld(import.meta.url, {}, { temporalAddress: temporal.address });
});
after(async () => {
  await world?.stop();
  await temporal?.stop();
});

test('a child that a gate left without a first workflow task, because it ended in the midst of the start, is run by the next gate', async () => {
  await world.stopWorker();
  // The answer to a start is one event too many for some of them: Temporal has the child then, terminates its gate instead of telling
  // it, and schedules nothing for the child. Each has room for one event less than the one before.
  const claimed: Claimed[] = [];
  for (let room = 8; room >= 3; room--) {
    const workspace = await world.workspace();
    const { id } = await world.enqueue(workspace, 'nothing');
    const gate = world.gate(workspace);
    const { historyLength } = await eventually(() => gate.describe());
    const fillers = HISTORY_EVENTS_MAX - room - historyLength;
    await Promise.all(Array.from({ length: fillers }, () => gate.signal('wake')));
    claimed.push({ workspace, id });
  }
  await world.startWorker();
  const { workspace, id } = await eventually(async () => {
    for (const candidate of claimed) if (await isHalfStarted(candidate)) return candidate;
    throw new Error('none is half started');
  });
  await wake(world, workspace);
  await eventually(async () => assert.equal(await statusOf(world, workspace, id), 'completed'));
});

interface Claimed {
  readonly workspace: string;
  readonly id: string;
}

/** Its gate has ended and was not told of it, so that nobody will schedule its first workflow task any more. */
async function isHalfStarted({ workspace, id }: Claimed): Promise<boolean> {
  const gate = world.gate(workspace);
  if ((await gate.describe()).status.name !== 'TERMINATED') return false;
  const { events } = await gate.fetchHistory();
  if (events?.some((event) => event.childWorkflowExecutionStartedEventAttributes)) return false;
  if (!events?.some((event) => event.startChildWorkflowExecutionInitiatedEventAttributes)) return false;
  const child = await childOf(world, id).describe();
  return child.historyLength === 1;
}
