import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { contentDigest } from '../../src/enqueue/content-digest.ts';
import { attributesText } from '../../src/enqueue/request-attributes.ts';
import { type ApiUnderTest, startApiUnderTest } from './api-under-test.ts';

let api: ApiUnderTest;
before(async () => (api = await startApiUnderTest()));
after(() => api.stop());

const demo = (more: object = {}) => ({ workflowType: 'demo', input: 1, ...more });

test('a reference is stored, answered and read, and has none of its characters changed', async () => {
  const id = await api.workspace();
  for (const reference of ['order 4711', '"\\{},NULL', 'é😀', 'x'.repeat(256)]) {
    const answer = await api.enqueue(id, demo({ reference }));
    assert.deepEqual([answer.status, answer.body.reference], [202, reference]);
    const read = await api.call({ path: String(answer.headers['location']) });
    assert.deepEqual(read.body, answer.body);
  }
  const { body } = await api.call({ path: `/v1/workspaces/${id}/executions` });
  assert.equal(body.items[1].reference, 'é😀');
  assert.equal((await api.enqueue(id)).body.reference, null);
});

for (const reference of ['', 'x'.repeat(257), 'a\nb', '\u0000', '\u0085', 7, null]) {
  test(`the reference ${JSON.stringify(reference)?.slice(0, 20)} is refused by its name`, async () => {
    const id = await api.workspace();
    const answer = await api.enqueue(id, demo({ reference }));
    assert.equal(answer.status, 400, answer.text);
    for (const { in: part, path } of answer.body.errors)
      assert.deepEqual([part, path], ['body', '/reference']);
  });
}

test('a key stands for the reference too, and its repeat without one is refused', async () => {
  const id = await api.workspace();
  const ask = (more: object) => api.enqueue(id, demo(more), { 'idempotency-key': 'k' });
  const first = await ask({ reference: 'order 1' });
  assert.deepEqual(
    [(await ask({ reference: 'order 1' })).status, (await ask({ reference: 'order 2' })).status],
    [200, 422],
  );
  const other = await ask({});
  assert.deepEqual([other.status, other.body.executionId], [422, first.body.id]);
});

test('a request that says nothing more has the digest of the first version', () => {
  // SHA-256 of a text, and not of what the code gives.
  const before = '9889f9d0aea5ec673b371e1ea0b274344ed84379b80eb92a9cd9c6f267fb58ab';
  assert.equal(contentDigest({ workflowType: 't', input: '{"a":1.0}', attributes: null }), before);
});

test('the same attributes have one text, whatever the order of their members', () => {
  const one = { reference: 'r', rerunOf: 'e' };
  assert.equal(attributesText({ rerunOf: 'e', reference: 'r' }), attributesText(one));
  assert.equal(attributesText(one), '{"reference":"r","rerunOf":"e"}');
});

test('where no key is needed nobody is said to have asked', async () => {
  assert.equal((await api.enqueue(await api.workspace())).body.createdBy, null);
});

test('an execution that would rather not wait is refused with 409 when it would have to, and wakes nothing', async () => {
  const id = await api.workspace({ tier: 'pro', limitOverride: 1 });
  assert.equal((await api.enqueue(id, demo({ ifBusy: 'reject' }))).status, 202);
  api.takeWakes();
  const refused = await api.enqueue(id, demo({ ifBusy: 'reject' }));
  assert.equal(refused.status, 409);
  const { type, limit, running, pending } = refused.body;
  assert.deepEqual(
    { type, limit, running, pending },
    { type: 'urn:sluice:problem:no-free-slot', limit: 1, running: 0, pending: 1 },
  );
  assert.deepEqual(api.takeWakes(), []);
  assert.equal((await api.enqueue(id, demo({ ifBusy: 'queue' }))).body.position, 2);
  assert.equal((await api.enqueue(id, demo({ ifBusy: 'never' }))).status, 400);
});
