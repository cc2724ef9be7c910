// How soon a page stands there, and what that takes of a browser that has never seen it.
import type { Browser } from 'playwright-core';
import { median } from '../processes.ts';
import { browserCpuMs } from './cpu.ts';

/** Milliseconds since the navigation began; medians of several loads. */
export interface Painting {
  /** Anything at all. */
  readonly firstMs: number;
  /** The largest thing. */
  readonly largestMs: number;
  /** The first pair. */
  readonly pairMs: number;
  /** Of all of Chromium's processes until the page had been quiet for a second. */
  readonly cpuMs: number;
  readonly elements: number;
  /** What came over the line, as it came. */
  readonly bytes: number;
}

export async function paintingOf(
  browser: Browser,
  wish: { readonly url: string; readonly pair: string; readonly loads: number },
): Promise<Painting> {
  // The first one has Chromium read its own files.
  await loadOnce(browser, wish);
  const loads: Painting[] = [];
  for (let load = 0; load < wish.loads; load += 1) loads.push(await loadOnce(browser, wish));
  const middle = (of: (one: Painting) => number): number => median(loads.map(of));
  return {
    firstMs: middle((one) => one.firstMs),
    largestMs: middle((one) => one.largestMs),
    pairMs: middle((one) => one.pairMs),
    cpuMs: middle((one) => one.cpuMs),
    elements: middle((one) => one.elements),
    bytes: middle((one) => one.bytes),
  };
}

const quietMs = 1_000;

async function loadOnce(browser: Browser, { url, pair }: { readonly url: string; readonly pair: string }): Promise<Painting> {
  const context = await browser.newContext({ viewport: { width: 1_440, height: 900 } });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  let bytes = 0;
  session.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  await page.addInitScript(watching(pair));
  const before = await browserCpuMs(browser);
  await page.goto(url);
  await page.waitForSelector(pair);
  await page.waitForTimeout(quietMs);
  const cpuMs = (await browserCpuMs(browser)) - before;
  const told = await page.evaluate<Omit<Painting, 'cpuMs' | 'bytes'>>(tells);
  await context.close();
  return { ...told, cpuMs, bytes };
}

/** A frame that begins after the pair came into the document has painted it when the next task runs. */
const watching = (pair: string): string => `globalThis.painted = { largestMs: 0, pairMs: null };
new PerformanceObserver((list) => { for (const { startTime } of list.getEntries()) painted.largestMs = startTime; })
  .observe({ type: 'largest-contentful-paint', buffered: true });
let isSeen = false;
const seen = () => requestAnimationFrame(() => setTimeout(() => { painted.pairMs = performance.now(); }));
const observer = new MutationObserver(() => {
  if (isSeen || document.querySelector(${JSON.stringify(pair)}) === null) return;
  isSeen = true;
  observer.disconnect();
  seen();
});
observer.observe(document, { childList: true, subtree: true });`;

const tells = `({
  firstMs: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN,
  largestMs: painted.largestMs,
  pairMs: painted.pairMs,
  elements: document.querySelectorAll('*').length,
})`;
