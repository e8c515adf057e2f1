import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import proto from '@temporalio/proto';
import { auditDeployment } from '../../../src/audit/audit-deployment.ts';
import { workspaceQueue } from '../../../src/domain/names.ts';
import { eventually } from '../../support/eventually.ts';
import { childOf, wake } from '../../support/gates-and-children.ts';
import {
  type RawCommand,
  type RawFailure,
  type RawPayload,
  type RawWorker,
  completes,
  fails,
  rawPayload,
  startRawWorker,
} from '../../support/raw-worker.ts';
import { type ExecutionBody, type World, startWorld } from '../../support/world.ts';

let world: World;
before(async () => {
  world = await startWorld(import.meta.url);
});
after(() => world.stop());

const { COMMAND_TYPE_MODIFY_WORKFLOW_PROPERTIES } = proto.temporal.api.enums.v1.CommandType;
const json = (value: unknown) => rawPayload('json/plain', JSON.stringify(value));
const encrypted = rawPayload('binary/encrypted', Buffer.from([0, 255, 1]));

function setsMemo(fields: Record<string, RawPayload>): RawCommand {
  return {
    commandType: COMMAND_TYPE_MODIFY_WORKFLOW_PROPERTIES,
    modifyWorkflowPropertiesCommandAttributes: { upsertedMemo: { fields } },
  };
}

/** Changes its memo at its first task, and ends at its next. */
function worker(workspace: string, memo: Record<string, RawPayload>): RawWorker {
  return startRawWorker({
    client: world.client,
    taskQueue: workspaceQueue(workspace),
    workflows: ({ workflowType, history }) => {
      if (workflowType === 'deep') return fails(nested(94));
      if (workflowType === 'none') return completes([]);
      if (workflowType === 'two') return completes([json('first'), json('second')]);
      if (workflowType !== 'hides') return completes(null);
      const isFirst = !history.some((event) => event.workflowTaskCompletedEventAttributes);
      return isFirst ? { commands: [setsMemo(memo)] } : completes([rawPayload('json/plain', '"kept"')]);
    },
  });
}

function nested(depth: number): RawFailure {
  if (depth === 0) return { message: 'root', applicationFailureInfo: { type: 'Root' } };
  return {
    message: 'outer',
    activityFailureInfo: { activityType: { name: 'a' } },
    cause: nested(depth - 1),
  };
}

async function killGate(workspace: string): Promise<void> {
  await world.gate(workspace).terminate('by the test');
  await wake(world, workspace);
}

async function audit(workspaces: readonly string[]) {
  return await auditDeployment({
    database: world.database,
    client: world.client,
    workspaces,
  });
}

for (const [what, memo] of Object.entries({
  'an encrypted field': { secret: encrypted },
  'a field of no bytes that is to be JSON': { odd: rawPayload('json/plain') },
  'our own fields encrypted': { sluiceExecution: encrypted, sluiceDeployment: encrypted },
  "our own fields with another's values": { sluiceExecution: json('other'), sluiceWorkspace: json(7) },
})) {
  test(`an adopted child whose memo got ${what} keeps its slot while it runs, ends as it ended, and is audited`, async () => {
    const workspace = await world.workspace({ tier: 'pro', limitOverride: 1, workers: 'external' });
    const raw = worker(workspace, memo);
    try {
      const hidden = await world.enqueue(workspace, 'hides');
      const next = await world.enqueue(workspace, 'next');
      await eventually(async () => {
        const { events } = await childOf(world, hidden.id).fetchHistory();
        assert.ok(events!.some((event) => event.workflowPropertiesModifiedEventAttributes));
        assert.ok((await world.execution(workspace, hidden.id)).runId);
      });
      await killGate(workspace);
      await eventually(async () => {
        const { raw: gate } = await world.gate(workspace).describe();
        assert.equal(gate.pendingActivities?.length, 1, 'it is watched');
      });
      await assertStays(workspace, hidden, 'running');
      await childOf(world, hidden.id).signal('end');
      await eventually(async () =>
        assert.equal((await world.execution(workspace, hidden.id)).result, 'kept'),
      );
      await eventually(async () =>
        assert.equal((await world.execution(workspace, next.id)).status, 'completed'),
      );
      const report = await eventually(async () => {
        const made = await audit([workspace]);
        assert.deepEqual(made.notes, []);
        return made;
      });
      assert.deepEqual(
        report.checks.flatMap(({ breaches }) => breaches),
        [],
      );
    } finally {
      await raw.stop();
    }
  });
}

/** Through a whole look at it: the gate has reconciled after its watch has begun. */
async function assertStays(workspace: string, { id }: ExecutionBody, status: string): Promise<void> {
  const reconciledAt = async () => {
    const { rows } = await world.database.pool.query<{ at: Date }>(
      'select reconciled_at as at from workspaces where id = $1',
      [workspace],
    );
    return rows[0]!.at.getTime();
  };
  const before = await reconciledAt();
  await wake(world, workspace);
  await eventually(async () => assert.ok((await reconciledAt()) > before));
  assert.equal((await world.execution(workspace, id)).status, status);
}

for (const [what, { workflowType, ...end }] of Object.entries({
  'a failure nested as deep as the SDK takes': {
    workflowType: 'deep',
    failure: { type: 'Root', message: 'root' },
    result: null,
  },
  'a list of no result': { workflowType: 'none', failure: null, result: null },
  'a list of two results': { workflowType: 'two', failure: null, result: 'first' },
})) {
  test(`ISOLATION: ${what} ends no Worker of the gates, and the gate's next run records the end`, async () => {
    const [odd, other] = [
      await world.workspace({ tier: 'pro', workers: 'external' }),
      await world.workspace({ tier: 'pro' }),
    ];
    const raw = worker(odd, {});
    try {
      const { id } = await world.enqueue(odd, workflowType);
      await eventually(async () =>
        assert.notEqual((await childOf(world, id).describe()).status.name, 'RUNNING'),
      );
      await eventually(async () => {
        const { raw: gate } = await world.gate(odd).describe();
        assert.ok((gate.pendingWorkflowTask?.attempt ?? 0) > 1, 'its own gate cannot take it');
      });
      const { id: elsewhere } = await world.enqueue(other, 'nothing');
      await eventually(async () =>
        assert.equal((await world.execution(other, elsewhere)).status, 'completed'),
      );
      // As the sweep does with a gate that no longer reconciles.
      await killGate(odd);
      await eventually(async () => {
        const { status, failure, result } = await world.execution(odd, id);
        assert.notEqual(status, 'running');
        assert.deepEqual({ failure, result: result ?? null }, end);
      });
    } finally {
      await raw.stop();
    }
  });
}
