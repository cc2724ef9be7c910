import { expect, test } from 'vitest';
import { cutText } from './cut-text.ts';

test('what fits is shown whole', () => {
  expect(cutText('one\ntwo')).toEqual({ shown: 'one\ntwo', hiddenLines: 0, hiddenCharacters: 0 });
});

test('of many lines the first are shown, and how many are not is said', () => {
  const text = Array.from({ length: 40 }, (_, at) => `line ${at}`).join('\n');
  const cut = cutText(text);
  expect([cut.shown.split('\n').length, cut.hiddenLines]).toEqual([12, 28]);
  expect(text.startsWith(cut.shown)).toBe(true);
});

test('one endless line is cut too', () => {
  const cut = cutText('x'.repeat(5_000));
  expect([cut.shown.length, cut.hiddenLines, cut.hiddenCharacters]).toEqual([1_200, 0, 3_800]);
});

test('one line too much is shown and not hidden behind a button', () => {
  expect(cutText('line\n'.repeat(13).trim()).hiddenLines).toBe(0);
});
