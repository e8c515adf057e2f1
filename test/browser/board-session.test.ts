import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { revokeKey } from '../../src/db/keys/revoke-key.ts';
import { TRUSTED_MS } from '../../src/keys/key-ring.ts';
import { type ApiUnderTest, startApiUnderTest } from '../api/api-under-test.ts';
import { assertAccessible, assertFits, openBoard, signIn } from '../support/board.ts';
import { launchBrowser } from '../support/browser.ts';
import { insertTestKey } from '../support/keys.ts';

let api: ApiUnderTest;
let url: string;
let browser: Browser;

before(async () => {
  api = await startApiUnderTest({ AUTH: 'keys' });
  url = await api.app.listen({ host: '127.0.0.1', port: 0 });
  browser = await launchBrowser(['--host-resolver-rules=MAP evil.test 127.0.0.1']);
  const { headers } = await insertTestKey(api.database);
  for (const id of ['acme', 'globex'])
    await api.call({ method: 'PUT', path: `/v1/workspaces/${id}`, body: { tier: 'pro' }, headers });
});
after(async () => {
  await browser.close();
  await api.stop();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`who has no session is asked for a key, on a page that axe finds nothing on (${colorScheme})`, async () => {
    const board = await openBoard(browser, `${url}/failures`, {
      colorScheme,
      viewport: { width: 360, height: 700 },
    });
    await board.page.getByLabel('Key').waitFor();
    await assertAccessible(board.page);
    await assertFits(board.page);
    await board.page.getByLabel('Key').fill('slc_wrong');
    await board.page.keyboard.press('Enter');
    await board.page.getByText('The key or token is not valid').waitFor();
    assert.deepEqual(board.faults, []);
    await board.close();
  });
}

test('a key begins a session that no script sees, and signing out ends it', async () => {
  const key = await insertTestKey(api.database);
  const board = await openBoard(browser, url);
  await signIn(board.page, key.text);
  assert.equal(await board.page.evaluate('document.cookie'), '');
  const kept = await board.page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])');
  assert.equal(kept, '[{},{}]');
  await board.page.reload();
  await board.page.getByRole('button', { name: 'Sign out' }).click();
  await board.page.getByLabel('Key').waitFor();
  await board.page.reload();
  await board.page.getByLabel('Key').waitFor();
  assert.deepEqual(board.faults, []);
  await board.close();
});

test('a key that is revoked ends the session of an open board', async () => {
  const key = await insertTestKey(api.database);
  const board = await openBoard(browser, url);
  await signIn(board.page, key.text);
  await board.page.getByText('Live', { exact: true }).waitFor();
  await revokeKey(api.database, key.id);
  const begunMs = performance.now();
  await board.page.getByLabel('Key').waitFor();
  const seconds = (performance.now() - begunMs) / 1_000;
  assert.ok(seconds < TRUSTED_MS / 1_000 + 2, `${seconds} s`);
  await board.close();
});

test('a key of one workspace sees that workspace, and no way to another', async () => {
  const key = await insertTestKey(api.database, { workspaceId: 'acme' });
  const board = await openBoard(browser, url);
  await signIn(board.page, key.text);
  await board.page.waitForURL('**/workspaces/acme');
  assert.equal(await board.page.getByRole('navigation', { name: 'Pages' }).count(), 0);
  await board.close();
});

test('where no key is asked for, the board asks for none and may everything', async () => {
  const open = await startApiUnderTest({ AUTH: 'none', DATABASE_URL: api.databaseUrl });
  const board = await openBoard(browser, await open.app.listen({ host: '127.0.0.1', port: 0 }));
  await board.page.getByText('no keys asked for').waitFor();
  await board.page.getByRole('link', { name: 'acme' }).click();
  await board.page.getByRole('button', { name: 'Delete' }).waitFor();
  assert.equal(await board.page.getByRole('button', { name: 'Sign out' }).count(), 0);
  assert.deepEqual(board.faults, []);
  await board.close();
  await open.stop();
});

test('a form of another page changes nothing, although the browser is signed in', async () => {
  const key = await insertTestKey(api.database);
  const board = await openBoard(browser, url);
  await signIn(board.page, key.text);
  const { port } = new URL(url);
  const foreign = await board.page.context().newPage();
  await foreign.route('http://evil.test/**', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<form method="post" action="http://127.0.0.1:${port}/session"><button>Win</button></form>`,
    }),
  );
  await foreign.goto('http://evil.test/');
  const answered = foreign.waitForResponse('**/session');
  await foreign.getByRole('button').click();
  const answer = await answered;
  assert.equal(answer.status(), 403);
  assert.equal((await answer.request().allHeaders())['cookie'], undefined, 'the browser sends no session');
  await board.page.reload();
  await board.page.getByRole('button', { name: 'Sign out' }).waitFor();
  await board.close();
});
