import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { endRows } from '../support/rows.ts';
import { type Answer, type ApiUnderTest, startApiUnderTest } from './api-under-test.ts';

let api: ApiUnderTest;
before(async () => (api = await startApiUnderTest()));
after(() => api.stop());

const list = (path: string) => api.call({ path });
const seqsOf = (answer: Answer) => {
  assert.equal(answer.status, 200, answer.text);
  return answer.body.items.map((item: { seq: number }) => item.seq);
};
const assertRefused = (answer: Answer, path: string, message: RegExp) => {
  assert.equal(answer.status, 400, answer.text);
  assert.equal(answer.body.type, 'urn:sluice:problem:invalid-request');
  assert.deepEqual([answer.body.errors[0].in, answer.body.errors[0].path], ['querystring', path]);
  assert.match(answer.body.errors[0].message, message);
};

/** Six executions, an hour apart from each other, the newest an hour old. */
async function workspaceWithSix(): Promise<{ id: string; hours: (count: number) => string }> {
  const id = await api.workspace();
  const bodies = [
    { workflowType: 'a', reference: 'order 1' },
    { workflowType: 'b', reference: 'order 1' },
    { workflowType: 'a', reference: 'order 2' },
    { workflowType: 'a' },
    { workflowType: 'b' },
    { workflowType: 'a' },
  ];
  const now = Date.now();
  const hours = (count: number) => new Date(now - count * 3_600_000).toISOString();
  for (const [index, body] of bodies.entries()) {
    const { body: execution } = await api.enqueue(id, body);
    const at = hours(bodies.length - index);
    const uuid = `${BigInt(Date.parse(at))
      .toString(16)
      .padStart(12, '0')
      .replace(/^(.{8})/, '$1-')}${execution.id.slice(13)}`;
    await api.database.pool.query(
      `update executions set id = $2, created_at = $3, labels = $4 where id = $1`,
      [
        execution.id,
        uuid,
        at,
        index % 2 === 0 ? { team: 'billing', env: index === 0 ? 'prod' : 'a=b' } : null,
      ],
    );
    if (index === 1 || index === 2)
      await endRows(api.database.pool, [uuid], index === 1 ? 'completed' : 'failed');
  }
  return { id, hours };
}

test('executions are listed by type, reference, time and labels, live and ended as one, and by several of them', async () => {
  const { id, hours } = await workspaceWithSix();
  const seqs = async (query: string) => seqsOf(await list(`/v1/workspaces/${id}/executions?${query}`));
  assert.deepEqual(await seqs('workflowType=b'), [5, 2]);
  assert.deepEqual(await seqs('reference=order%201'), [2, 1]);
  assert.deepEqual(await seqs('reference=order'), []);
  assert.deepEqual(await seqs(`createdAfter=${hours(3)}`), [6, 5, 4]);
  assert.deepEqual(await seqs(`createdBefore=${hours(3)}`), [3, 2, 1]);
  assert.deepEqual(await seqs(`createdAfter=${hours(5)}&createdBefore=${hours(3)}`), [3, 2]);
  assert.deepEqual(await seqs('label=team=billing'), [5, 3, 1]);
  assert.deepEqual(await seqs('label=team=billing&label=env=prod'), [1]);
  assert.deepEqual(await seqs('label=env=a=b'), [5, 3]);
  assert.deepEqual(await seqs('label=team=other'), []);
  assert.deepEqual(await seqs('status=failed'), [3]);
  assert.deepEqual(await seqs('status=failed&reference=order%202&workflowType=a&label=team=billing'), [3]);
  assert.deepEqual(await seqs('status=completed&workflowType=a'), []);
  // Two ended just now.
  assert.deepEqual(await seqs('outcome=failure'), [3]);
  assert.deepEqual(await seqs('outcome=failure&status=completed'), []);
  assert.deepEqual(await seqs(`closedAfter=${hours(1)}`), [3, 2]);
  assert.deepEqual(await seqs(`outcome=failure&closedAfter=${hours(1)}&workflowType=a`), [3]);
  assert.deepEqual(await seqs(`closedBefore=${hours(1)}`), []);
});

test('a list of all workspaces has the executions of each, newest first, by the same filters', async () => {
  const [one, other] = [await api.workspace(), await api.workspace()];
  const reference = `shared by ${one}`;
  const ids: string[] = [];
  for (const id of [one, other, one])
    ids.unshift((await api.enqueue(id, { workflowType: 'a', reference })).body.id);
  await endRows(api.database.pool, [ids[1]], 'failed');
  const path = `/v1/executions?reference=${encodeURIComponent(reference)}`;
  const whole = await list(path);
  assert.deepEqual(
    whole.body.items.map(({ id, workspaceId }: { id: string; workspaceId: string }) => [id, workspaceId]),
    [
      [ids[0], one],
      [ids[1], other],
      [ids[2], one],
    ],
  );
  const newest = await list('/v1/executions?limit=2');
  assert.deepEqual(
    newest.body.items.map(({ id }: { id: string }) => id),
    ids.slice(0, 2),
  );
  assert.equal(
    (await list(`/v1/executions?limit=2&cursor=${newest.body.nextCursor}`)).body.items[0].id,
    ids[2],
  );
  assert.equal((await list(`${path}&status=failed`)).body.items[0].id, ids[1]);
});

test('a cursor goes on in its own list alone, whatever the size of its pages', async () => {
  const { id } = await workspaceWithSix();
  const other = await api.workspace();
  const path = `/v1/workspaces/${id}/executions`;
  const first = await list(`${path}?workflowType=a&limit=1`);
  const cursor = String(first.body.nextCursor);
  assert.deepEqual(seqsOf(await list(`${path}?workflowType=a&limit=5&cursor=${cursor}`)), [4, 3, 1]);
  for (const elsewhere of [
    `${path}?cursor=${cursor}`,
    `${path}?workflowType=b&cursor=${cursor}`,
    `${path}?workflowType=a&status=pending&cursor=${cursor}`,
    `${path}?workflowType=a&label=team=billing&cursor=${cursor}`,
    `${path}?workflowType=a&createdAfter=2026-01-01T00:00:00Z&cursor=${cursor}`,
    `${path}?workflowType=a&closedAfter=2026-01-01T00:00:00Z&cursor=${cursor}`,
    `${path}?workflowType=a&outcome=failure&cursor=${cursor}`,
    `/v1/workspaces/${other}/executions?workflowType=a&cursor=${cursor}`,
    `/v1/executions?workflowType=a&cursor=${cursor}`,
  ])
    assertRefused(await list(elsewhere), '/cursor', /other filters, or of another workspace/);
  assertRefused(await list(`${path}?cursor=!`), '/cursor', /match/);
  assertRefused(await list(`${path}?cursor=abcd`), '/cursor', /is not a nextCursor/);
});

test('a cursor of a release that listed by seq is refused by that name', async () => {
  const id = await api.workspace();
  const cursor = Buffer.from('51').toString('base64url');
  assertRefused(
    await list(`/v1/workspaces/${id}/executions?cursor=${cursor}`),
    '/cursor',
    /earlier version of Sluice: begin with the first page/,
  );
});

test('filters that cannot be meant are refused, each by its name', async () => {
  const id = await api.workspace();
  for (const [query, path, message] of [
    ['createdAfter=yesterday', '/createdAfter', /date-time/],
    ['createdBefore=2026-02-30T25:00:00Z', '/createdBefore', /./],
    ['closedAfter=yesterday', '/closedAfter', /date-time/],
    ['closedBefore=2026-02-30T25:00:00Z', '/closedBefore', /./],
    ['outcome=success', '/outcome', /./],
    ['reference=', '/reference', /./],
    ['workflowType=%00', '/workflowType', /./],
    ['label=team', '/label/0', /match/],
    ['label==x', '/label/0', /./],
    ['label=a=1&label=a=2', '/label', /names a twice/],
    [Array.from({ length: 17 }, (_, n) => `label=k${n}=v`).join('&'), '/label', /./],
    ['reference=a&reference=b', '/reference', /./],
  ] as const)
    assertRefused(await list(`/v1/workspaces/${id}/executions?${query}`), path, message);
});

test('a list of a workspace that does not exist is not found, with every filter', async () => {
  for (const query of ['', '?workflowType=a', '?status=running', '?reference=x']) {
    const answer = await list(`/v1/workspaces/nobody/executions${query}`);
    assert.deepEqual([answer.status, answer.body.type], [404, 'urn:sluice:problem:workspace-not-found']);
  }
});
