// The page as such, in a real Chromium before a real collector: who may look, what is said when nobody answers, and under which address.
import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FleetConfig } from '../../src/config/fleet-config.ts';
import { startBrowser, type TestBrowser } from '../support/browser.ts';
import { groupOf, type ServedCollector, see, serveCollector, servePair } from '../support/collector.ts';
import { servePrefixed } from '../support/prefix-proxy.ts';

let browser: TestBrowser;

beforeAll(async () => {
  browser = await startBrowser();
});

afterAll(() => browser?.close());

const billing = async (config: Partial<FleetConfig> = {}) => {
  const app1 = await servePair('app1');
  const served = await serveCollector({ groups: [groupOf('billing', [app1.config])], config });
  return { ...served, app1 };
};

describe('who may look', () => {
  const token = 'a-token-that-is-long-enough';
  const access = {
    tokens: [{ name: 'ops', sha256: createHash('sha256').update(token).digest('hex'), rights: ['read' as const] }],
    clients: [],
    localRights: [],
    requestsPerMinute: 60_000,
  };
  // Chromium itself writes each refusal to the console.
  const forgiven = [/console: .*\b401\b/];

  it('a token is asked for, a wrong one is refused in words, and the right one is enough until somebody signs out', async () => {
    const { url } = await billing({ access });
    const page = await browser.open(url, { forgiven });
    await signIn(page, 'a-token-that-nobody-knows');
    await page.getByRole('alert').getByText('The collector does not know this token.').waitFor();
    await signIn(page, token);
    await page.getByRole('link', { name: 'app1' }).first().waitFor();
    await page.reload();
    await page.getByRole('link', { name: 'app1' }).first().waitFor();
    await page.getByText('token ops').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Token').waitFor();
    expect(await page.getByRole('link', { name: 'app1' }).count()).toBe(0);
  });

  it('nothing of the fleet is shown, and nothing that looks like an all-clear, before the token is known', async () => {
    const { url } = await billing({ access });
    const page = await browser.open(`${url}/#/pair/billing/app1`, { forgiven });
    await page.getByLabel('Token').waitFor();
    expect(await page.locator('main').textContent()).not.toMatch(/app1|ready/i);
    await signIn(page, token);
    await page.getByRole('heading', { level: 1, name: /app1/ }).waitFor();
  });

  it('the token is in no address, and gone with the tab', async () => {
    const { url } = await billing({ access });
    const page = await browser.open(url, { forgiven });
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await signIn(page, token);
    await page.getByRole('link', { name: 'app1' }).first().waitFor();
    expect(asked.filter((one) => one.includes(token))).toEqual([]);
    const other = await page.context().newPage();
    await other.goto(url);
    await other.getByLabel('Token').waitFor();
  });
});

async function signIn(page: Page, token: string): Promise<void> {
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

describe('a collector that does not answer', () => {
  // What Chromium writes when a door closes, and at each try after that.
  const forgiven = [
    /console: Failed to load resource: net::ERR_/,
    /^failed: .*ERR_(CONNECTION_REFUSED|INCOMPLETE_CHUNKED|CONNECTION_RESET|EMPTY)/,
  ];

  it('is said with the age of what is shown, and when it is back the page shows what is so by then', async () => {
    const port = await freePort();
    const served = await billing({ listen: { socket: null, tcp: { address: '127.0.0.1', port }, tls: null } });
    const page = await browser.open(served.url, { forgiven });
    await page.getByText('Live', { exact: true }).waitFor();
    const before = await verdictShown(page);
    await served.doors.close();
    await page.getByText(/^Connection lost since \d+ \w+ \d{4}, \d\d:\d\d UTC$/).waitFor();
    await page.getByText(/what you see is .+ old/).waitFor();
    await page
      .getByText(/^As of /)
      .first()
      .waitFor();
    expect(await page.locator('[data-stale="true"]').count()).toBeGreaterThan(0);
    expect(await verdictShown(page)).toBe(before);
    await becomesNotReady(served);
    await served.doors.open(served.config);
    await page.getByText('Live', { exact: true }).waitFor();
    await page
      .getByText(/Not ready/i)
      .first()
      .waitFor();
    expect(await page.getByText(/Connection lost/).count()).toBe(0);
    expect(await page.locator('[data-stale="true"]').count()).toBe(0);
  });

  it('lets what was last heard grow old before the eyes of who looks', async () => {
    const served = await billing();
    const page = await browser.open(`${served.url}/#/pair/billing/app1`, { forgiven });
    const heard = page
      .getByRole('row', { name: /^Heard/ })
      .locator('time')
      .first();
    await heard.waitFor();
    await served.doors.close();
    await page.getByText(/^Connection lost since/).waitFor();
    const said = await heard.textContent();
    await expect.poll(() => heard.textContent(), { timeout: 15_000 }).not.toBe(said);
  });

  it('is never shown as a fleet in which all is well', async () => {
    const port = await freePort();
    const served = await billing({ listen: { socket: null, tcp: { address: '127.0.0.1', port }, tls: null } });
    const page = await browser.open(served.url, { forgiven });
    await page.getByRole('link', { name: 'app1' }).first().waitFor();
    await served.doors.close();
    await page.getByRole('link', { name: 'app1' }).first().click();
    await page
      .getByText(/could not be loaded|Not known/)
      .first()
      .waitFor();
    expect(await page.locator('main [data-state="ready"]').count()).toBe(0);
    await served.doors.open(served.config);
    await page
      .getByRole('button', { name: /Try again/ })
      .first()
      .click();
    await page.getByRole('heading', { level: 1, name: /app1/ }).waitFor();
    await page.locator('main [data-state="ready"]').first().waitFor();
  });
});

const verdictShown = (page: Page): Promise<string | null> => page.locator('main .verdict').first().textContent();

async function becomesNotReady(served: ServedCollector & { readonly app1: Awaited<ReturnType<typeof servePair>> }): Promise<void> {
  await see(served.app1.primary, 9);
  await served.lookAround();
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise<void>((done) => server.close(() => done()));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('an address', () => {
  it('may have any path before it: a page behind a proxy’s prefix asks for nothing beside it', async () => {
    const served = await billing();
    const proxy = await servePrefixed(served.url, '/dr/understudy/');
    const page = await browser.open(proxy.url);
    await page.getByText('Live', { exact: true }).waitFor();
    for (const view of ['#/group/billing', '#/pair/billing/app1', '#/check/billing/app1/levels?side=standby', '#/report/billing']) {
      await page.goto(`${proxy.url}${view}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
    }
    await page.goto(`${proxy.url}#/pair/billing/app1`);
    await page.getByRole('heading', { level: 1, name: /app1/ }).waitFor();
    await becomesNotReady(served);
    await page.getByText('The standby is behind').first().waitFor();
    expect(proxy.astray).toEqual([]);
  });

  it('at which there is nothing says so, and leads back', async () => {
    const { url } = await billing();
    const page = await browser.open(`${url}/#/nowhere/at/all`);
    await page.getByRole('heading', { level: 1, name: 'Nothing stands here' }).waitFor();
    await page.getByRole('link', { name: 'To the fleet' }).click();
    await page.getByRole('link', { name: 'app1' }).first().waitFor();
  });

  it('of a group, a pair or a check that is not there is answered in words', async () => {
    const { url } = await billing();
    const page = await browser.open(`${url}/#/pair/billing/gone`, { forgiven: [/console: .*\b404\b/] });
    for (const view of ['#/pair/billing/gone', '#/group/gone', '#/check/billing/app1/gone', '#/report/gone']) {
      await page.goto(`${url}/${view}`);
      await page
        .getByText(/Not known|no such|not a|there is no|not in/i)
        .first()
        .waitFor();
      expect(await page.locator('main [data-state="ready"]').count()).toBe(0);
    }
  });
});

describe('colours', () => {
  it('follow the system until somebody says otherwise, and that is kept', async () => {
    const { url } = await billing();
    const page = await browser.open(url, { theme: 'dark' });
    const background = (): Promise<string> => page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor');
    await page.getByRole('button', { name: 'Light' }).waitFor();
    const dark = await background();
    await page.getByRole('button', { name: 'Light' }).click();
    const light = await background();
    expect(light).not.toBe(dark);
    await page.reload();
    await page.getByRole('button', { name: 'Light' }).waitFor();
    expect(await background()).toBe(light);
    await page.getByRole('button', { name: 'As the system' }).click();
    expect(await background()).toBe(dark);
  });
});
