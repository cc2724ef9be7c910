// What became of findings since a past moment, kept in memory while somebody moves through the past: to read it takes longer than to look.
// It is read back from now, and only as far as somebody looked: what is far away is seldom asked for.
import type { FindingEvent, StandingFinding } from '../../../contract/standing.ts';
import type { Collector } from '../../collector.ts';
import { eventPages } from '../../event-pages.ts';
import { inSlices } from '../slices.ts';

export interface PastFindings {
  /** What came after that moment, by group and ascending; null where it is too much to tell. One at a time. */
  after(at: number): Promise<ReadonlyMap<string, readonly FindingEvent[]> | null>;
}

/** Of 300 pairs one each in two days, for as long as things are kept; some 20 MiB. */
const usualEventsMax = 60_000;
/** Whoever moves through the past asks every second. */
const keptMs = 120_000;

interface Read {
  /** Ascending. */
  events: readonly FindingEvent[];
  /** All from then on is read. */
  from: number;
  /** Up to then. */
  to: number;
  /** From before then it was too much. */
  tooMuchBefore: number;
}

export function createPastFindings({ store, clock }: Pick<Collector, 'store' | 'clock'>, eventsMax = usualEventsMax): PastFindings {
  let read: Read | null = null;
  let cancel = (): void => {};
  const share = sharedTexts();
  const forget = (): void => {
    read = null;
    share.forget();
  };
  /** Null where there are more than `max`. */
  const between = async (from: number, to: number, max: number): Promise<readonly FindingEvent[] | null> => {
    const slices = inSlices(clock.monotonicMs);
    const events: FindingEvent[] = [];
    for (const page of eventPages(store, { from, to })) {
      for (const event of page) events.push(lightened(event, share));
      if (events.length > max) return null;
      await slices.next();
    }
    return events;
  };
  const goOn = async (known: Read): Promise<void> => {
    const to = clock.now();
    // One that came in the millisecond of the last reading is read again.
    const events = await between(known.to, to, eventsMax);
    const before = known.events.slice(0, known.events.findLastIndex((event) => event.at < known.to) + 1);
    known.events = events === null ? [] : [...before, ...events];
    if (events === null) known.from = to;
    known.to = to;
  };
  const goBack = async (known: Read, at: number): Promise<void> => {
    const events = await between(at, known.from - 1, eventsMax - known.events.length);
    if (events === null) {
      known.tooMuchBefore = Math.max(known.tooMuchBefore, at);
      return;
    }
    known.events = [...events, ...known.events];
    known.from = at;
  };
  return {
    after: async (at) => {
      cancel();
      const now = clock.now();
      const known: Read = read ?? { events: [], from: now, to: now, tooMuchBefore: Number.NEGATIVE_INFINITY };
      read = known;
      try {
        await goOn(known);
        if (at < known.from && at > known.tooMuchBefore) await goBack(known, at);
      } finally {
        cancel = clock.setTimer(keptMs, forget);
      }
      if (at < known.from) return null;
      return Map.groupBy(known.events.slice(known.events.findLastIndex((event) => event.at <= at) + 1), ({ group }) => group);
    },
  };
}

const noEvidence = { seq: 0, seenAt: 0 };
const noConfirmation = { bad: 0, good: 0, needs: { bad: 1, good: 1 } };

/** Without what a matrix does not show. */
function lightened({ kind, at, group, pair, finding }: FindingEvent, { text }: SharedTexts): FindingEvent {
  const { id, code, check, title, subject } = finding;
  const light: StandingFinding = {
    ...finding,
    id: text(id),
    code: text(code),
    check: text(check),
    title: text(title),
    subject: text(subject),
    expected: '',
    actual: '',
    remedy: '',
    mark: '',
    evidence: noEvidence,
    confirmation: noConfirmation,
  };
  return { kind, at, group: text(group), pair: text(pair), finding: light, detail: '' };
}

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
