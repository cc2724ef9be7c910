// What is shown can be believed, or says that it cannot: nodes that fall silent, answers that are none, views that break, links out of the past.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Matrix } from '../../src/contract/matrix.ts';
import { scrollsSideways, startBrowser, type TestBrowser } from '../support/browser.ts';
import { groupOf, serveCollector, servePair } from '../support/collector.ts';

let browser: TestBrowser;

beforeAll(async () => {
  browser = await startBrowser();
});

afterAll(() => browser?.close());

const billing = async () => {
  const app1 = await servePair('app1');
  const served = await serveCollector({ groups: [groupOf('billing', [app1.config])] });
  return { ...served, app1 };
};

/** Longer than the page waits before it asks again. */
const askedAgainMs = 30_000;

it('a node that stops answering is said in its row and at its group, while the verdict still stands', async () => {
  const served = await billing();
  const page = await browser.open(served.url);
  await page.getByRole('link', { name: 'app1' }).first().waitFor();
  expect(await page.getByText(/not heard/).count()).toBe(0);
  await served.app1.standby.agent.doors.close();
  await served.lookAround();
  await page.getByText('1 pair with a node that is not heard').waitFor({ timeout: askedAgainMs });
  await page.getByRole('rowheader', { name: /app1\s*, standby not heard for \d/ }).waitFor();
  await page
    .locator('.pair-row-troubles')
    .getByText(/standby not heard for \d+ (s|min)/)
    .waitFor();
  expect(await page.locator('main .verdict').first().textContent()).toMatch(/ready/i);
});

describe('an answer that is none', () => {
  const forgiven = [/console: .*\b500\b/];

  it.each(['{}', 'null', '{"at":1}'])('is said to be one, at the first look and later: %s', async (body) => {
    const { url } = await billing();
    for (const view of ['#/', '#/group/billing', '#/pair/billing/app1']) {
      const page = await browser.open(`${url}/#/nowhere`);
      await page.route(/\/v1\/(matrix|timeline|pairs|waivers|receipts)/, (route) =>
        route.fulfill({ status: 200, contentType: 'application/json', body }),
      );
      await page.goto(`${url}/${view}`);
      await page.getByText('Something else answered').first().waitFor();
      await page.getByText('Not up to date', { exact: true }).waitFor();
      expect(await page.locator('main [data-state="ready"]').count()).toBe(0);
    }
  });

  it('makes what is shown old, however alive the events are', async () => {
    const { url } = await billing();
    const page = await browser.open(url, { forgiven });
    await page.getByText('Live', { exact: true }).waitFor();
    await page.route(/\/v1\/matrix/, (route) =>
      route.fulfill({ status: 500, contentType: 'application/problem+json', body: '{"title":"internal","detail":"too many"}' }),
    );
    await page.getByText('Not up to date', { exact: true }).waitFor({ timeout: askedAgainMs });
    await page.getByText(/^As of .+ ago\. Internal: too many\.$/).waitFor();
    expect(await page.getByText('Live', { exact: true }).count()).toBe(0);
  });

  it('breaks no view without a word', async () => {
    const { url } = await billing();
    const page = await browser.open(url, { forgiven: [/console: TypeError/] });
    await page.getByRole('link', { name: 'app1' }).first().waitFor();
    await page.route(/\/v1\/matrix/, async (route) => {
      const response = await route.fetch();
      const matrix = (await response.json()) as Matrix;
      await route.fulfill({ response, json: { ...matrix, groups: matrix.groups.map((group) => ({ ...group, forecast: {} })) } });
    });
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'This page broke' }).waitFor();
    await page.getByText('Nothing that was shown here is to be trusted').waitFor();
    expect(await page.locator('main [data-state="ready"]').count()).toBe(0);
    await page.unroute(/\/v1\/matrix/);
    await page.getByRole('button', { name: 'Load again' }).click();
    await page.getByRole('link', { name: 'app1' }).first().waitFor();
  });
});

it('a link out of the time machine says that it leads to the present, and back', async () => {
  const { url, collector } = await billing();
  const at = collector.clock.now();
  const page = await browser.open(`${url}/#/?at=${at}`);
  await page.getByRole('grid').getByRole('link', { name: 'app1' }).first().click();
  await page.getByRole('heading', { level: 1, name: /app1/ }).waitFor();
  await page.getByText('This is how it stands now').waitFor();
  await page.getByRole('link', { name: 'Back to that moment' }).click();
  await page.getByText(/^As it was known at/).waitFor();
  expect(page.url()).toContain(`at=${at}`);
});

it('the longest names are read without scrolling sideways, in the narrowest window and with wide text', async () => {
  const { url } = await billing();
  const long = 'x'.repeat(300);
  const page = await browser.open(`${url}/#/nowhere`, { size: [320, 800], more: { bypassCSP: true } });
  await page.route(/\/v1\/matrix/, async (route) => {
    const response = await route.fetch();
    const matrix = (await response.json()) as Matrix;
    const groups = matrix.groups.map((group) => ({
      ...group,
      pairs: group.pairs.map((pair) => ({
        ...pair,
        pair: long,
        verdict: 'degraded',
        standby: { ...pair.standby, name: long, failures: 2 },
      })),
    }));
    await route.fulfill({ response, json: { ...matrix, groups, problems: [long] } });
  });
  for (const view of ['#/', '#/group/billing']) {
    await page.goto(`${url}/${view}`);
    await page.getByText(long).first().waitFor();
    // As WCAG 1.4.12 sets it.
    await page.addStyleTag({
      content: '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }',
    });
    expect(await scrollsSideways(page)).toBe(false);
  }
});
