import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { assertAccessible, openBoard, type OpenBoard, signIn } from '../support/board.ts';
import { launchBrowser, screenshot } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { insertTestKey, type TestKey } from '../support/keys.ts';
import { type ExecutionBody, startWorld, type World } from '../support/world.ts';

let world: World;
let browser: Browser;
let operator: TestKey;

before(async () => {
  world = await startWorld(import.meta.url, { AUTH: 'keys' });
  operator = await insertTestKey(world.database);
  browser = await launchBrowser();
});
after(async () => {
  await browser.close();
  await world.stop();
});

async function call<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await world.call<T>(method, path, body, operator.headers);
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
  return answer.body;
}

const enqueue = (workspace: string, body: Record<string, unknown>) =>
  call<ExecutionBody>('POST', `/v1/workspaces/${workspace}/executions`, body);

async function open(path: string, options: Parameters<typeof openBoard>[2] = {}): Promise<OpenBoard> {
  const board = await openBoard(browser, world.apiUrl + path, options);
  await signIn(board.page, operator.text);
  return board;
}

const row = (page: Page, text: string) => page.getByRole('row').filter({ hasText: text });

test('a tenant complains: it is found, why it waits is told, its limit is raised, it drains, and who did it is seen', async () => {
  const executions: ExecutionBody[] = [];
  for (const [id, tier] of [
    ['acme-logistics', 'pro'],
    ['globex', 'enterprise'],
    ['initech', 'pro'],
    ['umbrella-health', 'enterprise'],
  ] as const)
    await call('PUT', `/v1/workspaces/${id}`, { tier });
  for (const id of ['globex', 'umbrella-health'])
    for (let i = 0; i < 3; i++) executions.push(await enqueue(id, { workflowType: 'untilTold', input: i }));
  for (let i = 0; i < 17; i++)
    executions.push(
      await enqueue('acme-logistics', {
        workflowType: 'untilTold',
        input: { route: `R-${i}`, stops: [i, i + 1] },
        reference: `shipment ${4_700 + i}`,
        labels: { region: 'eu' },
      }),
    );
  await busyNeighbours(executions);
  const board = await open('/');
  const { page } = board;

  await row(page, 'acme-logistics').getByText('at limit').waitFor();
  // Waits and backlogs are measured once in a while.
  await row(page, 'acme-logistics').locator('polyline').waitFor({ timeout: 60_000 });
  await assertAccessible(page);
  await screenshot(page, 'board-workspaces');
  await page.getByRole('searchbox').fill('acme');
  await row(page, 'globex').waitFor({ state: 'detached' });
  await page.getByRole('searchbox').fill('');
  await row(page, 'globex').waitFor();

  await page.getByRole('link', { name: 'acme-logistics' }).click();
  await page.getByRole('heading', { name: 'acme-logistics' }).waitFor();
  await page.getByText('12 executions waiting').waitFor();
  await assertAccessible(page);
  await screenshot(page, 'board-workspace');

  await row(page, 'shipment 4716').getByRole('link').click();
  await page.getByText('It waits behind 11 others').waitFor();
  await page.getByText('"route": "R-16"').waitFor();
  await assertAccessible(page);
  await screenshot(page, 'board-execution');

  await page.getByRole('navigation', { name: 'Above' }).getByRole('link').click();
  await page.getByRole('button', { name: 'Change limit' }).click();
  await page.getByLabel('Own limit').fill('12');
  await page.getByLabel('Reason').fill('ticket 4711');
  await page.getByText('7 waiting executions get a slot at once').waitFor();
  await assertAccessible(page);
  await screenshot(page, 'board-change-limit');
  await page.getByRole('button', { name: 'Change to 12' }).click();
  await page.getByText('5 executions waiting').waitFor();
  await row(page, 'limit changed').getByText('ticket 4711').waitFor();
  await row(page, 'limit changed').getByText(operator.id).waitFor();

  await call('DELETE', '/v1/workspaces/contoso/pause');
  for (const { id } of executions) await world.finish(id, { done: true });
  await page.getByText('Nothing waits.').waitFor();
  await page.getByText('Nothing runs.').waitFor();
  await page.getByText('12 slots free').waitFor();
  await eventually(async () => assert.ok((await page.getByText('completed').count()) >= 15));
  assert.deepEqual(board.faults, []);
  await board.close();
});

/** Of each kind one, so that there is something to look through. */
async function busyNeighbours(executions: ExecutionBody[]): Promise<void> {
  await call('PUT', '/v1/workspaces/northwind', { tier: 'pro', limitOverride: 2 });
  await call('PUT', '/v1/workspaces/wayne-energy', { tier: 'enterprise' });
  await call('PUT', '/v1/workspaces/contoso', { tier: 'pro' });
  await call('PUT', '/v1/workspaces/contoso/pause', { reason: 'billing overdue' });
  for (const id of ['northwind', 'northwind', 'northwind', 'contoso', 'contoso'])
    executions.push(await enqueue(id, { workflowType: 'untilTold' }));
}

test("a tenant's workflow throws: it is seen among the failures of all, with its own words, and is run again", async () => {
  await call('PUT', '/v1/workspaces/initrode', { tier: 'pro' });
  await call('PUT', '/v1/workspaces/hooli', { tier: 'pro' });
  for (let i = 0; i < 3; i++) {
    const { id } = await enqueue('initrode', {
      workflowType: 'untilTold',
      input: { invoice: 9_007_199_254_740_993n.toString(), amount: 12.5 },
      reference: `invoice ${i}`,
    });
    await fail(id, 'The ledger answered 409: invoice is booked already');
  }
  const { id } = await enqueue('hooli', { workflowType: 'untilTold' });
  await fail(id, 'No such bucket');
  const board = await open('/');
  const { page } = board;

  const link = page.getByRole('link', { name: '4 failures in the last hour' });
  await link.waitFor({ timeout: 60_000 });
  await link.click();
  await page.getByRole('heading', { name: 'Failures of the last hour' }).waitFor();
  await page.getByRole('button', { name: 'initrode 3' }).waitFor();
  await row(page, 'invoice 1').getByText('The ledger answered 409').waitFor();
  await row(page, 'hooli').getByText('No such bucket').waitFor();
  await assertAccessible(page);
  await screenshot(page, 'board-failures');

  await page.getByRole('button', { name: 'initrode 3' }).click();
  await row(page, 'No such bucket').waitFor({ state: 'detached' });
  await row(page, 'invoice 1').getByRole('link', { name: 'untilTold' }).click();
  await page.getByText('It failed at').waitFor();
  await page.getByText('"amount": 12.5').waitFor();
  await assertAccessible(page);
  await page.getByRole('button', { name: 'Run again' }).click();
  await page.getByText('Each becomes a new execution at the end of the queue').waitFor();
  await page.getByRole('button', { name: 'Run one execution again' }).click();
  await page.getByText('Run again as').waitFor();
  assert.deepEqual(board.faults, []);
  await board.close();
});

async function fail(id: string, message: string): Promise<void> {
  await eventually(() => world.client.workflow.getHandle(`execution.${id}`).signal('fail', message));
}
