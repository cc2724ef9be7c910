import { expect, test } from 'vitest';
import { cameFrom, href, isSameView, momentOf, routeOf, withQuery } from './routes.ts';

test('every address leads back to where it was made for, whatever the names are', () => {
  const [group, pair, check] = ['a/b c', '50%?&#', 'x:é'];
  expect(routeOf(href.fleet())).toEqual({ kind: 'fleet', query: {} });
  expect(routeOf(href.group(group, { at: 5 }))).toEqual({ kind: 'group', group, query: { at: '5' } });
  expect(routeOf(href.pair(group, pair, { gap: 'dns', x: null }))).toEqual({ kind: 'pair', group, pair, query: { gap: 'dns' } });
  expect(routeOf(href.check(group, pair, check))).toEqual({ kind: 'check', group, pair, check, query: {} });
  expect(routeOf(href.report(group, { from: 1, to: 2 }))).toEqual({ kind: 'report', group, query: { from: '1', to: '2' } });
});

test('no address at all is the fleet', () => {
  expect(routeOf('').kind).toBe('fleet');
  expect(routeOf('#').kind).toBe('fleet');
});

test.each(['#/nothing', '#/pair/only-a-group', '#/group/a/b', '#/check/a/b/c/d', '#/group/%'])('nothing stands at %s', (hash) => {
  expect(routeOf(hash).kind).toBe('unknown');
});

test('a view that is told something else is the same view', () => {
  const route = routeOf('#/pair/a/b?gap=dns');
  expect(withQuery(route, { gap: null, side: 'primary' })).toBe('#/pair/a/b?side=primary');
  expect(isSameView(route, routeOf('#/pair/a/b'))).toBe(true);
  expect(isSameView(route, routeOf('#/pair/a/c'))).toBe(false);
});

test('only whole milliseconds are a moment', () => {
  expect(momentOf(routeOf('#/?at=1795672862954'))).toBe(1_795_672_862_954);
  expect(momentOf(routeOf('#/?at=yesterday'))).toBeNull();
});

test('a view that shows the present only knows which moment a link to it came from', () => {
  for (const hash of ['#/pair/a/b?at=5', '#/check/a/b/c?at=5', '#/report/a?at=5']) {
    expect(cameFrom(routeOf(hash))).toBe(5);
    expect(momentOf(routeOf(hash))).toBeNull();
  }
  for (const hash of ['#/?at=5', '#/group/a?at=5', '#/pair/a/b', '#/nothing?at=5']) expect(cameFrom(routeOf(hash))).toBeNull();
});
