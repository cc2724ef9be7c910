// One pair, in a real Chromium: what opens and what is mended while somebody looks, what is accepted and taken back, by mouse and by keys.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FleetConfig } from '../../src/config/fleet-config.ts';
import { startBrowser, type TestBrowser } from '../support/browser.ts';
import { groupOf, see, serveCollector, servePair } from '../support/collector.ts';
import { isFocused, tabTo } from '../support/keyboard.ts';

let browser: TestBrowser;

beforeAll(async () => {
  browser = await startBrowser();
});

afterAll(() => browser?.close());

type Side = 'primary' | 'standby';

/** A pair that agrees, of an agent each. */
async function billing(config: Partial<FleetConfig> = {}) {
  const app1 = await servePair('app1');
  const served = await serveCollector({ groups: [groupOf('billing', [app1.config])], config });
  const sees = async (side: Side, ...what: [number, ...{ name: string; version: string }[][]]): Promise<void> => {
    await see(app1[side], ...what);
    await served.lookAround();
  };
  return { ...served, sees };
}

const behind = (page: Page) => page.getByRole('article', { name: 'The standby is behind' });

describe('a page that is open', () => {
  it('shows what is found meanwhile, says it, and keeps what was mended in sight: without being loaded again', async () => {
    const { url, sees } = await billing();
    const page = await browser.open(`${url}/#/pair/billing/app1`);
    await page.getByText('Live', { exact: true }).waitFor();
    await page.locator('main .verdict', { hasText: 'Ready' }).waitFor();
    await page.evaluate('globalThis.isTheSamePage = true');
    await sees('primary', 9);
    await behind(page).waitFor();
    await page.locator('main .verdict', { hasText: 'Not ready' }).waitFor();
    expect(await behind(page).textContent()).toMatch(/7.*9/s);
    await said(page, /^1 finding new$/);
    await sees('standby', 9);
    await page.locator('main .verdict', { hasText: /^Ready/ }).waitFor();
    await behind(page).waitFor({ state: 'detached' });
    await page
      .getByText(/resolved/i)
      .first()
      .waitFor();
    expect(await page.evaluate('globalThis.isTheSamePage')).toBe(true);
  });

  it('keeps open what somebody reads while something else changes', async () => {
    const { url, sees } = await billing();
    await sees('primary', 9);
    const page = await browser.open(`${url}/#/pair/billing/app1`);
    await behind(page).getByRole('button', { name: 'What changed' }).click();
    await behind(page).getByRole('region', { name: 'What changed' }).waitFor();
    await sees('primary', 9, [{ name: 'lib', version: '2' }]);
    await page.getByRole('article', { name: 'A part differs' }).waitFor();
    await page.getByText('raise --to 9').waitFor();
    expect(await behind(page).getByRole('region', { name: 'What changed' }).count()).toBe(1);
  });

  it('shows at once what mends the worst, and what mends all of them when asked for it', async () => {
    const { url, sees } = await billing();
    await sees('primary', 9, [{ name: 'lib', version: '2' }]);
    const page = await browser.open(`${url}/#/pair/billing/app1`);
    await behind(page).getByText('raise --to 9').waitFor();
    const remedies = page.getByRole('region', { name: 'What mends it' });
    const count = await page.getByRole('article').count();
    expect([count > 1, await remedies.count()]).toEqual([true, 1]);
    await page.getByRole('button', { name: 'Show all that mends' }).click();
    await expect.poll(() => remedies.count()).toBe(count);
    await page.getByRole('button', { name: 'Hide all that mends' }).click();
    await expect.poll(() => remedies.count()).toBe(0);
  });

  it('says in the past what could not be asked again', async () => {
    const { url, sees } = await billing();
    const page = await browser.open(`${url}/#/pair/billing/app1`, { forgiven: [/ERR_FAILED/] });
    await page.getByText('Live', { exact: true }).waitFor();
    await page.locator('main .verdict', { hasText: /^Ready/ }).waitFor();
    expect(await page.title()).toBe('Ready · app1 · billing · Understudy');
    await page.route('**/v1/**', (route) => route.abort());
    await sees('primary', 9);
    await page.locator('main .verdict', { hasText: 'Was ready when last heard of' }).waitFor();
    expect(await page.locator('main').textContent()).not.toMatch(/keeps the standby from taking over|Nothing that is looked at differs/);
    expect(await page.title()).toBe('Not known · app1 · billing · Understudy');
  });

  it('leads from a finding to what changed on the primary, and to the questions and answers behind it', async () => {
    const { url, sees } = await billing();
    await sees('primary', 9);
    const page = await browser.open(`${url}/#/pair/billing/app1`);
    await behind(page).getByRole('button', { name: 'What changed' }).click();
    await page.getByText('On the primary').first().waitFor();
    const change = behind(page).getByRole('region', { name: 'What changed' });
    expect(await change.textContent()).toMatch(/level.*7.*9/s);
    await behind(page).getByRole('button', { name: 'Evidence' }).click();
    await behind(page)
      .getByRole('heading', { name: /On the standby/ })
      .waitFor();
    await behind(page)
      .getByRole('heading', { name: /On the primary/ })
      .waitFor();
  });
});

/** What a screen reader is told by itself. */
const said = (page: Page, words: RegExp): Promise<void> =>
  page.locator('[role="status"], [role="alert"], [aria-live]').filter({ hasText: words }).first().waitFor({ state: 'attached' });

describe('a waiver', () => {
  it('is given with a name, a reason and an end, shows who gave it, and is taken back', async () => {
    const { url, sees } = await billing();
    await sees('primary', 9);
    const page = await browser.open(`${url}/#/pair/billing/app1`);
    await behind(page).getByRole('button', { name: /Waive/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Who accepts it').fill('R. Keller');
    await dialog.getByLabel('Why it may stay so').fill('It is raised on Sunday');
    await dialog.getByRole('button', { name: 'Waive', exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByRole('heading', { name: /^Waived/ }).waitFor();
    expect(await behind(page).textContent()).toMatch(/R\. Keller.*It is raised on Sunday|It is raised on Sunday.*R\. Keller/s);
    await page.locator('main .verdict', { hasText: /^Ready/ }).waitFor();
    await behind(page)
      .getByRole('button', { name: /Take back/ })
      .click();
    await dialog.getByRole('button', { name: 'Take it back' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.locator('main .verdict', { hasText: 'Not ready' }).waitFor();
    expect(await page.getByRole('heading', { name: /^Waived/ }).count()).toBe(0);
  });

  it('without a name or a reason is not sent, and what is missing is said where it is missing', async () => {
    const { url, sees, collector } = await billing();
    await sees('primary', 9);
    const page = await browser.open(`${url}/#/pair/billing/app1`);
    await behind(page).getByRole('button', { name: /Waive/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Waive', exact: true }).click();
    const author = dialog.getByLabel('Who accepts it');
    expect(await author.getAttribute('aria-invalid')).toBe('true');
    expect(await isFocused(author)).toBe(true);
    expect(collector.store.waivers.standing()).toEqual([]);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  });

  it('is not offered to who may only read, and the page says what it takes', async () => {
    const { url, sees } = await billing({ access: { tokens: [], clients: [], localRights: ['read'], requestsPerMinute: 60_000 } });
    await sees('primary', 9);
    const page = await browser.open(`${url}/#/pair/billing/app1`);
    await behind(page).waitFor();
    await page.getByText(/the right waive/).waitFor();
    expect(await page.getByRole('button', { name: /Waive/ }).count()).toBe(0);
  });
});

describe('with keys alone', () => {
  it('somebody comes from the fleet to a remedy, copies it and accepts the finding', async () => {
    const { url, sees, collector } = await billing();
    await sees('primary', 9);
    const page = await browser.open(url, { more: { permissions: ['clipboard-read', 'clipboard-write'] } });
    await page.getByRole('link', { name: 'app1' }).first().waitFor();
    // The matrix is one stop; arrows lead through it.
    await tabTo(page, page.getByRole('link', { name: 'billing', exact: true }));
    await page.keyboard.press('ArrowDown');
    expect(await isFocused(page.getByRole('link', { name: 'app1', exact: true }))).toBe(true);
    await page.keyboard.press('Enter');
    await behind(page).waitFor();
    expect(await isFocused(page.getByRole('heading', { level: 1 }))).toBe(true);
    await tabTo(page, behind(page).getByRole('button', { name: 'What mends it' }));
    await page.keyboard.press('Enter');
    expect(await page.getByText('raise --to 9').count()).toBe(0);
    await page.keyboard.press('Enter');
    await tabTo(page, behind(page).getByRole('button', { name: 'Copy the command' }));
    await page.keyboard.press('Enter');
    await said(page, /Copied/);
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe('raise --to 9');
    await tabTo(page, behind(page).getByRole('button', { name: /Waive/ }), 'Shift+Tab');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    await focusIn(page, dialog.getByLabel('Who accepts it'));
    await page.keyboard.type('R. Keller');
    await tabTo(page, dialog.getByLabel('Why it may stay so'));
    await page.keyboard.type('It is raised on Sunday');
    await tabTo(page, dialog.getByRole('button', { name: 'Waive', exact: true }));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /^Waived/ }).waitFor();
    expect(collector.store.waivers.standing()).toHaveLength(1);
  });
});

async function focusIn(page: Page, wanted: ReturnType<Page['getByLabel']>): Promise<void> {
  if (!(await isFocused(wanted))) await tabTo(page, wanted);
}

describe('names and values that somebody chose to do harm with', () => {
  const script = '<script>alert(1)</script>';
  const group = `a/b ${script}`;
  const pair = `50%?&#"' \u202e\u05e9\u05dc\u05d5\u05dd`;
  const part = `<img src=x onerror=alert(1)> ${'long '.repeat(60)}`;

  it('are text on every view, and every link leads where it says', async () => {
    const app1 = await servePair(pair, { group });
    await see(app1.primary, 7, [{ name: part, version: script }]);
    const { url } = await serveCollector({ groups: [groupOf(group, [app1.config])] });
    const page = await browser.open(url);
    const dialogs: string[] = [];
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    await page.getByRole('link', { name: '50%' }).first().click();
    await page.getByRole('heading', { level: 1, name: '50%' }).waitFor();
    const finding = page.getByRole('article', { name: 'A part differs' });
    await finding.waitFor();
    expect(await finding.textContent()).toContain('<img src=x onerror=alert(1)>');
    await finding.getByRole('link', { name: 'levels' }).click();
    await page.getByRole('heading', { level: 1, name: 'levels' }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: '50%' }).waitFor();
    await page.getByRole('navigation', { name: 'Where this stands' }).getByRole('link', { name: 'a/b' }).click();
    await page.getByRole('heading', { level: 1, name: 'a/b' }).waitFor();
    await page.goto(`${url}/#/report/${encodeURIComponent(group)}`);
    await page.getByRole('heading', { level: 1, name: 'a/b' }).waitFor();
    expect(dialogs).toEqual([]);
    expect(await page.locator('main script, main img').count()).toBe(0);
  });
});
