import { expect, test } from 'vitest';
import { dayAhead, endOfDay, errorsFrom, errorsOf, lastDay, presetDays } from './waiver-terms.ts';

const now = Date.parse('2026-11-26T06:00:00Z');
const good = { author: 'R. Keller', reason: 'comes with the next image', untilDay: '2026-12-03' };

test('an acceptance with an author, a reason and a day to come can be sent', () => {
  expect(errorsOf(good, now)).toEqual({});
});

test('it holds to the end of its last day, in UTC', () => {
  expect(new Date(endOfDay('2026-12-03')!).toISOString()).toBe('2026-12-03T23:59:59.999Z');
});

test('today can be the last day', () => {
  expect(errorsOf({ ...good, untilDay: '2026-11-26' }, now)).toEqual({});
});

test('every preset and the last day that is offered can be sent at any hour', () => {
  for (const hour of ['00:00:00.000', '12:00:00.000', '23:59:59.999']) {
    const then = Date.parse(`2026-11-26T${hour}Z`);
    for (const untilDay of [...presetDays.map((days) => dayAhead(then, days)), lastDay(then)])
      expect(errorsOf({ ...good, untilDay }, then)).toEqual({});
  }
});

test.each([
  [{ author: '  ' }, 'author'],
  [{ author: 'x'.repeat(101) }, 'author'],
  [{ reason: '' }, 'reason'],
  [{ reason: 'one\ntwo' }, 'reason'],
  [{ reason: 'x'.repeat(501) }, 'reason'],
  [{ untilDay: '' }, 'untilDay'],
  [{ untilDay: '2026-13-40' }, 'untilDay'],
  [{ untilDay: '2026-11-25' }, 'untilDay'],
  [{ untilDay: '2028-01-01' }, 'untilDay'],
])('%j is told at its field', (wrong, field) => {
  expect(Object.keys(errorsOf({ ...good, ...wrong }, now))).toEqual([field]);
});

test('what the collector refuses is told at the field that it names', () => {
  const errors = [
    { at: 'body/author', message: 'must match pattern' },
    { at: 'body/until', message: 'must be integer' },
  ];
  expect(errorsFrom({ title: 'Bad Request', errors })).toEqual({ author: 'must match pattern', untilDay: 'must be integer' });
});

test('what the collector says of the end stands at the end, and all else at the whole', () => {
  expect(errorsFrom({ title: 'Bad Request', detail: 'The end lies in the past' })).toEqual({ untilDay: 'The end lies in the past' });
  expect(errorsFrom({ title: 'Not Found', detail: 'app1 of billing has no finding 1 at present' })).toEqual({
    whole: 'app1 of billing has no finding 1 at present',
  });
  for (const none of [{}, { detail: '' }])
    expect(errorsFrom({ title: 'The collector cannot answer', ...none })).toEqual({ whole: 'The collector cannot answer' });
});
