import { expect, test } from 'vitest';
import { isBehind, noteFailing } from './failing.ts';

test('the page is behind while one thing of it fails, and no longer', () => {
  const [one, other] = [{}, {}];
  noteFailing(one, true);
  noteFailing(one, true);
  noteFailing(other, true);
  noteFailing(one, false);
  expect(isBehind.value).toBe(true);
  noteFailing(other, false);
  expect(isBehind.value).toBe(false);
});
