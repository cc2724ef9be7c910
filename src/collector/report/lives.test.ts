// What became of findings between two moments; times in minutes, the period from 100 to 200.
import { describe, expect, test } from 'vitest';
import { standingOf, waiverOf } from '../../../test/support/receipt.ts';
import type { FindingEvent, FindingEventKind, StandingFinding } from '../../contract/standing.ts';
import type { Waiver } from '../../contract/waiver.ts';
import { createLives, isHeldWithin } from './lives.ts';

const minute = 60_000;
const period = { from: 100 * minute, to: 200 * minute };

const finding = (openedAt: number | null, more: Partial<StandingFinding> = {}): StandingFinding =>
  standingOf({ openedAt: openedAt === null ? null : openedAt * minute, ...more });

const event = (kind: FindingEventKind, at: number, openedAt: number | null, more: Partial<StandingFinding> = {}): FindingEvent => ({
  kind,
  at: at * minute,
  group: 'billing',
  pair: 'app1',
  finding: finding(openedAt, more),
  detail: '',
});

const told = (events: readonly FindingEvent[], standing: readonly StandingFinding[] = [], waivers: readonly Waiver[] = []) =>
  toldIn(period, { events, standing, waivers });

interface Past {
  readonly events?: readonly FindingEvent[];
  readonly standing?: readonly StandingFinding[];
  readonly waivers?: readonly Waiver[];
  /** When the pair left the fleet, in minutes. */
  readonly leftAt?: number;
}

function toldIn(stretch: typeof period, { events = [], standing = [], waivers = [], leftAt }: Past) {
  const lives = createLives(stretch);
  lives.take(events);
  const all = standing.map((one) => ({ pair: 'app1', finding: one }));
  return [...lives.findings(all, waivers, () => (leftAt === undefined ? null : leftAt * minute))];
}

const brief = (lines: ReturnType<typeof told>) =>
  lines.map(({ openedAt, resolvedAt, openMs, isEarlier }) => [
    openedAt / minute,
    resolvedAt === null ? null : resolvedAt / minute,
    openMs / minute,
    isEarlier,
  ]);

describe('each life of a finding is a line', () => {
  test('from its opening to its end', () => {
    expect(brief(told([event('opened', 110, 110), event('resolved', 130, 110)]))).toEqual([[110, 130, 20, false]]);
  });

  test('and one that came back has two', () => {
    const events = [event('opened', 110, 110), event('resolved', 120, 110), event('reopened', 150, 150)];
    expect(brief(told(events, [finding(150)]))).toEqual([
      [110, 120, 10, false],
      [150, null, 50, false],
    ]);
  });

  test('of one that was there before the period only what lies within counts as open', () => {
    expect(brief(told([event('resolved', 130, 20)]))).toEqual([[20, 130, 30, true]]);
  });

  test('of which nothing happened since it stands now', () => {
    expect(brief(told([], [finding(20)]))).toEqual([[20, null, 100, true]]);
  });

  test('and what ended after the period was open at its end, as it read then', () => {
    const events = [
      event('opened', 150, 150, { actual: 'then' }),
      event('changed', 220, 150, { actual: 'later' }),
      event('resolved', 250, 150),
    ];
    const lines = told(events);
    expect(brief(lines)).toEqual([[150, null, 50, false]]);
    expect(lines[0]?.actual).toBe('then');
  });

  test('but for those that were over before it, or begun after it', () => {
    expect(told([event('opened', 210, 210), event('resolved', 220, 210)], [finding(230, { id: 'f2' })])).toEqual([]);
  });

  test('and one that nobody could look at any more says so', () => {
    const [line] = told([event('opened', 110, 110), event('unwatched', 130, 110)]);
    expect(line).toMatchObject({ resolvedAt: 130 * minute, isUnwatched: true });
  });

  test('that begins when it was confirmed, not when it was accepted before that', () => {
    expect(brief(told([event('waived', 105, null), event('opened', 110, 110)], [finding(110)]))).toEqual([[110, null, 90, false]]);
  });
});

describe('a finding of a pair that left the fleet', () => {
  test('ended when the pair was last judged, without having been seen to be mended', () => {
    for (const past of [{ standing: [finding(110)] }, { events: [event('opened', 110, 110)] }]) {
      const [line] = toldIn(period, { ...past, leftAt: 150 });
      expect(line).toMatchObject({ resolvedAt: 150 * minute, isUnwatched: true, openMs: 40 * minute });
    }
  });

  test('is nothing of a period after that, though it was noticed in it', () => {
    const noticed = event('unwatched', 120, 20, { state: 'resolved', resolvedAt: 90 * minute });
    expect(toldIn(period, { events: [noticed] })).toEqual([]);
    expect(toldIn(period, { standing: [finding(20)], leftAt: 90 })).toEqual([]);
  });

  test('was open at the end of a period before that', () => {
    expect(brief(toldIn(period, { standing: [finding(110)], leftAt: 250 }))).toEqual([[110, null, 90, false]]);
  });
});

describe('two periods that meet', () => {
  const two = (past: Past) => [toldIn({ from: 0, to: period.from }, past), toldIn(period, past)].map(brief);

  test('have what was opened at their border in the second', () => {
    expect(two({ standing: [finding(100)] })).toEqual([[], [[100, null, 100, false]]]);
    expect(two({ events: [event('opened', 100, 100), event('resolved', 100, 100)] })).toEqual([[], [[100, 100, 0, false]]]);
  });

  test('have what ended at their border in the first', () => {
    expect(two({ events: [event('resolved', 100, 20)] })).toEqual([[[20, 100, 80, false]], []]);
  });

  test('have what became another at their border as it was before in the first', () => {
    const events = [event('opened', 20, 20, { actual: 'before' }), event('changed', 100, 20, { actual: 'after' })];
    expect(toldIn({ from: 0, to: period.from }, { events })[0]?.actual).toBe('before');
  });

  test('have a waiver in each of them only where it held within', () => {
    const first = { from: 0, to: period.from };
    const held = (createdAt: number, until: number) => {
      const waiver = waiverOf({ createdAt: createdAt * minute, until: until * minute });
      return [isHeldWithin(waiver, first), isHeldWithin(waiver, period)];
    };
    expect([held(20, 100), held(100, 150), held(99, 101)]).toEqual([
      [true, false],
      [false, true],
      [true, true],
    ]);
  });
});

test('the waivers that held it while it was open are named', () => {
  const at = (createdAt: number, until: number, more: Partial<Waiver> = {}) =>
    waiverOf({ createdAt: createdAt * minute, until: until * minute, ...more });
  const waivers = [
    at(120, 140, { id: 'held' }),
    at(10, 90, { id: 'before' }),
    at(160, 190, { id: 'after it' }),
    at(120, 140, { id: 'of another', finding: 'f9' }),
    at(20, 180, { id: 'withdrawn', endedAt: 50 * minute, endedBecause: 'withdrawn' }),
  ];
  const [line] = told([event('opened', 110, 110), event('resolved', 150, 110)], [], waivers);
  expect(line?.waivers).toEqual(['held']);
});
