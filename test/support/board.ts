import assert from 'node:assert/strict';
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

/** The board in a browser of its own: no cookie of another. */
export interface OpenBoard {
  readonly page: Page;
  /** What the page did wrong so far: scripts that failed, and what its security policy refused. */
  readonly faults: string[];
  close(): Promise<void>;
}

const TELL_VIOLATIONS = `document.addEventListener('securitypolicyviolation', (event) =>
  console.error('refused by the policy:', event.violatedDirective, event.blockedURI, event.sample));`;

/** Opens a page of the board, and notes from then on what it does wrong. */
export async function openBoard(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<OpenBoard> {
  const context = await browser.newContext({ viewport: { width: 1360, height: 900 }, ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('dialog', (dialog) => {
    faults.push(`a dialog of the browser: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    // An answer of 401 is one, and the page deals with it.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      faults.push(message.text());
  });
  await page.addInitScript({ content: TELL_VIOLATIONS });
  await page.goto(url);
  return { page, faults, close: () => context.close() };
}

export async function signIn(page: Page, key: string): Promise<void> {
  await page.getByLabel('Key').fill(key);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
}

/** Fails for whatever axe finds on the page as it is, also for what it calls minor. */
export async function assertAccessible(page: Page): Promise<void> {
  // A script in the page is refused by its policy; this comes by the debugger's way.
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { violations } = await (
      globalThis as unknown as { axe: { run(): Promise<axe.AxeResults> } }
    ).axe.run();
    return violations.map(({ id, impact, nodes }) => ({
      id,
      impact,
      nodes: nodes.map((node) => `${node.html.slice(0, 200)} ${node.failureSummary}`),
    }));
  });
  assert.deepEqual(found, []);
}

/** Fails when the page is wider than its window, so that one had to push it sideways. */
export async function assertFits(page: Page): Promise<void> {
  const [inside, outside] = await page.evaluate<[number, number]>(
    '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
  );
  assert.ok(inside <= outside, `${page.url()} is ${inside} px wide in a window of ${outside} px`);
}
