import { expect, test } from 'vitest';
import { sentence } from './sentence.ts';

test('what a program said begins with a capital and ends', () => {
  expect(sentence('too many: try again in 3 s')).toBe('Too many: try again in 3 s.');
  expect(sentence('The collector does not answer: It may be stopped.')).toBe('The collector does not answer: It may be stopped.');
  expect(sentence(' ')).toBe('');
});
