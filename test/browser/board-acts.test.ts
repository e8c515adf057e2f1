import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { assertAccessible, assertFits, openBoard, type OpenBoard, signIn } from '../support/board.ts';
import { launchBrowser, screenshot } from '../support/browser.ts';
import { eventually, eventuallyEqual } from '../support/eventually.ts';
import { insertTestKey, type TestKey } from '../support/keys.ts';
import { type ExecutionBody, startWorld, type World } from '../support/world.ts';

let world: World;
let browser: Browser;
let operator: TestKey;
let workspaces = 0;

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

/** With so many executions that run until they are told. */
async function workspaceWith(
  count: number,
  more: Record<string, unknown> = {},
): Promise<[string, ExecutionBody[]]> {
  const id = `tenant-${++workspaces}`;
  await call('PUT', `/v1/workspaces/${id}`, { tier: 'pro' });
  const executions: ExecutionBody[] = [];
  for (let i = 0; i < count; i++) {
    const body = { workflowType: 'untilTold', reference: `order ${i}`, ...more };
    executions.push(await call<ExecutionBody>('POST', `/v1/workspaces/${id}/executions`, body));
  }
  await eventuallyEqual(async () => (await world.seqs(id, 'running')).length, Math.min(5, count));
  return [id, executions];
}

async function open(
  path: string,
  options: Parameters<typeof openBoard>[2] = {},
  key = operator,
): Promise<OpenBoard> {
  const board = await openBoard(browser, world.apiUrl + path, options);
  await signIn(board.page, key.text);
  return board;
}

const row = (page: Page, text: string) => page.getByRole('row').filter({ hasText: text });

/** What a tenant may try to make a browser of the operator do. */
const HOSTILE = [
  '<img src=x onerror="document.title=1;fetch(`/v1/keys`)">',
  '</script><script>document.title=1</script>',
  '"><svg onload=document.title=1>',
  "javascript:document.title='1'",
  '{{constructor.constructor("document.title=1")()}}',
];

test('no text of a tenant runs in the page of an operator: it is shown as it is', async () => {
  const id = `tenant-${++workspaces}`;
  await call('PUT', `/v1/workspaces/${id}`, { tier: 'pro' });
  const sent: ExecutionBody[] = [];
  for (const text of HOSTILE) {
    const body = {
      workflowType: 'untilTold',
      input: { [text]: text },
      reference: text,
      labels: { note: text },
    };
    sent.push(await call<ExecutionBody>('POST', `/v1/workspaces/${id}/executions`, body));
  }
  const board = await open(`/workspaces/${id}`);
  const { page } = board;
  for (const text of HOSTILE) await row(page, text).first().waitFor();
  for (const [i, { id: executionId }] of sent.entries()) {
    await page.goto(`${world.apiUrl}/workspaces/${id}/executions/${executionId}`);
    await page.getByText(JSON.stringify(HOSTILE[i])).first().waitFor();
    await page.getByRole('list', { name: 'Labels' }).getByText(HOSTILE[i]!).waitFor();
    await eventually(() =>
      world.client.workflow.getHandle(`execution.${executionId}`).signal('fail', HOSTILE[i]!),
    );
    await page.getByText('It failed at').waitFor();
    await page.locator('.message').getByText(HOSTILE[i]!).waitFor();
    assert.match(await page.title(), / · Sluice$/);
  }
  await page.goto(`${world.apiUrl}/failures`);
  for (const text of HOSTILE) await row(page, text).first().waitFor();
  await page.goto(
    `${world.apiUrl}/?search=${encodeURIComponent(HOSTILE[0]!)}&tier=${encodeURIComponent(HOSTILE[2]!)}`,
  );
  await page.getByRole('alert').waitFor();
  await page.goto(`${world.apiUrl}/workspaces/${encodeURIComponent(HOSTILE[2]!)}`);
  await page.getByRole('heading', { name: HOSTILE[2]! }).waitFor();
  assert.match(await page.title(), / · Sluice$/);
  assert.equal(await page.locator('#board img, #board script, #board [onload], #board [onerror]').count(), 0);
  assert.deepEqual(board.faults, []);
  await board.close();
});

test('a key that may only read gets a board without a button that changes something', async () => {
  const [id, executions] = await workspaceWith(7);
  const reader = await insertTestKey(world.database, { rights: ['read'] });
  const board = await open(`/workspaces/${id}`, {}, reader);
  const { page } = board;
  await page.getByText('2 executions waiting').waitFor();
  await page.getByText('read only').waitFor();
  const buttons = async () =>
    (await page.getByRole('button').allInnerTexts()).map((text) => text.trim()).filter((text) => text !== '');
  assert.deepEqual(await buttons(), ['Sign out', 'All', 'Failures']);
  assert.equal(await page.getByRole('checkbox').count(), 0);
  await page.goto(`${world.apiUrl}/workspaces/${id}/executions/${executions[6]!.id}`);
  await page.getByText('It waits behind 1 other').waitFor();
  assert.deepEqual(await buttons(), ['Sign out']);
  assert.deepEqual(board.faults, []);
  await board.close();
});

test('the board is live while it is looked at, still when its window loses the focus, and paused while rows are selected', async () => {
  const [id, executions] = await workspaceWith(8);
  const board = await open(`/workspaces/${id}`);
  const { page } = board;
  await page.getByText('3 executions waiting').waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  await world.finish(executions[0]!.id);
  await page.getByText('2 executions waiting').waitFor();

  const other = await open(`/workspaces/${id}`);
  await other.page.getByText('2 executions waiting').waitFor();
  await page.evaluate(`dispatchEvent(new Event('blur'))`);
  await page.getByText('Still: the window is not in focus').waitFor();
  const asked: string[] = [];
  page.on('request', (request) => {
    // What a reading begins with; the end of one from before may still be asked for.
    if (request.url().includes('/v1/stats/')) asked.push(request.url());
  });
  await world.finish(executions[1]!.id);
  await other.page.getByText('one execution waiting').waitFor();
  await world.finish(executions[2]!.id);
  // Another board has shown two changes, a second or more apart: this one would have shown the first by now.
  await other.page.getByText('Nothing waits.').waitFor();
  await other.close();
  assert.ok(await page.getByText('2 executions waiting').isVisible());
  assert.deepEqual(asked, [], 'nobody looks, and nothing is asked');
  await page.evaluate(`dispatchEvent(new Event('focus'))`);
  await page.getByText('Nothing waits.').waitFor();
  await page.getByText('Live', { exact: true }).waitFor();

  await row(page, 'order 4').getByRole('checkbox').check();
  await page.getByText('Paused: rows are selected').waitFor();
  await page.getByText('one execution selected').waitFor();
  await assertAccessible(page);
  await world.finish(executions[3]!.id);
  await eventuallyEqual(async () => (await world.seqs(id, 'completed')).length, 4);
  assert.ok(await row(page, 'order 3').first().isVisible());
  assert.equal(await row(page, 'order 3').getByText('completed').count(), 0);
  await page.getByRole('button', { name: 'Clear' }).click();
  await row(page, 'order 3').getByText('completed').waitFor();
  assert.deepEqual(board.faults, []);
  await board.close();
  for (const { id: executionId } of executions.slice(4)) await world.finish(executionId);
});

test('selected executions are cancelled after the board has said what will happen and to how many', async () => {
  const [id, executions] = await workspaceWith(8);
  const board = await open(`/workspaces/${id}`);
  const { page } = board;
  for (const name of ['order 5', 'order 7']) await row(page, name).getByRole('checkbox').check();
  const bar = page.getByRole('region', { name: 'Selected executions' });
  await bar.getByRole('button', { name: 'Cancel' }).click();
  const dialog = page.getByRole('dialog', { name: 'Cancel 2 executions?' });
  await dialog.getByText('What waits leaves the queue and never starts.').waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  assert.deepEqual(await world.seqs(id, 'cancelled'), []);
  await bar.getByRole('button', { name: 'Cancel' }).click();
  await dialog.getByRole('button', { name: 'Cancel 2 executions' }).click();
  await page.getByText('one execution waiting').waitFor();
  assert.deepEqual(await world.seqs(id, 'cancelled'), [6, 8]);
  await row(page, 'order 7').getByText('cancelled').waitFor();
  assert.deepEqual(board.faults, []);
  await board.close();
  await world.finish(executions[0]!.id);
});

test('a workspace is paused with a reason, resumed, and its limit is cut: the page says what that means', async () => {
  const [id] = await workspaceWith(7);
  const board = await open(`/workspaces/${id}`);
  const { page } = board;
  await page.getByRole('button', { name: 'Pause' }).click();
  const pause = page.getByRole('dialog', { name: `Pause ${id}` });
  await pause.getByText('The 5 executions that run go on.').waitFor();
  assert.ok(await pause.getByRole('button', { name: 'Pause' }).isDisabled(), 'a pause has a reason');
  await pause.getByLabel('Reason').fill('the bank is down');
  await assertAccessible(page);
  await pause.getByRole('button', { name: 'Pause' }).click();
  await page.getByText('until somebody resumes it: the bank is down').waitFor();
  await row(page, 'paused').getByText('the bank is down').waitFor();
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click();
  await page.getByRole('button', { name: 'Pause' }).waitFor();
  await page.getByRole('button', { name: 'Change limit' }).click();
  await page.getByLabel('Own limit').fill('3');
  await page.getByText('Nothing is stopped: 2 executions more than that run').waitFor();
  await page.getByRole('button', { name: 'Change to 3' }).click();
  await page.getByText('Over by 2, draining').waitFor();
  assert.deepEqual(board.faults, []);
  await board.close();
});

test('everything is reached by the keyboard: a link past the header, rows, a dialog that keeps the focus and gives it back', async () => {
  const [id] = await workspaceWith(6);
  const board = await open(`/workspaces/${id}`);
  const { page } = board;
  await page.getByText('one execution waiting').waitFor();
  await page.reload();
  await page.getByText('one execution waiting').waitFor();
  await page.keyboard.press('Tab');
  const focused = () => page.evaluate<string>(`document.activeElement.textContent.trim()`);
  assert.equal(await focused(), 'To the content');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate('document.activeElement.id'), 'content');
  const button = page.getByRole('button', { name: 'Change limit' });
  await button.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  for (let i = 0; i < 12; i++) {
    await page.keyboard.press('Tab');
    const isOutside = await page.evaluate<boolean>(
      `document.activeElement !== document.body && document.activeElement.closest('dialog') === null`,
    );
    assert.ok(!isOutside, 'the dialog keeps the focus');
  }
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  assert.equal(await focused(), 'Change limit');
  await page.goto(world.apiUrl);
  await page.getByRole('link', { name: id, exact: true }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: id }).waitFor();
  await eventuallyEqual(() => focused(), id);
  assert.deepEqual(board.faults, []);
  await board.close();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`every page fits a window of 360 px, and axe finds nothing on it (${colorScheme})`, async () => {
    const [id, executions] = await workspaceWith(7, {
      labels: { team: 'a-very-long-name-without-a-break'.repeat(3) },
    });
    const last = executions[6]!.id;
    await world.finish(executions[0]!.id);
    const board = await open('/', { colorScheme, viewport: { width: 360, height: 740 } });
    const { page } = board;
    for (const [path, text, name] of [
      ['/', id, 'workspaces'],
      [`/workspaces/${id}`, 'one execution waiting', 'workspace'],
      [`/workspaces/${id}/executions/${last}`, 'It is next in the queue', 'execution'],
      ['/failures', 'Failures of the last hour', 'failures'],
      ['/changes', 'workspace created', 'changes'],
    ] as const) {
      await page.goto(world.apiUrl + path);
      await page.getByText(text).first().waitFor();
      await assertFits(page);
      await assertAccessible(page);
      if (colorScheme === 'dark' && name === 'workspace') await screenshot(page, 'board-narrow');
      await page.setViewportSize({ width: 1360, height: 900 });
      await assertAccessible(page);
      if (colorScheme === 'dark' && name === 'workspace') await screenshot(page, 'board-dark');
      await page.setViewportSize({ width: 360, height: 740 });
    }
    assert.deepEqual(board.faults, []);
    await board.close();
  });
}

test('all executions that match are counted, and cancelled on the server when that is confirmed', async () => {
  const [id, executions] = await workspaceWith(11);
  const board = await open(`/workspaces/${id}`);
  const { page } = board;
  await page.getByText('6 executions waiting').waitFor();
  await page.getByRole('button', { name: 'All that match' }).click();
  const dialog = page.getByRole('dialog', { name: `All that match, in ${id}` });
  await dialog.getByText('6 executions match.').waitFor();
  await dialog.getByLabel('Reference').fill('order 7');
  await dialog.getByText('one execution matches.').waitFor();
  await dialog.getByLabel('Reference').fill('');
  await dialog.getByText('6 executions match.').waitFor();
  await dialog.getByLabel('Reason').fill('sent twice');
  await assertAccessible(page);
  await screenshot(page, 'board-all-that-match');
  await dialog.getByRole('button', { name: 'Cancel 6 executions' }).click();
  await dialog.waitFor({ state: 'detached', timeout: 60_000 });
  await page.getByText('Nothing waits.').waitFor();
  await row(page, 'bulk cancel').getByText('sent twice').waitFor();
  assert.deepEqual(await world.seqs(id, 'cancelled'), [6, 7, 8, 9, 10, 11]);
  assert.deepEqual(board.faults, []);
  await board.close();
  await world.finish(executions[0]!.id);
});
