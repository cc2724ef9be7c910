// What happened in the ninety days before: to each machine's looks, to the verdicts, and to the findings, as a story that the present ends.
import type { Verdict } from '../../src/contract/finding.ts';
import { verdicts } from '../../src/contract/finding.ts';
import type { CheckState, Observation } from '../../src/contract/observation.ts';
import { absent, type Outcome, type Reading, unseen } from '../../src/contract/outcome.ts';
import type { RecordedLook } from '../../src/store/record.ts';

export const dayMs = 86_400_000;
const hourMs = 3_600_000;

export interface PastVerdict {
  readonly verdict: Verdict;
  /** Days ago. */
  readonly from: number;
  readonly until: number;
}

/** Nobody watched from 47 to 46.2 days ago: the collector was off. */
export const pastOfPairs: Readonly<Record<string, readonly PastVerdict[]>> = {
  app1: [
    { verdict: 'ready', from: 90, until: 61 },
    { verdict: 'degraded', from: 61, until: 55.3 },
    { verdict: 'ready', from: 55.3, until: 47 },
    { verdict: 'ready', from: 46.2, until: 33 },
    { verdict: 'not-ready', from: 33, until: 31.4 },
    { verdict: 'ready', from: 31.4, until: 12 },
    { verdict: 'unknown', from: 12, until: 11.6 },
    { verdict: 'degraded', from: 11.6, until: 9 },
    { verdict: 'not-ready', from: 9, until: 0 },
  ],
  app2: [
    { verdict: 'ready', from: 90, until: 47 },
    { verdict: 'ready', from: 46.2, until: 26 },
    { verdict: 'suspended', from: 26, until: 25.4 },
    { verdict: 'ready', from: 25.4, until: 20 },
    { verdict: 'unknown', from: 20, until: 19.6 },
    { verdict: 'ready', from: 19.6, until: 0 },
  ],
  db1: [
    { verdict: 'degraded', from: 90, until: 71 },
    { verdict: 'ready', from: 71, until: 47 },
    { verdict: 'ready', from: 46.2, until: 14 },
    { verdict: 'degraded', from: 14, until: 0 },
  ],
};

/** As bad as the worst pair at each time at which one of them turned. */
export function pastOfGroup(): readonly PastVerdict[] {
  const all = Object.values(pastOfPairs).flat();
  const borders = [...new Set(all.flatMap(({ from, until }) => [from, until]))].sort((a, b) => b - a);
  return borders.slice(1).flatMap((until, index) => {
    const from = borders[index]!;
    const then = all.filter((span) => span.from >= from && span.until <= until);
    const worst = verdicts.find((verdict) => then.some((span) => span.verdict === verdict));
    return worst === undefined ? [] : [{ verdict: worst, from, until }];
  });
}

export interface MachinePast {
  readonly pair: string;
  readonly role: string;
  readonly now: number;
  readonly states: readonly CheckState[];
  /** What the other side sees: this one saw the same until it was changed. */
  readonly others: readonly CheckState[];
}

/** Every hour, and of the last seven days every ten minutes: what a person looks at, at a cost that a test can pay. */
export function pastLooks(machine: MachinePast): readonly RecordedLook[] {
  const ends = machine.now - 2 * 60_000;
  const looks: RecordedLook[] = [];
  for (let at = machine.now - 90 * dayMs; at < ends; at += stepMs(machine.now, at))
    for (const [index, state] of machine.states.entries()) looks.push(...lookAt(machine, state, at + index * 1_000));
  return looks;
}

const stepMs = (now: number, at: number): number => (now - at > 7 * dayMs ? hourMs : hourMs / 6);

/** What a machine of the demonstration does; a look that is written stands for those until the next one. */
const everyMs = 30_000;

function lookAt({ pair, role, now, others }: MachinePast, state: CheckState, at: number): readonly RecordedLook[] {
  const { current } = state;
  if (current === null) return [];
  const daysAgo = (now - at) / dayMs;
  const steps = Math.max(1, Math.floor(Math.min(stepMs(now, at), now - at) / everyMs) - 1);
  const look = (outcome: Outcome, more: Partial<RecordedLook> = {}): readonly RecordedLook[] => [
    { ...madeAgain(current), outcome, readings: [], at, until: at + steps * everyMs, times: steps, ...more },
  ];
  // The machine was off, and said so when it came back.
  if (role === 'standby' && daysAgo < off.from && daysAgo > off.until) {
    const isFirst = (at - hourMs / 6 - now) / -dayMs >= off.from;
    return isFirst
      ? look(unseen('missed', 'no look was taken: the agent did not run'), { until: now - off.until * dayMs, times: 1, trail: [] })
      : [];
  }
  if (pair !== 'app2' && state.check === 'dns' && daysAgo < 1.3 && daysAgo > 1.2)
    return look(unseen('timeout', 'no answer within the time limit'));
  if (pair === 'db1' && state.check === 'monitoring' && role === 'standby' && daysAgo > 40)
    return look(absent('no monitoring agent is installed'));
  const earlier = others.find(({ check }) => check === state.check)?.current ?? null;
  const isChanged = role === 'standby' || earlier === null || daysAgo < changedDaysAgo(pair, state.check);
  return look(isChanged ? current.outcome : earlier.outcome, { readings: readingsThen(current.readings, daysAgo, role) });
}

/** Days ago. */
const off = { from: 3.4, until: 3.1 };

/** A quarter of an hour before the findings of the pair that come of it; the clocks of these machines are some minutes behind. */
const changedDaysAgo = (pair: string, check: string): number => (check === 'dns' ? 5.2 : (pastOfPairs[pair]?.at(-1)?.from ?? 0) + 0.01);

const madeAgain = ({ check, probe, factsVersion, trail, tookMs }: Observation) => ({ check, probe, factsVersion, trail, tookMs });

function readingsThen(readings: readonly Reading[], daysAgo: number, role: string): readonly Reading[] {
  return readings.map(({ name, subject, value }, index) => ({
    name,
    subject,
    value: valueThen(name, value * (role === 'standby' && isDuration(name) ? 1.4 : 1), daysAgo, index),
  }));
}

/** The others that end in Ms are instants. */
const isDuration = (name: string): boolean => name.endsWith('Ms') && !name.endsWith('AsOfMs');

function valueThen(name: string, value: number, daysAgo: number, index: number): number {
  if (name === 'daysLeft') return Math.round((value + daysAgo) * 100) / 100;
  if (!isDuration(name)) return value;
  const ofDay = 1 + 0.25 * Math.sin(daysAgo * 2 * Math.PI + index);
  // The same noise at each run, so that two pictures can be compared.
  const noise = 1 + 0.15 * Math.sin(daysAgo * 7_919 + index * 31);
  const isSlow = daysAgo < 4.9 && daysAgo > 4.6;
  return Math.round(Math.max(value, 2) * ofDay * noise * (isSlow ? 3 : 1) * 1_000) / 1_000;
}
