// Goes through a page as somebody does who has no mouse.
import type { Locator, Page } from 'playwright-core';

/** More than any page of ours has stops before what a test looks for. */
const stopsMax = 120;

/** Presses Tab until that has the focus; rejects where it is never reached, with where the keys led instead. */
export async function tabTo(page: Page, wanted: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const passed: string[] = [];
  for (let stop = 0; stop < stopsMax; stop += 1) {
    await page.keyboard.press(key);
    if (await isFocused(wanted)) return;
    passed.push(await page.evaluate<string>(focusedWords));
  }
  throw new Error(`${stopsMax} times ${key} did not lead to ${wanted}, but through ${passed.join(' | ')}`);
}

export const isFocused = async (wanted: Locator): Promise<boolean> => (await wanted.and(wanted.page().locator(':focus')).count()) === 1;

const focusedWords = `(() => {
  const { activeElement: one } = document;
  return one === null ? 'nothing' : one.localName + ' ' + (one.getAttribute('aria-label') ?? one.textContent ?? '').trim().slice(0, 40);
})()`;
