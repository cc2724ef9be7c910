// npm run screenshots [-- NAME…]: pictures of every view of the dashboard into docs/images, light and dark, wide and on a phone.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../test/support/browser.ts';
import { needsPackages } from '../test/support/packages.ts';
import { startSeededFleet } from '../test/support/seeded-fleet.ts';
import { buildDashboard } from './dashboard.ts';

const folder = resolve(import.meta.dirname, '../docs/images');
const dayMs = 24 * 3_600_000;

const themes = ['light', 'dark'] as const;
const sizes = { wide: { width: 1_440, height: 900 }, phone: { width: 390, height: 844 } } as const;

interface View {
  readonly name: string;
  readonly at: string;
}

const views: readonly View[] = [
  { name: 'fleet', at: '#/' },
  { name: 'group', at: '#/group/billing' },
  { name: 'pair', at: '#/pair/billing/app1' },
  { name: 'check', at: '#/check/billing/app1/dns?side=standby' },
  { name: 'report', at: '#/report/billing' },
  { name: 'time-machine', at: `#/?at=${Date.now() - 32 * dayMs}` },
];

const asked = process.argv.slice(2);
const wanted = views.filter(({ name }) => asked.length === 0 || asked.includes(name));

// The languages hold how a British browser writes a date in a field.
needsPackages('chromium', 'chromium-l10n', 'fonts-inter', 'fonts-dejavu-core');
mkdirSync(folder, { recursive: true });
await buildDashboard();
const fleet = await startSeededFleet();
const work = mkdtempSync(join(tmpdir(), 'understudy-screenshots-'));
const browser = await launchChromium({
  args: ['--force-color-profile=srgb', '--font-render-hinting=none', '--lang=en-GB'],
  environment: { FONTCONFIG_FILE: writeFonts(work), LANGUAGE: 'en_GB', LANG: 'en_GB.UTF-8' },
});
let isStopped = false;
try {
  for (const view of wanted) await each((theme, size) => picture(view, theme, size));
  if (asked.length === 0 || asked.includes('connection-lost')) await connectionLost();
} finally {
  await browser.close();
  rmSync(work, { recursive: true });
  if (!isStopped) await fleet.stop();
}

type Theme = (typeof themes)[number];
type Size = keyof typeof sizes;

async function each(take: (theme: Theme, size: Size) => Promise<void>): Promise<void> {
  for (const theme of themes) for (const size of Object.keys(sizes) as Size[]) await take(theme, size);
}

async function picture({ name, at }: View, theme: Theme, size: Size): Promise<void> {
  const page = await opened(browser, at, theme, size);
  await taken(page, `${name}-${size}-${theme}`);
}

/** All are opened while there is something to see. */
async function connectionLost(): Promise<void> {
  const pages: (readonly [string, Page])[] = [];
  await each(async (theme, size) => {
    pages.push([`connection-lost-${size}-${theme}`, await opened(browser, '#/', theme, size)]);
  });
  isStopped = true;
  await fleet.stop();
  for (const [name, page] of pages) {
    await page
      .getByText(/connection lost/i)
      .first()
      .waitFor();
    await taken(page, name);
  }
}

/** Of the fonts that a page finds on people's machines none is on a bare Debian: the nearest that is free. The same on each machine. */
function writeFonts(into: string): string {
  const file = join(into, 'fonts.conf');
  const alias = (family: string, font: string): string =>
    `<alias binding="same"><family>${family}</family><prefer><family>${font}</family></prefer></alias>`;
  writeFileSync(
    file,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>/usr/share/fonts</dir><cachedir>${into}</cachedir>
${alias('system-ui', 'Inter')}${alias('sans-serif', 'Inter')}${alias('monospace', 'DejaVu Sans Mono')}</fontconfig>`,
  );
  return file;
}

async function opened(from: Browser, at: string, colorScheme: Theme, size: Size): Promise<Page> {
  const context = await from.newContext({
    viewport: sizes[size],
    colorScheme,
    locale: 'en-GB',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await page.goto(`${fleet.url}/${at}`);
  await page.locator('main h1').waitFor();
  await page.locator('.skeleton, [aria-busy="true"]').first().waitFor({ state: 'detached' });
  // Fonts, and the frame in which a plot is drawn.
  await page.waitForTimeout(300);
  return page;
}

/** As much of the first screenful as there is something on. */
async function taken(page: Page, name: string): Promise<void> {
  const { width, height } = page.viewportSize()!;
  const content = await page.evaluate<number>(
    `Math.ceil(document.querySelector('main').firstElementChild.getBoundingClientRect().bottom) + 32`,
  );
  await page.screenshot({
    path: join(folder, `${name}.png`),
    clip: { x: 0, y: 0, width, height: Math.min(height, content) },
    animations: 'disabled',
    caret: 'hide',
  });
  await page.context().close();
  console.log(`docs/images/${name}.png`);
}
