import { expect, test } from 'vitest';
import { forecastTold } from './forecast-words.ts';

const at = Date.UTC(2027, 2, 3, 4);

test('a verdict that turns says when, to what and why', () => {
  const turn = { at, pair: 'db1', to: 'not-ready', kind: 'rule', check: 'certs', because: 'the certificate of a.example ends' } as const;
  expect(forecastTold('ready', { kind: 'turns', turn })).toEqual({
    label: 'Ready until',
    value: '3 Mar 2027, 04:00 UTC',
    because: 'db1 is not ready then: the certificate of a.example ends',
  });
});

test('what stands is not said to stand for ever', () => {
  expect(forecastTold('ready', { kind: 'stands', until: at })).toEqual({
    label: 'Ready until',
    value: '3 Mar 2027 or longer',
    because: 'nothing that is known turns it before',
  });
});

test('of what cannot get worse nothing is said that ends meanwhile', () => {
  expect(forecastTold('not-ready', { kind: 'stands', until: at })).toEqual({ label: 'By itself', value: 'cannot get worse', because: '' });
  expect(forecastTold('unknown', { kind: 'stands', until: at })).toEqual({
    label: 'By itself',
    value: 'nothing that is known makes it worse',
    because: 'before 3 Mar 2027',
  });
});

test('what is not worked out is not known', () => {
  expect(forecastTold('ready', { kind: 'not-known' }).value).toBe('not known');
});
