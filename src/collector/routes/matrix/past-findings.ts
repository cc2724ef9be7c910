// What became of every finding of the fleet, kept in memory while somebody looks at its past: to read it takes longer than to look.
import type { FindingEvent, StandingFinding } from '../../../contract/standing.ts';
import type { Collector } from '../../collector.ts';
import { eventPages } from '../../event-pages.ts';
import { inSlices, oneAtATime } from '../slices.ts';

export interface PastFindings {
  /** By group, ascending by time, up to now; null where there are too many to tell. */
  events(): Promise<ReadonlyMap<string, readonly FindingEvent[]> | null>;
}

/** Of a fleet of 300 pairs, one of each pair in two days, for as long as things are kept: some 20 MiB. */
const eventsMax = 60_000;
/** Whoever moves through the past asks every second. */
const keptMs = 120_000;

interface Read {
  readonly byGroup: Map<string, FindingEvent[]>;
  count: number;
  /** Time of the last one, and how many of that time were read. */
  lastAt: number;
  ofLast: number;
}

export function createPastFindings({ store, clock }: Pick<Collector, 'store' | 'clock'>): PastFindings {
  let read: Read | null = null;
  let cancel = (): void => {};
  const share = sharedTexts();
  const goOn = async (): Promise<Read['byGroup'] | null> => {
    cancel();
    const known: Read = read ?? { byGroup: new Map(), count: 0, lastAt: 0, ofLast: 0 };
    read = known;
    const slices = inSlices(clock.monotonicMs);
    let had = known.ofLast;
    for (const page of eventPages(store, { from: known.lastAt, to: clock.now() })) {
      take(known, page.slice(had), share);
      had = Math.max(0, had - page.length);
      if (known.count > eventsMax) break;
      await slices.next();
    }
    cancel = clock.setTimer(keptMs, () => {
      read = null;
      share.forget();
    });
    return known.count > eventsMax ? null : known.byGroup;
  };
  return { events: oneAtATime(goOn) };
}

function take(read: Read, events: readonly FindingEvent[], share: SharedTexts): void {
  for (const event of events) {
    const ofGroup = read.byGroup.get(event.group) ?? [];
    if (ofGroup.length === 0) read.byGroup.set(event.group, ofGroup);
    ofGroup.push({
      ...event,
      pair: share.text(event.pair),
      group: share.text(event.group),
      detail: '',
      finding: lightened(event.finding, share),
    });
    read.count++;
    read.ofLast = event.at === read.lastAt ? read.ofLast + 1 : 1;
    read.lastAt = event.at;
  }
}

const noEvidence = { seq: 0, seenAt: 0 };
const noConfirmation = { bad: 0, good: 0, needs: { bad: 1, good: 1 } };

/** Without what a matrix does not show. */
const lightened = (finding: StandingFinding, { text }: SharedTexts): StandingFinding => ({
  ...finding,
  id: text(finding.id),
  code: text(finding.code),
  check: text(finding.check),
  title: text(finding.title),
  subject: text(finding.subject),
  expected: '',
  actual: '',
  remedy: '',
  mark: '',
  evidence: noEvidence,
  confirmation: noConfirmation,
});

interface SharedTexts {
  text(one: string): string;
  forget(): void;
}

/** Each event that is parsed brings its own copy of the same few thousand. */
function sharedTexts(): SharedTexts {
  const known = new Map<string, string>();
  return {
    text: (one) => {
      const shared = known.get(one);
      if (shared !== undefined) return shared;
      known.set(one, one);
      return one;
    },
    forget: () => known.clear(),
  };
}
