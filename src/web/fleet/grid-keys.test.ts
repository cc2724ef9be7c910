import { expect, test } from 'vitest';
import { placeAfter } from './grid-keys.ts';

const grid = { rows: 100, columns: 14, page: 20 };
const from = { row: 50, column: 3 };

test.each([
  ['ArrowUp', false, 49, 3],
  ['ArrowDown', false, 51, 3],
  ['ArrowLeft', false, 50, 2],
  ['ArrowRight', false, 50, 4],
  ['Home', false, 50, 0],
  ['End', false, 50, 13],
  ['Home', true, 0, 0],
  ['End', true, 99, 13],
  ['PageUp', false, 30, 3],
  ['PageDown', false, 70, 3],
] as const)('%s (control: %s) leads to row %i, column %i', (key, isWithControl, row, column) => {
  expect(placeAfter(key, isWithControl, from, grid)).toEqual({ row, column });
});

test('no key leads out of the grid', () => {
  expect(placeAfter('ArrowUp', false, { row: 0, column: 0 }, grid)).toEqual({ row: 0, column: 0 });
  expect(placeAfter('PageDown', false, { row: 95, column: 0 }, grid)).toEqual({ row: 99, column: 0 });
});

test('other keys are not the grid’s', () => {
  expect(placeAfter('Enter', false, from, grid)).toBeNull();
});
