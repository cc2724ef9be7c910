import { expect, test } from 'vitest';
import { csv } from './csv.ts';

test('a table is lines that end with CRLF, and nothing is an empty cell', () => {
  expect(
    csv(
      ['a', 'b', 'c'],
      [
        ['x', 1, null],
        ['y', true, ''],
      ],
    ),
  ).toBe('a,b,c\r\nx,1,\r\ny,true,\r\n');
});

test('what would end a cell or a line is quoted', () => {
  expect(csv(['a'], [['one, two'], ['say "no"'], ['up\r\ndown'], ['up\ndown']])).toBe(
    'a\r\n"one, two"\r\n"say ""no"""\r\n"up\r\ndown"\r\n"up\ndown"\r\n',
  );
});

test.each([
  ...['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', '\nx', '=HYPERLINK("http://x","y")'],
  ...[' =1+1', '\u00a0\t+1', '\n=1', '＝1+1', '＋1', '－1', '＠SUM(A1)', ' ＝1'],
])('%j is no formula', (text) => {
  const [, cell = ''] = csv(['a'], [[text]]).split(/(?<=^a\r\n)/);
  expect(cell.replace(/^"/, '').startsWith("'")).toBe(true);
});

test.each(['a=1', ' a', '1 = 1', "'=1", ''])('%j is left as it is', (text) => {
  expect(csv(['a'], [[text]])).toBe(`a\r\n${text}\r\n`);
});

test('a number that is below zero stays one', () => {
  expect(csv(['a'], [[-5]])).toBe('a\r\n-5\r\n');
});
