import { expect, test } from 'vitest';
import { fieldWords } from './field-words.ts';

test.each([
  ['/resolver/kind', 'resolver › kind'],
  ['/endpoints/[name=card payments]/results/0', 'endpoints › card payments › results › 0'],
  ['/results/[class=denied]/cause', 'results › class denied › cause'],
  ['/packages/list/[=gdb*]', 'packages › list › gdb*'],
  ['/files/*/sha256', 'files › each › sha256'],
  ['/files/~1opt~1billing/mode', 'files › /opt/billing › mode'],
  ['', 'everything'],
  ['no path', 'no path'],
])('%j is read as %j', (field, words) => {
  expect(fieldWords(field)).toBe(words);
});
