// Whether a page keeps up with somebody who scrolls through all of it.
import type { Browser } from 'playwright-core';
import { browserCpuMs } from './cpu.ts';

export interface Scrolling {
  readonly frames: number;
  /** Frames that took longer than 50 ms: what somebody sees as a jerk. */
  readonly slowFrames: number;
  readonly p99Ms: number;
  readonly longestMs: number;
  readonly cpuMs: number;
}

const turns = 120;
const turnPixels = 300;

export async function scrollingOf(browser: Browser, { url, pair }: { readonly url: string; readonly pair: string }): Promise<Scrolling> {
  const context = await browser.newContext({ viewport: { width: 1_440, height: 900 } });
  const page = await context.newPage();
  await page.goto(url);
  await page.waitForSelector(pair);
  await page.waitForTimeout(500);
  const before = await browserCpuMs(browser);
  await page.evaluate(recording);
  await page.mouse.move(720, 600);
  for (let turn = 0; turn < turns; turn += 1) {
    await page.mouse.wheel(0, turnPixels);
    await page.waitForTimeout(16);
  }
  const frames = await page.evaluate<number[]>('frames.splice(0)');
  const used = (await browserCpuMs(browser)) - before;
  await context.close();
  const sorted = frames.toSorted((a, b) => a - b);
  return {
    frames: frames.length,
    slowFrames: frames.filter((ms) => ms > 50).length,
    p99Ms: sorted[Math.floor(sorted.length * 0.99)]!,
    longestMs: sorted.at(-1)!,
    cpuMs: used,
  };
}

const recording = `globalThis.frames = [];
(() => {
  let last = performance.now();
  const turn = (now) => { frames.push(now - last); last = now; requestAnimationFrame(turn); };
  requestAnimationFrame((now) => { last = now; requestAnimationFrame(turn); });
})()`;
