// Every view over the fleet of the demonstration and its ninety days, in a real Chromium: what each answers, and who can read it.
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gapIds } from '../../src/contract/gap.ts';
import type { Report } from '../../src/contract/report.ts';
import { desk, phone, scrollsSideways, startBrowser, type TestBrowser, violations } from '../support/browser.ts';
import { isFocused, tabTo } from '../support/keyboard.ts';
import { type SeededFleet, startSeededFleet } from '../support/seeded-fleet.ts';

let browser: TestBrowser;
let fleet: SeededFleet;

beforeAll(async () => {
  [browser, fleet] = await Promise.all([startBrowser(), startSeededFleet()]);
});

afterAll(async () => {
  await browser?.close();
  await fleet?.stop();
});

const dayMs = 24 * 3_600_000;

const views = {
  fleet: '#/',
  group: '#/group/billing',
  pair: '#/pair/billing/app1',
  'ready pair': '#/pair/billing/app2',
  check: '#/check/billing/app1/dns?side=standby',
  report: '#/report/billing',
  'past fleet': () => `#/?at=${Date.now() - 32 * dayMs}`,
} as const;

type ViewName = keyof typeof views;

const viewNames = Object.keys(views) as ViewName[];

async function open(name: ViewName, wish: Parameters<TestBrowser['open']>[1] = {}): Promise<Page> {
  const view = views[name];
  const page = await browser.open(`${fleet.url}/${typeof view === 'string' ? view : view()}`, wish);
  await isShown(page);
  return page;
}

/** Nothing of it is still being asked for. */
async function isShown(page: Page): Promise<void> {
  await page.locator('main h1').waitFor();
  await page.locator('main .skeleton').first().waitFor({ state: 'detached' });
}

/** As WCAG 2.2, 1.4.12 allows a reader. The policy of the page takes no style element. */
const spaced = `{
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('* { letter-spacing: .12em !important; word-spacing: .16em !important; line-height: 1.5 !important } p { margin-bottom: 2em !important }');
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}`;

describe.each(viewNames)('the view %s', (name) => {
  it('has nothing that keeps anybody from reading it, light and dark, wide and on a phone', async () => {
    const page = await open(name);
    for (const [width, height] of [desk, phone]) {
      await page.setViewportSize({ width, height });
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        expect([name, width, colorScheme, await violations(page)]).toEqual([name, width, colorScheme, []]);
      }
      expect([name, width, await scrollsSideways(page)]).toEqual([name, width, false]);
    }
  });

  it('stands without colours of its own, without motion, and two and four times as large', async () => {
    const page = await open(name);
    await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
    expect(await page.evaluate('document.getAnimations().length')).toBe(0);
    expect(await violations(page)).toEqual([]);
    await page.emulateMedia({ forcedColors: 'none' });
    // What a browser that enlarges leaves of a desk's width.
    for (const width of [640, 320]) {
      await page.setViewportSize({ width, height: 400 });
      expect([name, width, await scrollsSideways(page)]).toEqual([name, width, false]);
    }
    await page.evaluate(spaced);
    expect([name, 'spaced', await scrollsSideways(page)]).toEqual([name, 'spaced', false]);
  });

  it('has one heading of the first level, a title and a language', async () => {
    const page = await open(name);
    expect(await page.locator('h1').count()).toBe(1);
    expect(await page.title()).toMatch(/ · Understudy$/);
    expect(await page.locator('html').getAttribute('lang')).toMatch(/^en/);
  });
});

describe('the fleet', () => {
  it('says of each group how it stands, since when, how often it was ready and until when it will be', async () => {
    const page = await open('fleet');
    const text = (await page.locator('main').textContent()) ?? '';
    expect(text).toMatch(/billing/);
    expect(text).toMatch(/Not ready/);
    expect(text).toMatch(/Since9 d/);
    expect(text).toMatch(/By itself|Ready until/);
    expect(text).toMatch(/30 days/);
    expect(text).toMatch(/90 days/);
  });

  it('has a row for each pair and a cell for each gap, each with its word', async () => {
    const page = await open('fleet');
    for (const pair of ['app1', 'app2', 'db1']) await page.getByRole('link', { name: pair, exact: true }).first().waitFor();
    const words = /ready|degraded|unknown|waived|not watched|suspended/i;
    const told = await page.evaluate<string[]>(
      `[...document.querySelectorAll('[role="gridcell"].gap-cell')].map((one) => one.textContent)`,
    );
    expect(told.length).toBe(3 * gapIds.length);
    expect(told.filter((one) => !words.test(one))).toEqual([]);
  });
});

describe('a pair', () => {
  it('shows what may differ as such, with the reason, and both sides’ facts with what differs first', async () => {
    const page = await open('ready pair');
    const lawful = page.getByRole('table', { name: 'Lawful differences' });
    expect(await lawful.textContent()).toMatch(/gdb.*looked at on the primary only/s);
    await page.getByRole('button', { name: /^kernel.*facts side by side/ }).click();
    const facts = page.getByRole('region', { name: 'Facts of kernel side by side' });
    await facts.getByText('openssl').first().waitFor();
    expect(await facts.textContent()).toMatch(/Differs.*openssl.*Differs, as declared.*gdb.*looked at on the primary only/s);
  });
});

describe('the time machine', () => {
  it('shows what was known then, says that it is the past, and leads back to now', async () => {
    const page = await open('fleet');
    await page.getByRole('button', { name: 'Time machine' }).click();
    const slider = page.getByRole('slider');
    await slider.waitFor();
    await slider.focus();
    for (let step = 0; step < 3; step += 1) await page.keyboard.press('PageDown');
    await page.waitForURL(/at=/);
    await isShown(page);
    expect(await slider.getAttribute('aria-valuetext')).toMatch(/\d{4}.*UTC/);
    await page.getByRole('button', { name: 'Back to now' }).click();
    await page.waitForURL((url) => !url.hash.includes('at='));
    await isShown(page);
    await page.getByText('Not ready').first().waitFor();
  });

  it('shows of each gap how it stood then: of what was opened and mended since, that it was open', async () => {
    const page = await open('past fleet');
    await page.getByText('Paused').waitFor();
    const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: 'app1', exact: true }) });
    await row.getByText('not ready').first().waitFor();
    const others = page.getByRole('row').filter({ has: page.getByRole('link', { name: 'db1', exact: true }) });
    expect(await others.textContent()).not.toMatch(/degraded|not ready/);
  });

  it('shows time that nobody watched as just that, and as nothing good', async () => {
    // 46.6 days ago the collector was off.
    const page = await browser.open(`${fleet.url}/#/?at=${Date.now() - Math.round(46.6 * dayMs)}`);
    await isShown(page);
    await page
      .getByText(/nobody watched|not known/i)
      .first()
      .waitFor();
    expect(await page.locator(':is(.verdict, .state-word, .gap-cell)[data-state="ready"]').count()).toBe(0);
  });
});

describe('a check', () => {
  it('shows its past as a strip with what was not seen and when nobody looked, in words too, and its readings as a plot', async () => {
    const page = await open('check');
    for (const side of ['standby', 'primary']) {
      const strip = page.getByRole('img', { name: new RegExp(`^${side}: `) });
      expect(await strip.getAttribute('aria-label')).toMatch(/seen.*not seen/);
    }
    // The standby was off for some hours, and said so when it came back.
    expect(await page.getByRole('img', { name: /^standby: / }).getAttribute('aria-label')).toMatch(/no look/);
    await page.locator('canvas').first().waitFor();
    await page.getByRole('table').getByText('no look was taken: the agent did not run').waitFor();
  });
});

describe('a report', () => {
  it('is on the page, as JSON and as CSV, and all three tell of the same findings', async () => {
    const page = await open('report');
    const [json] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: /^JSON/ }).click()]);
    const report = JSON.parse(await readFile((await json.path())!, 'utf8')) as Report;
    expect(report).toMatchObject({ format: 'understudy-report/1', group: 'billing' });
    const [csv] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Findings as CSV' }).click()]);
    expect(csv.suggestedFilename()).toMatch(/billing.*\.csv$/);
    const lines = (await readFile((await csv.path())!, 'utf8')).trimEnd().split('\r\n');
    expect(lines.length).toBe(report.findings.length + 1);
    const text = (await page.locator('main').textContent()) ?? '';
    for (const { title } of report.findings) expect(text).toContain(title);
  });

  it('tells of a waiver that was withdrawn when it ended, in both tables and by one name', async () => {
    const page = await open('report');
    const findings = page.getByRole('table', { name: /^Findings/ });
    expect(await findings.textContent()).toMatch(/W1 R\. Keller.*to \d+ \w+ \d{4}, \d\d:\d\d UTC \(withdrawn\)/);
    const waivers = page.getByRole('table', { name: /^Waivers/ });
    expect(await waivers.getByRole('row', { name: /^W1/ }).textContent()).toMatch(/planned until .*withdrawn/);
  });

  it('does not call watched what its table on coverage calls unknown', async () => {
    const page = await open('report');
    const summary = (await page.getByRole('region', { name: 'Summary' }).textContent()) ?? '';
    expect(summary).not.toMatch(/watched all the time/);
    const [, share = ''] = /The least watched gap: .* of \w+, ([\d.]+\s%)/.exec(summary) ?? [];
    const coverage = (await page.getByRole('table', { name: /how much of the period/i }).textContent()) ?? '';
    expect(coverage).toContain(`${share.replace('\u00a0', ' ')} watched`);
  });

  it('whose address names no period shows none until one is chosen', async () => {
    const page = await browser.open(`${fleet.url}/#/report/billing?from=9&to=3`);
    await page.getByText('The address names no period').waitFor();
    expect(await page.locator('article.report').count()).toBe(0);
    await page.getByRole('button', { name: 'Last month' }).click();
    await page.locator('article.report').waitFor();
    expect(await page.getByText('The address names no period').count()).toBe(0);
  });

  it('that nobody answers says so, and can be asked for again', async () => {
    const page = await browser.open(fleet.url, { forgiven: [/./] });
    await page.route('**/v1/**', (route) => route.fulfill({ status: 200, contentType: 'text/html', body: '<p>a proxy</p>' }));
    await page.goto(`${fleet.url}/#/report/billing`);
    await page.getByText('Not known: the report').waitFor();
    await page.unroute('**/v1/**');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('article.report').waitFor();
  });

  it('is printed without what is for a screen only', async () => {
    const page = await open('report');
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.no-print:visible').count()).toBe(0);
    expect(await page.getByRole('heading', { level: 1 }).isVisible()).toBe(true);
    expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(10_000);
  });
});

describe('what is chosen', () => {
  it('is seen without colours of the page’s own', async () => {
    const ground = (page: Page, one: string): Promise<string> =>
      page.evaluate(`getComputedStyle(document.querySelector('${one}')).backgroundColor`);
    const check = await open('check');
    await check.emulateMedia({ forcedColors: 'active' });
    expect(await ground(check, '.choice-one input:checked + span')).not.toBe(await ground(check, '.choice-one input:not(:checked) + span'));
    const edge = (selected: boolean): Promise<string> =>
      check.evaluate(`getComputedStyle(document.querySelector('.side-tab[aria-selected="${selected}"]')).borderBottomColor`);
    expect(await edge(true)).not.toBe(await edge(false));
    const report = await open('report');
    await report.emulateMedia({ forcedColors: 'active' });
    const period = (pressed: boolean): string => `.period-choices .button[aria-pressed="${pressed}"]`;
    expect(await ground(report, period(true))).not.toBe(await ground(report, period(false)));
  });
});

describe('with keys alone', () => {
  it('the first stop leads past the header, and the slider is reached', async () => {
    const page = await open('past fleet');
    await page.keyboard.press('Tab');
    expect(await isFocused(page.getByText('Skip to the content'))).toBe(true);
    await page.keyboard.press('Enter');
    expect(await isFocused(page.getByRole('heading', { level: 1 }))).toBe(true);
    await tabTo(page, page.getByRole('slider'));
  });
});
