// What a browser has used of the processor.
import type { Browser } from 'playwright-core';

/** Milliseconds of all its processes that run now, since they began. One that ends takes its time with it. */
export async function browserCpuMs(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime * 1_000, 0);
}
