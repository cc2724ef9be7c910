import { expect, test } from 'vitest';
import { refusalTitle } from './refusal-words.ts';

test('what HTTP calls a refusal is said in words', () => {
  expect(refusalTitle(504, 'Gateway Timeout')).toBe('There was no answer in time');
  expect(refusalTitle(404, 'Not Found')).toBe('There is no such thing');
});

test('a title of somebody’s own is kept', () => {
  expect(refusalTitle(404, 'No such route here')).toBe('No such route here');
  expect(refusalTitle(418, 'I am a teapot')).toBe('I am a teapot');
});

test('an answer that says no more is told with its status', () => {
  expect(refusalTitle(500, null)).toBe('The collector could not answer: something broke down in it (status 500)');
  expect(refusalTitle(418, null)).toBe('The answer had the status 418, and said no more');
});
