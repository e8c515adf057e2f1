import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ApiUnderTest, startApiUnderTest } from './api-under-test.ts';

let api: ApiUnderTest;
before(async () => (api = await startApiUnderTest()));
after(() => api.stop());

const put = (id: string, body: unknown) => api.call({ method: 'PUT', path: `/v1/workspaces/${id}`, body });
const patch = (id: string, body: unknown) =>
  api.call({ method: 'PATCH', path: `/v1/workspaces/${id}`, body });
const get = (id: string) => api.call({ path: `/v1/workspaces/${id}` });

const limitChanges = async (id: string) => {
  const { rows } = await api.database.pool.query(
    'select source, tier, limit_override, "limit" from limit_changes where workspace_id = $1 order by id',
    [id],
  );
  return rows as unknown[];
};

test('PUT creates a workspace with 201 and its defaults, and replaces it with 200', async () => {
  const created = await put('put', { tier: 'pro' });
  assert.equal(created.status, 201);
  assert.equal(created.headers['location'], '/v1/workspaces/put');
  const { id, tier, limitOverride, workers, limit, limitSource, taskQueue } = created.body;
  assert.deepEqual(
    { id, tier, limitOverride, workers, limit, limitSource, taskQueue },
    {
      id: 'put',
      tier: 'pro',
      limitOverride: null,
      workers: 'pool',
      limit: 5,
      limitSource: 'tier',
      taskQueue: 'workflow.workspace.put',
    },
  );
  const replaced = await put('put', { tier: 'enterprise', limitOverride: 7, workers: 'external' });
  assert.equal(replaced.status, 200);
  assert.deepEqual(
    [replaced.body.limit, replaced.body.limitSource, replaced.body.workers],
    [7, 'override', 'external'],
  );
  assert.deepEqual((await get('put')).body, replaced.body);
});

test('PUT gives an omitted setting its default, PATCH keeps it', async () => {
  await put('left-out', { tier: 'pro', limitOverride: 3, workers: 'external' });
  const patched = await patch('left-out', { tier: 'enterprise' });
  assert.deepEqual([patched.body.tier, patched.body.limitOverride, patched.body.limit], ['enterprise', 3, 3]);
  const replaced = await put('left-out', { tier: 'enterprise' });
  assert.deepEqual(
    [replaced.body.limitOverride, replaced.body.limit, replaced.body.workers],
    [null, 10, 'pool'],
  );
});

test('a limit override outlives a change of tier and is taken back with null', async () => {
  await put('override', { tier: 'pro' });
  await patch('override', { limitOverride: 8 });
  assert.equal((await patch('override', { tier: 'enterprise' })).body.limit, 8);
  assert.equal((await patch('override', { limitOverride: null })).body.limit, 10);
});

test('every limit that was in force is recorded, with the write that set it', async () => {
  await put('record', { tier: 'pro' });
  await patch('record', { limitOverride: 2 });
  await patch('record', { workers: 'external' });
  await patch('record', { limitOverride: 2 });
  await put('record', { tier: 'enterprise' });
  assert.deepEqual(await limitChanges('record'), [
    { source: 'api', tier: 'pro', limit_override: null, limit: 5 },
    { source: 'api', tier: 'pro', limit_override: 2, limit: 2 },
    { source: 'api', tier: 'enterprise', limit_override: null, limit: 10 },
  ]);
  const { rows } = await api.database.pool.query("select limit_in_force from workspaces where id = 'record'");
  assert.deepEqual(rows, [{ limit_in_force: 10 }]);
});

test('any change wakes the gate to resize; a creation and a repeat do not', async () => {
  api.takeWakes();
  await put('wakes', { tier: 'pro' });
  assert.deepEqual(api.takeWakes(), []);
  await put('wakes', { tier: 'pro' });
  assert.deepEqual(api.takeWakes(), []);
  await patch('wakes', { tier: 'enterprise' });
  await patch('wakes', { workers: 'external' });
  assert.deepEqual(api.takeWakes(), ['resize wakes', 'resize wakes']);
});

test('two creations at once make one workspace and one record of its limit', async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, () => put('race', { tier: 'pro' })));
  assert.deepEqual(
    answers.map((answer) => answer.status).sort((a, b) => a - b),
    [...Array(9).fill(200), 201],
  );
  assert.equal((await limitChanges('race')).length, 1);
});

test('workspaces are listed in pages in the order of their ids', async () => {
  for (const id of ['list-c', 'list-a', 'list-b']) await put(id, { tier: 'pro' });
  const ids: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page = await api.call({ path: `/v1/workspaces?limit=2${cursor && `&cursor=${cursor}`}` });
    assert.ok(page.body.items.length <= 2);
    ids.push(...page.body.items.map((item: { id: string }) => item.id));
    cursor = page.body.nextCursor;
  }
  assert.deepEqual(
    ids.filter((id) => id.startsWith('list-')),
    ['list-a', 'list-b', 'list-c'],
  );
  assert.equal(new Set(ids).size, ids.length);
});

test('an unknown workspace is a 404 of its own type', async () => {
  for (const answer of [await get('nobody'), await patch('nobody', { tier: 'pro' })]) {
    assert.equal(answer.status, 404);
    assert.equal(answer.body.type, 'urn:sluice:problem:workspace-not-found');
  }
});

const refusals: readonly [claim: string, body: unknown, path: string][] = [
  ['no tier', {}, ''],
  ['an unknown tier', { tier: 'free' }, '/tier'],
  ['an override of 0', { tier: 'pro', limitOverride: 0 }, '/limitOverride'],
  ['an override of 1001', { tier: 'pro', limitOverride: 1001 }, '/limitOverride'],
  ['an override that is a text', { tier: 'pro', limitOverride: '7' }, '/limitOverride'],
  ['an override with a fraction', { tier: 'pro', limitOverride: 1.5 }, '/limitOverride'],
  ['unknown workers', { tier: 'pro', workers: 'mine' }, '/workers'],
  ['an unknown member', { tier: 'pro', limit: 7 }, '/limit'],
  ['a member named __proto__', '{"tier":"pro","__proto__":{"workers":"external"}}', '/__proto__'],
  ['a list', ['pro'], ''],
  ['null', 'null', ''],
];
for (const [claim, body, path] of refusals) {
  test(`PUT refuses ${claim} with 400 and says where, and writes nothing`, async () => {
    const answer = await put('refused', body);
    assert.equal(answer.status, 400, answer.text);
    assert.equal(answer.body.type, 'urn:sluice:problem:invalid-request');
    assert.ok(
      answer.body.errors.some(
        (error: { in: string; path: string }) => error.in === 'body' && error.path === path,
      ),
      answer.text,
    );
    assert.equal((await get('refused')).status, 404);
  });
}

test('PATCH refuses to change nothing', async () => {
  await put('patch-nothing', { tier: 'pro' });
  assert.equal((await patch('patch-nothing', {})).status, 400);
});

for (const id of ['a'.repeat(65), 'with.dot', 'with%20space', '%C3%A4', "a'--"]) {
  test(`a workspace id such as ${id} is refused with 400`, async () => {
    const answer = await put(id, { tier: 'pro' });
    assert.equal(answer.status, 400, answer.text);
    assert.equal(answer.body.errors[0].in, 'params');
  });
}
