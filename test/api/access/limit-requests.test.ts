import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '../../support/eventually.ts';
import { insertTestKey, type TestKey } from '../../support/keys.ts';
import { type ApiUnderTest, startApiUnderTest } from '../api-under-test.ts';

const PER_SECOND = 5;

let api: ApiUnderTest;
let one: TestKey;
let other: TestKey;
before(async () => {
  api = await startApiUnderTest({ AUTH: 'keys', KEY_REQUESTS_PER_SECOND: String(PER_SECOND) });
  [one, other] = [await insertTestKey(api.database), await insertTestKey(api.database)];
});
after(() => api.stop());

const ask = (key: TestKey | null, path = '/v1/tiers') => api.call({ path, headers: key?.headers ?? {} });

test('a key that asks too often gets 429 with Retry-After, and no other key does', async () => {
  await Promise.all([ask(one), ask(other)]);
  const answers = await Promise.all(Array.from({ length: 3 * PER_SECOND }, () => ask(one)));
  const refused = answers.filter(({ status }) => status === 429);
  const passed = answers.length - refused.length;
  // A window may end in between.
  assert.ok(passed >= PER_SECOND - 1 && passed <= 2 * PER_SECOND, `${passed} were let through`);
  assert.equal(refused[0]!.headers['retry-after'], '1');
  assert.equal(refused[0]!.body.type, 'urn:sluice:problem:too-many-requests');
  assert.equal(answers.find(({ status }) => status === 200)!.headers['x-ratelimit-limit'], undefined);
  assert.equal((await ask(other)).status, 200);
  for (let i = 0; i < 3 * PER_SECOND; i++) assert.equal((await ask(null, '/health/live')).status, 200);
  await eventually(async () => assert.equal((await ask(one)).status, 200));
});
