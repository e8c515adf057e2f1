import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { frameShowing, launchBrowser, openShowing, screenshot } from '../support/browser.ts';
import { eventually, eventuallyEqual } from '../support/eventually.ts';
import { testUiUrl } from '../support/temporal.ts';
import { type ExecutionBody, type World, startWorld } from '../support/world.ts';

let world: World;
let browser: Browser;
let workspace: string;
const executions: ExecutionBody[] = [];

before(async () => {
  world = await startWorld(import.meta.url);
  browser = await launchBrowser();
  workspace = await world.workspace();
  for (let i = 0; i < 8; i++) executions.push(await world.enqueue(workspace, 'untilTold', i));
  await eventuallyEqual(async () => (await world.seqs(workspace, 'running')).length, 5);
});
after(async () => {
  for (const { id } of executions) await world.finish(id);
  await eventuallyEqual(async () => (await world.seqs(workspace, 'completed')).length, 8);
  await browser.close();
  await world.stop();
});

const listUrl = (query: string) =>
  `${testUiUrl()}/namespaces/${world.client.options.namespace}/workflows?query=${encodeURIComponent(query)}`;

test('the link that the API gives opens the gate with its numbers, running executions and links, nothing to decode', async () => {
  const { body } = await world.call('GET', `/v1/workspaces/${workspace}/gate`);
  const page = await openShowing(browser, String(body['webUrl']), 'Current Details');
  const details = await frameShowing(page, 'Last admissions');
  const text = await details.locator('body').innerText();
  for (const shown of [workspace, 'tier pro', 'limit 5', 'running 5', 'pending 3']) {
    assert.ok(text.includes(shown), `the page shows "${shown}": ${text}`);
  }
  for (const { id } of executions.slice(0, 5)) {
    assert.ok((await details.locator(`a[href*="execution.${id}"]`).count()) > 0, `a link to ${id}`);
  }
  await screenshot(page, 'gate-in-web-ui');
  const first = executions[0]!;
  const opened = page
    .context()
    .waitForEvent('page', { timeout: 5_000 })
    .catch(() => page);
  await details.locator(`a[href*="execution.${first.id}"]`).first().click();
  const execution = await opened;
  await execution.waitForURL(`**/workflows/execution.${first.id}/**`);
  await execution.getByText('untilTold').first().waitFor();
  await screenshot(execution, 'execution-in-web-ui');
  await page.close();
});

test('the page of an execution shows its labels', async () => {
  const labels = { customer: 'a & b | <c>', 'report/kind': 'monthly' };
  const other = await world.workspace();
  const started = await world.sluice.start('untilTold', { workspace: other, labels });
  const { webUrl } = await eventually(async () => {
    const found = await started.get();
    assert.ok(found.webUrl !== null && found.runId !== null);
    return found;
  });
  const page = await openShowing(browser, webUrl!, 'User Metadata');
  await page.getByText('User Metadata').first().click();
  const details = await frameShowing(page, 'report/kind');
  const text = await details.locator('body').innerText();
  for (const shown of ['customer', labels.customer, 'monthly'])
    assert.ok(text.includes(shown), `the page shows "${shown}": ${text}`);
  await page.getByText('Memo', { exact: true }).first().click();
  await page.getByText('sluiceLabels').first().waitFor();
  await page.close();
  await world.finish(started.id);
});

test('gates are listed by tier and limit, executions by workspace', async () => {
  const gates = await eventually(() =>
    openShowing(browser, listUrl('SluiceTier = "pro" and SluiceLimit = 5'), `gate.${workspace}`),
  );
  await screenshot(gates, 'gates-by-tier');
  await gates.close();
  const children = await openShowing(
    browser,
    listUrl(`SluiceWorkspace = "${workspace}" and WorkflowType != "WorkspaceGateWorkflow"`),
    `execution.${executions[0]!.id}`,
  );
  await screenshot(children, 'executions-of-a-workspace');
  await children.close();
});

test('the interactive API documentation shows every resource', async () => {
  const page = await openShowing(browser, `${world.apiUrl}/docs`, '/v1/workspaces/{workspaceId}/executions');
  await screenshot(page, 'api-docs');
  await page.close();
});
