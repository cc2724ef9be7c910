// What may come in place of a page of changes, and is not taken for one.
import { expect, test } from 'vitest';
import type { Changes, StandingRow } from '../../contract/changes.ts';
import { packStanding, type ReadingNames } from '../../formats/standing-rows.ts';
import { currentOf, readPage } from './read-page.ts';

const observation = (seq: number): Changes['observations'][number] => ({
  seq,
  check: 'a',
  probe: 'p',
  factsVersion: 1,
  outcome: { kind: 'observed', facts: { value: 1 } },
  firstAt: 1,
  lastAt: 2,
  count: 1,
  tookMs: 0.5,
  readings: [],
  trail: [],
});

const standing: StandingRow[] = [{ check: 'a', seq: 5, lastAt: 2, count: 1, readings: [{ name: 'lagMs', subject: '', value: 1.5 }] }];

const page: Changes = {
  ...packStanding(standing, null),
  instanceId: 'i',
  runId: 'r',
  nodeId: 'n',
  now: 1_000,
  revision: 'v',
  description: null,
  observations: [observation(3), observation(5)],
  ended: [],
  cursor: null,
  oldestSeq: 1,
  newestSeq: 5,
  hasMore: false,
};

const read = (value: unknown, names: ReadingNames | null = null) =>
  readPage(typeof value === 'string' ? value : JSON.stringify(value), { after: 2, limit: 2, names });

test('a page is taken as it is', () => {
  const { current, named: _, ...rest } = page;
  const taken = read(page);
  expect(taken).toMatchObject({ kind: 'page', page: { ...rest, rows: '5' } });
  expect(currentOf((taken as Extract<typeof taken, { kind: 'page' }>).page)).toEqual(current);
});

test('what readings are called is taken from an earlier page where this one does not say it', () => {
  const first = read(page);
  const { names } = (first as Extract<typeof first, { kind: 'page' }>).page;
  const later = { ...page, named: { ...page.named, checks: null } };
  expect(read(later, names)).toMatchObject({ kind: 'page', page: { names } });
  expect(read(later)).toMatchObject({ kind: 'unreadable', detail: 'its readings have no names' });
});

const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const withFacts = (facts: string): string =>
  JSON.stringify({ ...page, observations: [{ ...observation(3), outcome: { kind: 'observed', facts: 'FACTS' } }] }).replace(
    '"FACTS"',
    facts,
  );

test.each<[string, unknown, RegExp]>([
  ['garbage', '{"instanceId":', /not JSON/],
  ['nothing', '', /not JSON/],
  ['another document', { hello: 1 }, /required property/],
  ['a list', [], /must be object/],
  ['a row without a check', { ...page, observations: [{ ...observation(3), check: 7 }] }, /^\/observations\/…\/check must be string/],
  ['an outcome of no kind', { ...page, observations: [{ ...observation(3), outcome: { kind: 'good' } }] }, /observations/],
  ['rows out of order', { ...page, observations: [observation(5), observation(3)] }, /not in order/],
  ['a row twice', { ...page, observations: [observation(5), observation(5)] }, /not in order/],
  ['a row that was not asked for', { ...page, observations: [observation(2)] }, /not asked for/],
  ['more rows than were asked for', { ...page, observations: [observation(3), observation(4), observation(5)] }, /more rows/],
  ['a row newer than its newest', { ...page, newestSeq: 4 }, /newer than its newest/],
  ['more without an end', { ...page, observations: [], hasMore: true }, /gives nothing/],
  ['a number beyond what can be counted', { ...page, newestSeq: 1e300 }, /none that can be/],
  ['a row number beyond what can be counted', { ...page, current: [{ ...page.current[0], seq: 2 ** 60 }] }, /none that can be/],
  ['a time after the end of time', { ...page, observations: [{ ...observation(3), lastAt: 9e15 }] }, /none that can be/],
  ['a row that ends before it begins', { ...page, observations: [{ ...observation(3), firstAt: 3 }] }, /none that can be/],
  ['a look that was never taken', { ...page, observations: [{ ...observation(3), count: 0 }] }, /none that can be/],
  ['a clock before the beginning of time', { ...page, now: -1 }, /none that can be/],
  ['an infinite reading', JSON.stringify(page).replace('1.5', '1e999'), /a reading in it is no number/],
  ['names of readings that are not those of its print', { ...page, named: { ...page.named, print: 'other' } }, /no names/],
  ['more readings than names', { ...page, current: [{ ...page.current[0], readings: [1.5, 2] }] }, /no names/],
  ['a look that took for ever', JSON.stringify(page).replace('0.5', '1e999'), /none that can be/],
  ['facts ten thousand levels deep', withFacts(nested(10_000)), /nested too deeply/],
])('%s', (_, value, detail) => {
  expect(read(value)).toEqual({ kind: 'unreadable', detail: expect.stringMatching(detail) });
});

test('what is wrong is said without what was sent', () => {
  const said = read({ ...page, current: [{ ...page.current[0], hunter2: 1, readings: ['hunter2!'] }] });
  expect(said.kind).toBe('unreadable');
  expect(JSON.stringify(said)).not.toContain('hunter2');
});
