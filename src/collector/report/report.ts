// Puts a group's report for auditors together from what the collector keeps. In slices, and within limits: who asks for more is told so, since
// a report that was cut would look like a whole one.
import { verdicts } from '../../contract/finding.ts';
import { gapIds } from '../../contract/gap.ts';
import type { Coverage, Report, ReportSpan } from '../../contract/report.ts';
import type { Waiver } from '../../contract/waiver.ts';
import type { Collector } from '../collector.ts';
import { eventPages } from '../event-pages.ts';
import type { FleetPair } from '../review/review.ts';
import { inSlices, type Slices } from '../routes/slices.ts';
import { type Subject, toldOf } from '../routes/told.ts';
import { type Stretch, sharesOf, sumOfMs, type TimelineSpan, timeline } from '../timeline.ts';
import { covered } from './coverage.ts';
import { createLives, isHeldWithin, isTouching, type StandingIn } from './lives.ts';
import { looksOf, type SideLooks } from './looks.ts';

/** What is wanted is too much for one answer. */
export class TooMuch extends Error {}

/** Verdicts that turn every few minutes for months say nothing any more; each is some hundred bytes. */
const spansMax = 50_000;
/** Thousands of events a day for weeks. */
const eventsMax = 50_000;
/** Lines, before it is asked whether somebody else wants the loop. */
const findingsAtOnce = 100;
const waiversMax = 10_000;
const receiptsMax = 5_000;
/** Each holds all that was found at the gate. */
const receiptsPerPage = 20;

export async function reportOf(collector: Collector, group: string, stretch: Stretch, now: number): Promise<Report> {
  const { clock, review, config, name, version } = collector;
  const slices = inSlices(clock.monotonicMs);
  const keptFrom = now - config().store.keepMs;
  const standing = review.standing(group);
  const spans = spansOf(collector, { group, pair: null }, stretch, keptFrom, now);
  const pairs = await pairsOf(collector, group, stretch, keptFrom, now, slices);
  const waivers = waiversOf(collector, group, stretch);
  await slices.next();
  const findings = await findingsOf(
    collector,
    group,
    pairs.map(({ pair }) => pair),
    stretch,
    now,
    waivers,
    slices,
  );
  const receipts = await receiptsOf(collector, group, stretch, slices);
  const { coverage, limits } = await coverageOf(collector, standing, stretch, keptFrom, slices);
  const left = pairs.filter(({ pair }) => !standing.some((one) => one.pair === pair)).map(({ pair }) => pair);
  const shares = sharesOf(spans, stretch);
  return {
    format: 'understudy-report/1',
    at: now,
    collector: name,
    version,
    group,
    ...stretch,
    spans,
    shares: verdicts.map((verdict) => ({ verdict, ...shares[verdict] })),
    unwatchedMs: unwatchedMs(spans),
    pairs,
    findings,
    waivers: [...waivers],
    coverage,
    receipts,
    limits: [...keptLimits(stretch, keptFrom), ...left.map(leftLimit), ...limits],
  };
}

const keptLimits = ({ from }: Stretch, keptFrom: number): readonly string[] =>
  from >= keptFrom ? [] : [`What was before ${new Date(keptFrom).toISOString()} is kept no more, and stands as unknown.`];

const leftLimit = (pair: string): string =>
  `${pair} is a pair of this group no more: which machines stood in it is not kept, so that nothing is said of what was watched there.`;

function spansOf(collector: Collector, subject: Subject, stretch: Stretch, keptFrom: number, now: number): ReportSpan[] {
  const spans = timeline(toldOf(collector, subject, stretch, now), stretch, keptFrom);
  if (spans.length > spansMax) throw new TooMuch(`the verdict turned more than ${spansMax} times`);
  return [...spans];
}

const unwatchedMs = (spans: readonly TimelineSpan[]): number => sumOfMs(spans.filter(({ hole }) => hole !== null));

/** Those that are there now, and those that were there within the period. */
async function pairsOf(
  collector: Collector,
  group: string,
  stretch: Stretch,
  keptFrom: number,
  now: number,
  slices: Slices,
): Promise<Report['pairs']> {
  const names = new Set([...collector.review.standing(group).map(({ pair }) => pair), ...pairsThen(collector, group, stretch)]);
  const pairs: Report['pairs'] = [];
  let count = 0;
  for (const pair of [...names].sort()) {
    const spans = spansOf(collector, { group, pair }, stretch, keptFrom, now);
    count += spans.length;
    if (count > spansMax) throw new TooMuch(`the verdicts of its pairs turned more than ${spansMax} times`);
    const readyMs = sumOfMs(spans.filter(({ verdict }) => verdict === 'ready'));
    pairs.push({ pair, spans, readyMs, unwatchedMs: unwatchedMs(spans) });
    await slices.next();
  }
  return pairs;
}

const pairsThen = ({ store }: Collector, group: string, stretch: Stretch): readonly string[] =>
  store.verdicts.subjects().flatMap((one) => (one.group === group && one.pair !== null && isTouching(one, stretch) ? [one.pair] : []));

function waiversOf({ store }: Collector, group: string, stretch: Stretch): readonly Waiver[] {
  const all = store.waivers.all({ group, limit: waiversMax + 1 });
  if (all.length > waiversMax) throw new TooMuch(`it has more than ${waiversMax} waivers`);
  return all.filter((one) => isHeldWithin(one, stretch)).toReversed();
}

async function findingsOf(
  { store, review }: Collector,
  group: string,
  pairs: readonly string[],
  stretch: Stretch,
  now: number,
  waivers: readonly Waiver[],
  slices: Slices,
): Promise<Report['findings']> {
  const lives = createLives(stretch);
  let read = 0;
  for (const page of eventPages(store, { group, from: stretch.from, to: now })) {
    lives.take(page);
    read += page.length;
    if (read > eventsMax) throw new TooMuch(`more than ${eventsMax} things happened to its findings since then`);
    await slices.next();
  }
  const standing: StandingIn[] = [];
  for (const pair of pairs) {
    standing.push(...store.findings.ofPair(group, pair, Number.MAX_SAFE_INTEGER).map((finding) => ({ pair, finding })));
    await slices.next();
  }
  const there = new Set(review.standing(group).map(({ pair }) => pair));
  const leftAt = (pair: string): number | null => (there.has(pair) ? null : (store.verdicts.latest({ group, pair })?.until ?? null));
  const findings: Report['findings'] = [];
  for (const finding of lives.findings(standing, waivers, leftAt)) if (findings.push(finding) % findingsAtOnce === 0) await slices.next();
  return findings;
}

async function receiptsOf({ store }: Collector, group: string, stretch: Stretch, slices: Slices): Promise<Report['receipts']> {
  const receipts: Report['receipts'] = [];
  for (;;) {
    const page = store.receipts.within({ group, ...stretch, skip: receipts.length, limit: receiptsPerPage });
    for (const { id, issuedAt, asked, verdict, isPassed, override } of page)
      receipts.push({ id, issuedAt, by: asked.by, verdict, isPassed, override });
    if (page.length < receiptsPerPage) return receipts.reverse();
    if (receipts.length >= receiptsMax) throw new TooMuch(`the gate was asked more than ${receiptsMax} times`);
    await slices.next();
  }
}

async function coverageOf(
  collector: Collector,
  standing: readonly FleetPair[],
  stretch: Stretch,
  keptFrom: number,
  slices: Slices,
): Promise<Pick<Report, 'coverage' | 'limits'>> {
  const coverage: Coverage[] = [];
  const limits: string[] = [];
  const histories = Map.groupBy(collector.store.nodes.histories(), ({ target }) => target);
  for (const { pair, standby, primary } of standing.toSorted((a, b) => (a.pair < b.pair ? -1 : 1))) {
    const sides: SideLooks[] = [];
    for (const [side, sight] of [['standby', standby] as const, ['primary', primary] as const]) {
      if (sight === null) limits.push(`Nobody stands as the ${side} of ${pair} now: nothing is said of what was watched there.`);
      else sides.push(await looksOf(collector, side, sight, histories.get(sight.target.key) ?? [], stretch, slices));
    }
    limits.push(...sides.flatMap((one) => one.limits.map((limit) => `${pair}: ${limit}`)));
    const checks = sides.flatMap((one) => one.checks);
    for (const gap of gapIds) {
      const own = checks.filter((one) => one.gap === gap);
      const names = [...new Set(own.map(({ check }) => check))].sort();
      coverage.push({ pair, gap, ...covered(own, stretch, keptFrom), checks: names });
    }
    await slices.next();
  }
  return { coverage, limits };
}
