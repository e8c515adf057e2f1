import { existsSync } from 'node:fs';
import { type Browser, type Frame, type Page, chromium } from 'playwright-core';
import { eventually } from './eventually.ts';

const CHROMIUM_PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The system's own Chromium, headless, with further command line switches. */
export async function launchBrowser(switches: readonly string[] = []): Promise<Browser> {
  const executablePath = process.env['CHROMIUM_PATH'] ?? CHROMIUM_PATHS.find((path) => existsSync(path));
  if (executablePath === undefined) {
    throw new Error('No Chromium found. Install it (Debian: apt-get install chromium) or set CHROMIUM_PATH.');
  }
  return await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...switches,
    ],
  });
}

/** Opens a page and waits until it shows the text. */
export async function openShowing(browser: Browser, url: string, text: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1360, height: 900 } });
  await page.goto(url);
  await page.getByText(text, { exact: false }).first().waitFor({ timeout: 30_000 });
  return page;
}

/** The frame of a page that shows the text: the Web UI draws Markdown in frames of its own. */
export async function frameShowing(page: Page, text: string): Promise<Frame> {
  return await eventually(async () => {
    for (const frame of page.frames()) {
      if ((await frame.locator('body').innerText()).includes(text)) return frame;
    }
    throw new Error(`no frame shows "${text}"`);
  });
}

/** Puts a screenshot where the documentation shows it, when SCREENSHOTS=true; the tests themselves look at the page's text. */
export async function screenshot(page: Page, name: string): Promise<void> {
  if (process.env['SCREENSHOTS'] === 'true') await page.screenshot({ path: `docs/${name}.png` });
}
