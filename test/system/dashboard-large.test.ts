// A thousand pairs, in a real Chromium: only what is in sight is drawn, and all of it can be come to.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { desk, phone, startBrowser, type TestBrowser, violations } from '../support/browser.ts';
import { groupOf, pairOf, serveCollector } from '../support/collector.ts';

let browser: TestBrowser;

beforeAll(async () => {
  browser = await startBrowser();
});

afterAll(() => browser?.close());

const groups = 20;
const pairsPerGroup = 50;

/** Machines at which nobody answers: what is not known takes as much room as what is. */
const nobody = { primary: 'http://127.0.0.1:1', standby: 'http://127.0.0.1:1' };

const two = (number: number): string => String(number).padStart(2, '0');

const serveThousand = () =>
  serveCollector({
    groups: Array.from({ length: groups }, (_, group) =>
      groupOf(
        `group${two(group)}`,
        Array.from({ length: pairsPerGroup }, (_, pair) => pairOf(`app${two(group)}${two(pair)}`, nobody)),
      ),
    ),
  });

const drawnRows = (page: Page): Promise<number> => page.getByRole('row').count();

it('are drawn as far as they are in sight, wide and on a phone, and the last one is reached', async () => {
  const { url } = await serveThousand();
  for (const size of [desk, phone]) {
    const page = await browser.open(url, { size });
    await page.getByRole('link', { name: 'app0000' }).waitFor();
    expect(Number(await page.getByRole('grid').getAttribute('aria-rowcount'))).toBe(1 + groups + groups * pairsPerGroup);
    expect(await drawnRows(page)).toBeLessThan(120);
    await page.keyboard.press('End');
    await page.getByRole('link', { name: 'app1949' }).waitFor();
    expect(await drawnRows(page)).toBeLessThan(120);
    expect(await page.getByRole('link', { name: 'app0000' }).count()).toBe(0);
  }
});

it('are gone through by keys without losing the place, and one is found by its name', async () => {
  const { url } = await serveThousand();
  const page = await browser.open(url);
  await page.getByRole('grid').getByRole('link', { name: 'group00' }).focus();
  await page.keyboard.press('Control+End');
  await page.getByRole('link', { name: 'app1949' }).waitFor();
  expect(await page.evaluate<string>('document.activeElement.closest("[role=row]").textContent')).toContain('app1949');
  await page.keyboard.press('PageUp');
  expect(await page.evaluate<boolean>('document.activeElement.closest("[role=grid]") !== null')).toBe(true);
  await page.getByRole('searchbox').fill('app1037');
  await page.getByRole('link', { name: 'app1037' }).waitFor();
  expect(await page.getByRole('link', { name: 'app1036' }).count()).toBe(0);
  expect(await violations(page)).toEqual([]);
});

it('of which nobody was heard are all unknown, and none is shown as ready', async () => {
  const { url } = await serveThousand();
  const page = await browser.open(url);
  await page.getByRole('link', { name: 'app0000' }).waitFor();
  expect(await page.locator('main [data-state="ready"]').count()).toBe(0);
  expect(await page.locator('main [data-state="unknown"]').count()).toBeGreaterThan(0);
});
