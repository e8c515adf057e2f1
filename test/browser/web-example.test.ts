import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { freePort } from '../../src/local/processes/ports.ts';
import { screenshot, launchBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { type RunningProduct, startProduct } from '../support/processes/running-product.ts';
import { launch, REPOSITORY, type Started } from '../support/processes/started.ts';

const CLIENT = 'node_modules/@sluice/client';

/** Long enough for the second of two to be seen while it waits. */
const DELAY_MS = 4_000;

let folder: string;
let product: RunningProduct;
let web: Started;
let browser: Browser;
let address: string;

before(async () => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'sluice-web-'));
  cpSync(join(REPOSITORY, 'examples/web'), folder, {
    recursive: true,
    filter: (path) => !/[\\/](node_modules|.*\.tgz)$/.test(path),
  });
  installClient();
  const port = await freePort();
  address = `http://127.0.0.1:${port}`;
  product = await startProduct(join(folder, '.sluice'), { CORS_ORIGINS: address });
  const { url, settings } = product;
  const put = await fetch(`${url}/v1/workspaces/acme`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: '{"tier":"pro","limitOverride":1}',
  });
  assert.equal(put.status, 201, await put.text());
  const requested = `http://127.0.0.1:${settings['LOCAL_ECHO_PORT']}/hello?delayMs=${DELAY_MS}`;
  const serving = { PORT: String(port), SLUICE_URL: url, REQUESTED_URL: requested };
  web = launch(serving, [process.execPath, 'server.mjs'], folder);
  await eventually(() => assert.match(web.printed(), /Open http/), 10_000);
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  web?.child.kill('SIGKILL');
  await product?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('the page of the web example shows the place in the queue, that it runs, and the result, and its server answers 202', async () => {
  const page = await browser.newPage({ viewport: { width: 700, height: 500 } });
  const accepted: number[] = [];
  const errors: string[] = [];
  page.on('response', (response) => {
    if (response.url() === `${address}/reports`) accepted.push(response.status());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(address);
  for (const order of ['A-1', 'A-2']) {
    await page.getByLabel('Order').fill(order);
    await page.getByRole('button').click();
    await page.getByText(order).waitFor();
  }
  const second = page.getByRole('listitem').filter({ hasText: 'A-2' });
  await second.getByText('number 1 in the queue').waitFor();
  await second.getByText('running').waitFor({ timeout: 5 * DELAY_MS });
  await second.getByText('done: ').waitFor({ timeout: 5 * DELAY_MS });
  assert.match(await second.innerText(), /done: \{.*"status":200/);
  assert.deepEqual([accepted, errors], [[202, 202], []]);
  await screenshot(page, 'web-example');
});

test('a request that names no order is refused by the server of the example with what is wrong', async () => {
  for (const body of ['{}', 'null', '{"order":"a/b"}', '{']) {
    const answer = await fetch(`${address}/reports`, { method: 'POST', body });
    assert.equal(answer.status, 400, body);
  }
});

/** What `npm install` makes of the packed client, but from what was compiled. */
function installClient(): void {
  cpSync(join(REPOSITORY, 'dist/packages/client/src'), join(folder, CLIENT), { recursive: true });
  writeFileSync(
    join(folder, CLIENT, 'package.json'),
    JSON.stringify({ name: '@sluice/client', type: 'module', exports: './index.js' }),
  );
  cpSync(join(REPOSITORY, 'node_modules/openapi-fetch'), join(folder, 'node_modules/openapi-fetch'), {
    recursive: true,
  });
  cpSync(
    join(REPOSITORY, 'node_modules/openapi-typescript-helpers'),
    join(folder, 'node_modules/openapi-typescript-helpers'),
    { recursive: true },
  );
}
