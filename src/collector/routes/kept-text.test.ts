import { expect, it } from 'vitest';
import { keptText } from './kept-text.ts';

/** A text that takes so long to write, by a clock that only this moves. */
function text(tookMs: number) {
  let nowMs = 0;
  let made = 0;
  let isBroken = false;
  const ask = keptText(
    () => nowMs,
    async () => {
      made++;
      const isBad = isBroken;
      await Promise.resolve();
      nowMs += tookMs;
      if (isBad) throw new Error('broken');
      return `text ${made}`;
    },
  );
  return { ask, made: () => made, pass: (ms: number) => (nowMs += ms), breaks: (is: boolean) => (isBroken = is) };
}

it('is written once for all that ask while it is written, and for a second', async () => {
  const { ask, made, pass } = text(1);
  expect(await Promise.all([ask(), ask(), ask()])).toEqual(['text 1', 'text 1', 'text 1']);
  pass(999);
  expect(await ask()).toBe('text 1');
  pass(1);
  expect(await ask()).toBe('text 2');
  expect(made()).toBe(2);
});

it.each([
  ['ten times as long as it took', 700, 7_000],
  ['no longer than a scrape', 60_000, 15_000],
])('is kept %s', async (_, tookMs, keptMs) => {
  const { ask, pass } = text(tookMs);
  await ask();
  pass(keptMs - 1);
  expect(await ask()).toBe('text 1');
  pass(1);
  expect(await ask()).toBe('text 2');
});

it('is written again at once where that failed', async () => {
  const { ask, breaks } = text(1);
  breaks(true);
  await expect(ask()).rejects.toThrow('broken');
  breaks(false);
  expect(await ask()).toBe('text 2');
});
