import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { type ApiUnderTest, startApiUnderTest } from '../api/api-under-test.ts';
import { launchBrowser, openShowing } from '../support/browser.ts';

/** Pages on these names; the browser resolves both to this machine, as a name server that rebinds would have it. */
const FOREIGN = 'http://evil.test';
const PARTNER = 'http://partner.test';

let api: ApiUnderTest;
let apiUrl: string;
let port: string;
let browser: Browser;

before(async () => {
  api = await startApiUnderTest({ CORS_ORIGINS: PARTNER });
  apiUrl = await api.app.listen({ host: '127.0.0.1', port: 0 });
  port = new URL(apiUrl).port;
  browser = await launchBrowser([
    '--host-resolver-rules=MAP evil.test 127.0.0.1,MAP partner.test 127.0.0.1',
    // Not every browser asks before a page may reach this machine.
    '--disable-features=LocalNetworkAccessChecks',
  ]);
});
after(async () => {
  await browser.close();
  await api.stop();
});

/** A page that its own server gave out before its name was bound to this machine. */
async function openPage(origin: string): Promise<Page> {
  const page = await browser.newPage();
  await page.route(`${origin}/start`, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<title>page</title>' }),
  );
  await page.goto(`${origin}/start`);
  return page;
}

interface Tried {
  readonly status: number;
  readonly text: string;
  readonly location: string | null;
}

/** What a script of the page gets to see; null when the browser keeps the answer from it. */
function tryFetch(page: Page, url: string, init: Record<string, unknown> = {}): Promise<Tried | null> {
  return page.evaluate(
    async ([target, options]) => {
      try {
        const response = await fetch(target, options);
        const location = response.headers.get('location');
        return { status: response.status, text: await response.text(), location };
      } catch {
        return null;
      }
    },
    [url, init] as const,
  );
}

const asJson = (body: unknown, headers: Record<string, string> = {}) => ({
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

test('a page whose name is bound to this machine can neither read nor write', async () => {
  const workspace = await api.workspace();
  const page = await openPage(`${FOREIGN}:${port}`);
  const read = await tryFetch(page, '/v1/workspaces');
  const write = await tryFetch(page, `/v1/workspaces/${workspace}/executions`, {
    method: 'POST',
    ...asJson({ workflowType: 'httpRequest', input: { url: 'http://127.0.0.1/' } }),
  });
  const health = await tryFetch(page, '/health/ready');
  const metrics = await tryFetch(page, '/metrics');
  await page.close();
  assert.deepEqual(
    [read, write, health, metrics].map((tried) => tried?.status),
    [421, 421, 421, 421],
  );
  assert.ok(!read!.text.includes(workspace));
  const list = await api.call({ path: `/v1/workspaces/${workspace}/executions` });
  assert.deepEqual(list.body.items, []);
});

test('a page of another origin can neither read nor write, not even by a request that needs no preflight', async () => {
  const workspace = await api.workspace();
  const { body: execution } = await api.enqueue(workspace);
  const page = await openPage(FOREIGN);
  const path = `${apiUrl}/v1/workspaces/${workspace}`;
  const read = await tryFetch(page, path);
  await tryFetch(page, `${path}/executions/${execution.id}/cancel`, { method: 'POST', mode: 'no-cors' });
  const write = await tryFetch(page, path, { method: 'PATCH', ...asJson({ tier: 'enterprise' }) });
  await page.close();
  assert.deepEqual([read, write], [null, null]);
  const { body: after } = await api.call({
    path: `/v1/workspaces/${workspace}/executions/${execution.id}`,
  });
  assert.equal(after.status, 'pending');
  assert.equal((await api.call({ path: `/v1/workspaces/${workspace}` })).body.tier, 'pro');
});

test('a page of an origin in CORS_ORIGINS enqueues with an idempotency key and reads', async () => {
  const workspace = await api.workspace();
  const page = await openPage(PARTNER);
  const path = `${apiUrl}/v1/workspaces/${workspace}`;
  const enqueued = await tryFetch(page, `${path}/executions`, {
    method: 'POST',
    ...asJson({ workflowType: 'demo' }, { 'idempotency-key': 'k', 'x-request-id': 'r' }),
  });
  assert.equal(enqueued?.status, 202, JSON.stringify(enqueued));
  const read = await tryFetch(page, `${apiUrl}${enqueued.location}`);
  assert.equal(read?.status, 200);
  const changed = await tryFetch(page, path, { method: 'PATCH', ...asJson({ tier: 'enterprise' }) });
  assert.equal(changed?.status, 200);
  await page.close();
});

test('the documentation works under its content security policy, sends requests, and carries our name', async () => {
  const page = await openShowing(browser, `${apiUrl}/docs`, '/v1/workspaces/{workspaceId}/executions');
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.reload();
  await page.locator('#operations-Workspaces-listWorkspaces .opblock-summary-control').click();
  await page.locator('#operations-Workspaces-listWorkspaces .execute').click();
  await page
    .locator('#operations-Workspaces-listWorkspaces .live-responses-table .response-col_status')
    .last()
    .waitFor();
  const answered = await page
    .locator('#operations-Workspaces-listWorkspaces .live-responses-table tbody .response-col_status')
    .first()
    .innerText();
  assert.match(answered, /^200/);
  assert.equal(await page.title(), 'Sluice API');
  const logo = await page.locator('.topbar a.link img').first().getAttribute('src');
  const drawn = Buffer.from(logo!.split('base64,')[1]!, 'base64').toString();
  assert.ok(drawn.includes('Sluice') && !/fastify|swagger/i.test(drawn), drawn.slice(0, 200));
  const icon = await page.locator('link[rel=icon]').first().getAttribute('href');
  assert.match(String(icon), /theme\/sluice\.svg$/);
  await page.close();
  assert.deepEqual(complaints, []);
});
