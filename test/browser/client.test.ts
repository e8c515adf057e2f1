import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import type * as Client from '../../packages/client/src/index.ts';
import { type ApiUnderTest, startApiUnderTest } from '../api/api-under-test.ts';
import { launchBrowser } from '../support/browser.ts';
import { insertTestKey } from '../support/keys.ts';

const PARTNER = 'http://partner.test';
const FOREIGN = 'http://evil.test';

/** Modules as the browser asks for them, and where they lie. */
const MODULES = {
  '/client/': new URL('../../packages/client/src/', import.meta.url),
  '/openapi-fetch/': new URL('../../../node_modules/openapi-fetch/dist/', import.meta.url),
};
const PAGE = `<script type="importmap">{"imports":{"openapi-fetch":"/openapi-fetch/index.mjs"}}</script>
<script type="module">import * as client from '/client/index.js'; globalThis.client = client;</script>`;

declare global {
  /** In the page. */
  var client: typeof Client;
}

let api: ApiUnderTest;
let apiUrl: string;
let browser: Browser;

before(async () => {
  api = await startApiUnderTest({ CORS_ORIGINS: PARTNER, TIER_PRO_MAX_PENDING: '2' });
  apiUrl = await api.app.listen({ host: '127.0.0.1', port: 0 });
  browser = await launchBrowser([
    '--host-resolver-rules=MAP evil.test 127.0.0.1,MAP partner.test 127.0.0.1',
    '--disable-features=LocalNetworkAccessChecks',
  ]);
});
after(async () => {
  await browser.close();
  await api.stop();
});

/** A page that may import the client as it is compiled, without a bundler. */
async function openPage(origin: string): Promise<Page> {
  const page = await browser.newPage();
  await page.route(`${origin}/**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    const [prefix, folder] = Object.entries(MODULES).find(([start]) => pathname.startsWith(start)) ?? [];
    if (prefix === undefined) return route.fulfill({ contentType: 'text/html', body: PAGE });
    const path = fileURLToPath(new URL(pathname.slice(prefix.length), folder));
    return route.fulfill({ path, contentType: 'text/javascript' });
  });
  await page.goto(`${origin}/start`);
  return page;
}

test('a page of an origin that may call uses the client as it is, and sees what a refusal says', async () => {
  const page = await openPage(PARTNER);
  const seen = await page.evaluate(async (baseUrl) => {
    const { QueueFullError, Sluice } = client;
    const sluice = new Sluice({ baseUrl, retryFor: 1_000 });
    await sluice.workspaces.put('acme', { tier: 'pro' });
    const start = (idempotencyKey?: string) =>
      sluice.start('demo', { workspace: 'acme', input: { n: 1 }, idempotencyKey });
    const [first, again] = [await start('key'), await start('key')];
    const second = await start();
    const refused = await start().catch((error: unknown) => error);
    const cancelled = await second.cancel();
    const seqs: (number | null)[] = [];
    for await (const { seq } of sluice.executions.list('acme', { pageSize: 1 })) seqs.push(seq);
    return {
      repeated: [first.repeated, again.repeated, second.repeated],
      retryAfterSeconds: refused instanceof QueueFullError ? refused.retryAfterSeconds : String(refused),
      cancelled: cancelled.status,
      seqs,
    };
  }, apiUrl);
  await page.close();
  assert.deepEqual(seen, {
    repeated: [false, true, false],
    retryAfterSeconds: 10,
    cancelled: 'cancelled',
    seqs: [2, 1],
  });
});

test('a page with a key starts, follows and cancels an execution, and with a wrong one is told so', async () => {
  const keyed = await startApiUnderTest({ AUTH: 'keys', CORS_ORIGINS: PARTNER });
  const page = await openPage(PARTNER);
  try {
    const url = await keyed.app.listen({ host: '127.0.0.1', port: 0 });
    const admin = await insertTestKey(keyed.database);
    await keyed.call({
      method: 'PUT',
      path: '/v1/workspaces/acme',
      body: { tier: 'pro' },
      headers: admin.headers,
    });
    const { text } = await insertTestKey(keyed.database, { workspaceId: 'acme' });
    const seen = await page.evaluate(
      async ({ baseUrl, apiKey }) => {
        const sluice = new client.Sluice({ baseUrl, apiKey, retryFor: 1_000 });
        const started = await sluice.start('demo', { workspace: 'acme', input: { n: 1 } });
        const failed = started.result({ timeout: 30_000 }).catch((error: unknown) => (error as Error).name);
        const kinds: string[] = [];
        for await (const event of started.events()) {
          kinds.push(event.kind === 'execution' ? event.execution.status : event.kind);
          if (kinds.length === 1) await started.cancel();
        }
        const refusal = (error: unknown) => (error as Error).name;
        const others = await Promise.all([
          sluice.workspaces.get('globex').catch(refusal),
          sluice.workspaces.patch('acme', { limitOverride: 1 }).catch(refusal),
          new client.Sluice({ baseUrl, apiKey: `${apiKey}x` }).workspaces.get('acme').catch(refusal),
          new client.Sluice({ baseUrl }).workspaces.get('acme').catch(refusal),
        ]);
        return { failed: await failed, kinds, others };
      },
      { baseUrl: url, apiKey: text },
    );
    assert.deepEqual(seen, {
      failed: 'ExecutionCancelledError',
      kinds: ['pending', 'cancelled', 'ended'],
      others: ['WorkspaceNotFoundError', 'ForbiddenError', 'UnauthenticatedError', 'UnauthenticatedError'],
    });
  } finally {
    await page.close();
    await keyed.stop();
  }
});

test('to a page of another origin the API is one that does not answer', async () => {
  const page = await openPage(FOREIGN);
  const name = await page.evaluate(async (baseUrl) => {
    const sluice = new client.Sluice({ baseUrl, retryFor: 0 });
    return await sluice.workspaces.get('acme').catch((error: unknown) => (error as Error).name);
  }, apiUrl);
  await page.close();
  assert.equal(name, 'NoAnswerError');
});
