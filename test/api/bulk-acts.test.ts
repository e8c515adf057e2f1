import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Right } from '../../src/domain/keys/rights.ts';
import { carryAllOn, testCarrier } from '../bulk-acts/act-on.ts';
import { insertTestKey, type TestKey } from '../support/keys.ts';
import { endRows } from '../support/rows.ts';
import { type ApiUnderTest, startApiUnderTest } from './api-under-test.ts';

let api: ApiUnderTest;
let admin: TestKey;
before(async () => {
  api = await startApiUnderTest({ AUTH: 'keys' });
  admin = await insertTestKey(api.database);
});
after(() => api.stop());

let workspaces = 0;
async function workspace(queued: number): Promise<string> {
  const id = `bulk-${++workspaces}`;
  await api.call({
    method: 'PUT',
    path: `/v1/workspaces/${id}`,
    body: { tier: 'pro' },
    headers: admin.headers,
  });
  for (let n = 0; n < queued; n++) {
    const body = {
      workflowType: `type-${id}`,
      reference: `ref-${n}`,
      labels: { team: n % 2 ? 'odd' : 'even' },
    };
    assert.equal((await api.enqueue(id, body, admin.headers)).status, 202);
  }
  return id;
}

const post = (workspaceId: string | null, body: object, headers: Record<string, string> = {}, key = admin) =>
  api.call({
    method: 'POST',
    path: `/v1${workspaceId === null ? '' : `/workspaces/${workspaceId}`}/bulk-acts`,
    body,
    headers: { ...key.headers, ...headers },
  });

const get = (path: string) => api.call({ path, headers: admin.headers });

test('a preview counts and does nothing; the act is accepted with that count, and read until it is done', async () => {
  const id = await workspace(5);
  const filter = { label: ['team=even'] };
  const preview = await post(id, { act: 'cancel', filter, preview: true });
  assert.deepEqual([preview.status, preview.body], [200, { matching: 3, matchingIsLowerBound: false }]);
  const { rows } = await api.database.pool.query('select 1 from bulk_acts where workspace_id = $1', [id]);
  assert.equal(rows.length, 0);
  const accepted = await post(id, { act: 'cancel', filter, expected: 3, reason: 'ticket 4711' });
  assert.equal(accepted.status, 202, accepted.text);
  const { state, matching, done, by, reason, workspaceId, filter: asked } = accepted.body;
  assert.deepEqual(
    { state, matching, done, by, reason, workspaceId, labels: asked.labels },
    {
      state: 'running',
      matching: 3,
      done: 0,
      by: admin.id,
      reason: 'ticket 4711',
      workspaceId: id,
      labels: { team: 'even' },
    },
  );
  const location = String(accepted.headers['location']);
  assert.equal(location, `/v1/workspaces/${id}/bulk-acts/${accepted.body.id}`);
  assert.deepEqual((await get(location)).body, accepted.body);
  await carryAllOn(testCarrier(api.database));
  const ended = (await get(location)).body;
  assert.deepEqual([ended.state, ended.done, ended.skipped, ended.failed], ['done', 3, 0, 0]);
  assert.ok(ended.endedAt >= ended.acceptedAt);
  assert.deepEqual((await get(`/v1/bulk-acts/${accepted.body.id}`)).body, ended);
  const cancelled = await get(`/v1/workspaces/${id}/executions?status=cancelled`);
  assert.equal(cancelled.body.items.length, 3);
  assert.equal(cancelled.body.items[0].cancelRequestedBy, admin.id);
});

test('when another number matches than was expected, it is 409 with the new number and nothing is done', async () => {
  const id = await workspace(2);
  const refused = await post(id, { act: 'terminate', filter: {}, expected: 3 });
  assert.deepEqual(
    [refused.status, refused.body.type, refused.body.matching, refused.body.matchingIsLowerBound],
    [409, 'urn:sluice:problem:matching-changed', 2, false],
  );
  const { rows } = await api.database.pool.query(
    `select 1 from bulk_acts where workspace_id = $1 union all select 1 from changes where workspace_id = $1 and act::text like 'bulk%'`,
    [id],
  );
  assert.equal(rows.length, 0);
});

test('an act over all workspaces does each its own, is one record, and is no workspace’s own', async () => {
  const [one, other] = [await workspace(2), await workspace(1)];
  const filter = { reference: 'ref-0' };
  const { matching } = (await post(null, { act: 'cancel', filter, preview: true })).body;
  const accepted = await post(null, { act: 'cancel', filter, expected: matching });
  assert.deepEqual([accepted.status, accepted.body.workspaceId], [202, null]);
  await carryAllOn(testCarrier(api.database));
  const ended = (await get(String(accepted.headers['location']))).body;
  assert.deepEqual([ended.state, ended.done], ['done', matching]);
  for (const id of [one, other]) {
    const { items } = (await get(`/v1/workspaces/${id}/executions?reference=ref-0`)).body;
    assert.deepEqual(
      (items as { status: string }[]).map(({ status }) => status),
      ['cancelled'],
    );
    const own = await get(`/v1/workspaces/${id}/bulk-acts/${accepted.body.id}`);
    assert.equal(own.body.type, 'urn:sluice:problem:bulk-act-not-found');
  }
  const { items } = (await get('/v1/changes')).body;
  const records = (items as { act: string; to: { bulkActId?: string } }[]).filter(
    ({ to }) => to?.bulkActId === accepted.body.id,
  );
  assert.deepEqual(
    records.map(({ act }) => act),
    ['bulk_cancel'],
  );
});

test('an idempotency key stands for one act, however often it comes, and for no other content', async () => {
  const id = await workspace(3);
  await endRows(
    api.database.pool,
    ((await get(`/v1/workspaces/${id}/executions`)).body.items as { id: string }[]).map((item) => item.id),
    'failed',
  );
  const key = { 'idempotency-key': 'again' };
  const body = { act: 'rerun', filter: { status: 'failed' } };
  const answers = await Promise.all([post(id, body, key), post(id, body, key), post(id, body, key)]);
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [202]);
  assert.equal(new Set(answers.map((answer) => answer.body.id)).size, 1);
  await carryAllOn(testCarrier(api.database));
  assert.equal((await post(id, body, key)).body.done, 3);
  const { items } = (await get(`/v1/workspaces/${id}/executions?status=pending`)).body;
  assert.equal(items.length, 3, 'each was run again once');
  const reused = await post(id, { ...body, act: 'cancel' }, key);
  assert.deepEqual([reused.status, reused.body.type], [422, 'urn:sluice:problem:idempotency-key-reused']);
  const elsewhere = await workspace(0);
  assert.equal((await post(elsewhere, body, key)).status, 202, 'another workspace has keys of its own');
});

test('cancel and terminate need the right to cancel, rerun the right to enqueue, in the workspace or in all', async () => {
  const id = await workspace(0);
  for (const [rights, allowed] of [
    [['cancel'], ['cancel', 'terminate']],
    [['enqueue'], ['rerun']],
    [
      ['cancel', 'enqueue'],
      ['cancel', 'terminate', 'rerun'],
    ],
    [['read'], []],
  ] as [Right[], string[]][]) {
    for (const workspaceId of [id, undefined]) {
      const key = await insertTestKey(api.database, { rights, ...(workspaceId && { workspaceId }) });
      for (const act of ['cancel', 'terminate', 'rerun'])
        for (const preview of [true, false]) {
          const { status, body } = await post(id, { act, filter: {}, preview }, {}, key);
          const expected = allowed.includes(act) ? (preview ? 200 : 202) : 403;
          assert.equal(status, expected, `${rights.join()} ${act}`);
          if (status === 403 && rights[0] !== 'read')
            assert.equal(body.missingRight, act === 'rerun' ? 'enqueue' : 'cancel');
          const all = await post(null, { act, filter: {}, preview: true }, {}, key);
          assert.equal(all.status, workspaceId === undefined && expected < 300 ? 200 : 403);
        }
    }
  }
});

test('a filter is checked as in lists, and must be there', async () => {
  const id = await workspace(0);
  for (const filter of [
    undefined,
    { status: 'nothing' },
    { limit: 1 },
    { label: ['a=1', 'a=2'] },
    { createdAfter: '2026-02-30T00:00:00Z' },
    { label: 'a=1' },
  ]) {
    const { status, body } = await post(id, { act: 'cancel', filter });
    assert.equal(status, 400, JSON.stringify(filter));
    assert.ok(
      (body.errors as { in: string }[]).every((error) => error.in === 'body'),
      JSON.stringify(body),
    );
  }
  assert.equal(
    (await post('nowhere', { act: 'cancel', filter: {} })).body.type,
    'urn:sluice:problem:workspace-not-found',
  );
  for (const path of [
    '/v1/bulk-acts/nothing',
    `/v1/workspaces/${id}/bulk-acts/0199f3a2-7c1e-7000-8000-5f0c8f5a7b11`,
  ])
    assert.equal((await get(path)).body.type, 'urn:sluice:problem:bulk-act-not-found');
});
