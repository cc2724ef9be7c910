import { expect, test } from 'vitest';
import { shownText } from './shown-text.ts';

test('what would turn text round is shown as its code', () => {
  expect(shownText('safe\u202egnp.exe')).toBe('safe\\u202egnp.exe');
});

test('what would move a terminal that it is pasted into is shown as its code', () => {
  expect(shownText('a\u001b[2Jb\rc')).toBe('a\\x1b[2Jb\\x0dc');
});

test('line breaks and tabs stay', () => {
  expect(shownText('one\n\ttwo – Zürich ✔')).toBe('one\n\ttwo – Zürich ✔');
});
