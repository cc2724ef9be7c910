import { expect, test } from 'vitest';
import { momentOfInput, momentToInput } from './moment-input.ts';

test('a moment goes into an input and comes back the same, in UTC', () => {
  const at = Date.UTC(2026, 10, 26, 5, 53);
  expect(momentToInput(at)).toBe('2026-11-26T05:53');
  expect(momentOfInput('2026-11-26T05:53')).toBe(at);
});

test.each(['', '2026-11-26', '2026-13-40T00:00'])('%j is no moment', (text) => {
  expect(momentOfInput(text)).toBeNull();
});
