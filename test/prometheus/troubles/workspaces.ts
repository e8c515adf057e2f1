import assert from 'node:assert/strict';
import { SWEEP_SCHEDULE_ID, workspaceQueue } from '../../../src/domain/names.ts';
import { eventually } from '../../support/eventually.ts';
import { completes, failsTask, rawPayload, startRawWorker } from '../../support/raw-worker.ts';
import type { Installation } from '../installation.ts';
import { enqueueBySql, finish, holdSlots, keepBusy } from '../work.ts';
import { again, type Trouble } from './trouble.ts';

const LONG_MS = 60_000;

/** What befalls workspaces, gates and executions while everything is up. */
export const WORKSPACE_TROUBLES: readonly Trouble[] = [
  {
    alert: 'SluiceSweepLate',
    when: 'the schedule of the sweep is paused',
    async cause({ client }) {
      const sweep = client.schedule.getHandle(SWEEP_SCHEDULE_ID);
      await sweep.pause('by the test');
      return () => sweep.unpause('by the test');
    },
  },
  {
    alert: 'SluiceGatesReplaced',
    when: 'a gate cannot take in how its child ended, and no wake helps',
    shortened: { '[1h]': '[20s]', '> 3': '> 0' },
    beside: ['SluiceHandoffSlow'],
    async cause(installation) {
      const workspaceId = 'wedged';
      await installation.sluice.workspaces.put(workspaceId, external);
      const worker = startRawWorker({
        client: installation.client,
        taskQueue: workspaceQueue(workspaceId),
        // The SDK cannot read a result that is a list of none: docs/failure-modes.md.
        workflows: ({ workflowType }) => completes(workflowType === 'odd' ? [] : NULL),
        onError: () => {},
      });
      // The queue behind it is what the sweep sees.
      await installation.enqueue(workspaceId, 'odd');
      await installation.enqueue(workspaceId, 'well');
      return async () => {
        await allEnded(installation, workspaceId);
        await worker.stop();
      };
    },
  },
  {
    alert: 'SluiceExecutionsStalled',
    when: "a workspace's own worker fails each workflow task",
    async cause(installation) {
      const workspaceId = 'stalled';
      await installation.sluice.workspaces.put(workspaceId, external);
      let answer = failsTask('no such version');
      const worker = startRawWorker({
        client: installation.client,
        taskQueue: workspaceQueue(workspaceId),
        workflows: () => answer,
        onError: () => {},
      });
      await installation.enqueue(workspaceId, 'any');
      return async () => {
        answer = completes(NULL);
        await allEnded(installation, workspaceId);
        await worker.stop();
      };
    },
  },
  {
    alert: 'SluiceHandoffSlow',
    when: 'the way from the workers to Postgres takes over a second',
    shortened: { '[10m]': '[20s]', '> 2.5': '> 1' },
    // Some reconciles take longer than they may.
    beside: ['SluiceQueueNotServed', 'SluiceGatesReplaced'],
    async cause(installation) {
      const rest = await keepBusy(installation);
      installation.workersToPostgres.slow(600);
      return async () => {
        installation.workersToPostgres.mend();
        await rest();
      };
    },
  },
  {
    alert: 'SluiceQueuesUnpolled',
    when: 'each worker may poll one queue and five workspaces have work',
    // For this the workers are restarted.
    beside: ['SluiceProcessDown', 'SluiceWorkersDown'],
    async cause(installation) {
      const restart = async (settings: Record<string, string>) => {
        for (const worker of installation.workers) {
          await worker.stop();
          await worker.start(settings);
        }
      };
      await restart({ WORKSPACE_MAX_QUEUES: '1' });
      const held: string[] = [];
      for (let n = 1; n <= 5; n++)
        held.push(...(await holdSlots(installation, `waits-${n}`, { limit: 1, executions: 1 })));
      return async () => {
        await restart({});
        await finish(installation, held);
      };
    },
  },
  {
    alert: 'SluiceQueueFull',
    when: 'a tenant goes on sending into a full queue',
    shortened: { '[5m]': '[20s]' },
    async cause(installation) {
      const { enqueue, sluice } = installation;
      const { name: _name, updatedAt: _updatedAt, ...settings } = await sluice.tiers.get('pro');
      await sluice.tiers.put('pro', { ...settings, maxPending: 1 });
      const held = await holdSlots(installation, 'full', { limit: 1, executions: 1 });
      const stop = again(500, () => enqueue('full', 'nothing'));
      return async () => {
        await stop();
        await sluice.tiers.put('pro', settings);
        await finish(installation, held);
      };
    },
  },
  {
    alert: 'SluiceExecutionsRejected',
    when: 'a transaction asks for other content by the key of another execution',
    shortened: { '[1h]': '[20s]' },
    async cause(installation) {
      const { sluice, sql } = installation;
      await sluice.workspaces.put('asked', { tier: 'pro' });
      await enqueueBySql(installation, 'asked', '{"order":1}', 'the key');
      const id = await enqueueBySql(installation, 'asked', '{"order":2}', 'the key');
      await eventually(async () => {
        const [row] = await sql<{ type: string }>(
          `select failure_type as type from ended_executions where id = $1 and status = 'rejected'`,
          [id],
        );
        assert.equal(row?.type, 'IdempotencyKeyReused');
      }, LONG_MS);
      return () => Promise.resolve();
    },
  },
  {
    alert: 'SluicePauseForgotten',
    when: 'a workspace with a queue stays paused',
    async cause(installation) {
      const { apiUrl } = installation;
      const held = await holdSlots(installation, 'paused', { limit: 1, executions: 2 });
      const pause = (method: string, body?: object) =>
        fetch(`${apiUrl}/v1/workspaces/paused/pause`, {
          method,
          ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
        });
      assert.equal((await pause('PUT', { reason: 'by the test' })).status, 200);
      return async () => {
        assert.equal((await pause('DELETE')).status, 200);
        await finish(installation, held);
      };
    },
  },
];

const NULL = [rawPayload('json/plain', 'null')];

const external = { tier: 'pro', limitOverride: 1, workers: 'external' } as const;

async function allEnded({ sql }: Installation, workspaceId: string): Promise<void> {
  await eventually(async () => {
    assert.equal((await sql('select id from executions where workspace_id = $1', [workspaceId])).length, 0);
  }, LONG_MS);
}
