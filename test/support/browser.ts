// A real Chromium for a test, which says at the end whether a page did anything that it may not.
import axe, { type AxeResults } from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { buildDashboard, isStale } from '../../scripts/dashboard.ts';
import { needsPackages } from './packages.ts';

export interface PageWish {
  /** Width and height; a desk unless given. */
  readonly size?: readonly [number, number];
  readonly theme?: 'light' | 'dark';
  /** Troubles that the test brings about: matched by what is told of them. */
  readonly forgiven?: readonly RegExp[];
  readonly more?: BrowserContextOptions;
}

export interface TestBrowser {
  /** Opens a page in a profile of its own. With the test it is closed, and the test fails where the page had a trouble. */
  open(url: string, wish?: PageWish): Promise<Page>;
  close(): Promise<void>;
}

export const desk = [1_280, 800] as const;
export const phone = [360, 740] as const;

/** Nothing that is asked of a page takes longer, on a machine that has other things to do. */
const waitMsMax = 15_000;

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** `environment` is added to this process's own. */
export const launchChromium = (
  more: { readonly args?: readonly string[]; readonly environment?: Record<string, string> } = {},
): Promise<Browser> =>
  chromium.launch({
    executablePath: '/usr/bin/chromium',
    headless: true,
    args: [...flags, ...(more.args ?? [])],
    env: { ...process.env, ...more.environment } as Record<string, string>,
  });

/** One for a whole file: starting it takes a second. What it is going to show is built where it is not of these sources. */
export async function startBrowser(): Promise<TestBrowser> {
  needsPackages('chromium');
  if (isStale()) await buildDashboard();
  const browser = await launchChromium();
  return {
    open: async (url, { size: [width, height] = desk, theme = 'light', forgiven = [], more } = {}) => {
      const context = await browser.newContext({
        viewport: { width, height },
        colorScheme: theme,
        locale: 'en-GB',
        timezoneId: 'Europe/Zurich',
        ...more,
      });
      context.setDefaultTimeout(waitMsMax);
      const page = await context.newPage();
      const troubles = await listen(page, new URL(url).origin);
      onTestFinished(async () => {
        await context.close();
        expect(troubles.filter((trouble) => !forgiven.some((one) => one.test(trouble)))).toEqual([]);
      });
      await page.goto(url);
      return page;
    },
    close: () => browser.close(),
  };
}

/** What the page did that it may not, as it is added: one line each. */
async function listen(page: Page, origin: string): Promise<readonly string[]> {
  const troubles: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) troubles.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => troubles.push(`error: ${error.stack ?? error.message}`));
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? '';
    // The page lets go of what it does not need any more.
    if (reason !== 'net::ERR_ABORTED') troubles.push(`failed: ${request.url()} ${reason}`);
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.origin !== origin) troubles.push(`elsewhere: ${request.url()}`);
  });
  await page.exposeFunction('tellViolation', (told: string) => troubles.push(`policy: ${told}`));
  await page.addInitScript(tellsViolations);
  return troubles;
}

// What runs in the page is text: types of a browser would be there for all of this project's code.
const tellsViolations = `document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) => {
  tellViolation([violatedDirective, blockedURI, sourceFile].join(' '));
});`;

const axeTags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe-core says against the page as it stands; one line each. Runs beside the page's own policy, which would not load it. */
export async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const options = JSON.stringify({ runOnly: { type: 'tag', values: axeTags } });
  const { violations: found } = await page.evaluate<AxeResults>(`axe.run(document, ${options})`);
  return found.flatMap(({ id, help, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${help}: ${target} ${failureSummary}`));
}

/** Whether somebody has to scroll sideways to read the page. */
export const scrollsSideways = (page: Page): Promise<boolean> =>
  page.evaluate<boolean>('document.documentElement.scrollWidth > document.documentElement.clientWidth');
