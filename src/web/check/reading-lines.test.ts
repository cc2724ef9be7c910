import { expect, test } from 'vitest';
import { drawnSubjects, linesOf, namesOf, seriesKey } from './reading-lines.ts';

const at = (seconds: number, value: number, subject = 'a') => ({ at: seconds * 1_000, name: 'queryMs', subject, value });

test('pages become a line a series, by time, whatever order they came in', () => {
  const lines = linesOf([
    { points: [at(2, 20), at(2, 5, 'b')], hours: [] },
    { points: [at(1, 10)], hours: [] },
  ]);
  expect(lines.get(seriesKey({ name: 'queryMs', subject: 'a' }))?.map(({ value }) => value)).toEqual([10, 20]);
  expect(lines.get(seriesKey({ name: 'queryMs', subject: 'b' }))).toHaveLength(1);
});

test('an hour is drawn at its middle, with its extremes', () => {
  const hours = [{ hour: 0, name: 'queryMs', subject: '', count: 4, min: 1, max: 9, mean: 3 }];
  expect(linesOf([{ points: [], hours }]).get(seriesKey({ name: 'queryMs', subject: '' }))).toEqual([
    { at: 1_800_000, value: 3, min: 1, max: 9 },
  ]);
});

test('names are listed with their subjects', () => {
  const series = [
    { name: 'ttlSeconds', subject: 'b' },
    { name: 'queryMs', subject: 'b' },
    { name: 'queryMs', subject: 'a' },
  ];
  expect(namesOf([...series, ...series])).toEqual([
    { name: 'queryMs', subjects: ['a', 'b'] },
    { name: 'ttlSeconds', subjects: ['b'] },
  ]);
});

test('of many subjects the first few are drawn, or those that were chosen and are there', () => {
  const subjects = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  expect(drawnSubjects(subjects, null)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  expect(drawnSubjects(subjects, ['h', 'gone'])).toEqual(['h']);
  expect(drawnSubjects(subjects, ['gone'])).toHaveLength(6);
});
