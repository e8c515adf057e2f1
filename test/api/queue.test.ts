import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { reconcileWorkspace } from '../../src/db/reconcile/reconcile-workspace.ts';
import { requestOf } from '../support/rows.ts';
import { type ApiUnderTest, startApiUnderTest } from './api-under-test.ts';

let api: ApiUnderTest;
before(async () => {
  api = await startApiUnderTest();
});
after(() => api.stop());

interface Queued {
  readonly id: string;
  readonly seq: number;
  readonly position: number;
}

async function pages(workspace: string, limit: number): Promise<Queued[][]> {
  const found: Queued[][] = [];
  let cursor: string | null = null;
  do {
    const more: string = cursor === null ? '' : `&cursor=${cursor}`;
    const { body } = await api.call({ path: `/v1/workspaces/${workspace}/queue?limit=${limit}${more}` });
    found.push(body.items as Queued[]);
    cursor = body.nextCursor as string | null;
  } while (cursor !== null);
  return found;
}

test('a queue is listed in its order, with the place that each execution itself says', async () => {
  const workspace = await api.workspace();
  for (let i = 0; i < 12; i++) await api.enqueue(workspace);
  await reconcileWorkspace(api.database, requestOf(workspace), {
    gateRunId: 'run',
    verifyAfterSeconds: 3_600,
  });
  const listed = (await pages(workspace, 3)).flat();
  assert.deepEqual(
    listed.map(({ seq, position }) => [seq, position]),
    [6, 7, 8, 9, 10, 11, 12].map((seq, i) => [seq, i + 1]),
  );
  for (const { id, position } of listed) {
    const { body } = await api.call({ path: `/v1/workspaces/${workspace}/executions/${id}` });
    assert.equal(body.position, position);
  }
});

test('an empty queue is an empty page, and a workspace that there is not has none', async () => {
  assert.deepEqual(await pages(await api.workspace(), 50), [[]]);
  assert.equal((await api.call({ path: '/v1/workspaces/nowhere/queue' })).status, 404);
});
