// Accepting a finding, and taking that back: bound to what is found now, said in the finding's history, judged at once.
import { randomUUID } from 'node:crypto';
import type { FindingEvent, StandingFinding } from '../contract/standing.ts';
import type { Waiver } from '../contract/waiver.ts';
import type { Clock } from '../daemon/clock.ts';
import type { Log } from '../daemon/log.ts';
import type { FleetStore } from '../store/fleet/store.ts';
import type { Review } from './review/review.ts';
import type { News } from './tell/news.ts';

export interface WaivingParts {
  readonly store: FleetStore;
  readonly review: Review;
  readonly clock: Clock;
  readonly log: Log;
  readonly news: (items: readonly News[]) => void;
}

export interface WaiverAsked {
  readonly group: string;
  readonly pair: string;
  /** The finding's id. */
  readonly finding: string;
  readonly author: string;
  readonly reason: string;
  /** Epoch milliseconds. */
  readonly until: number;
  /** By which credential it is said. */
  readonly by: string;
}

export type Waived =
  | { readonly kind: 'waived'; readonly waiver: Waiver }
  | { readonly kind: 'refused'; readonly reason: 'no-finding' | 'until'; readonly detail: string };

export interface Waiving {
  accept(asked: WaiverAsked): Waived;
  /** Null for one that is not there; one that has ended stays as it ended. */
  withdraw(id: string, by: string): Waiver | null;
}

/** A longer acceptance is a lawful difference, and belongs into the fleet file. */
export const waiverMsMax = 400 * 24 * 3_600_000;

export function createWaiving({ store, review, clock, log, news }: WaivingParts): Waiving {
  const tell = (event: FindingEvent): void => {
    store.findings.record([event]);
    news([{ kind: 'finding', event }]);
  };
  return {
    accept: (asked) => {
      const { group, pair } = asked;
      // What is found now, and not what was found a while ago.
      review.judgeNow(group, pair);
      const finding = review.pair(group, pair)?.findings.find(({ id }) => id === asked.finding) ?? null;
      const now = clock.now();
      const refusal = refusalOf(asked, finding, now);
      if (finding === null || refusal !== null) return refusal ?? noFinding(asked);
      const waiver = waiverOf(asked, finding, now);
      store.together(() => {
        if (finding.waiver !== null) store.waivers.end(finding.waiver.id, now, 'withdrawn');
        store.waivers.add(waiver);
        const shown = { id: waiver.id, author: waiver.author, reason: waiver.reason, until: waiver.until };
        const detail = `${waiver.author} accepted it: ${waiver.reason}`;
        tell({ kind: 'waived', at: now, group, pair, finding: { ...finding, waiver: shown }, detail });
      });
      log.info({ group, pair, code: waiver.code, subject: waiver.subject, author: waiver.author, by: asked.by }, 'a finding was waived');
      review.judgeNow(group, pair);
      return { kind: 'waived', waiver };
    },
    withdraw: (id, by) => {
      const waiver = store.waivers.get(id);
      if (waiver === null || waiver.endedAt !== null) return waiver;
      const { group, pair } = waiver;
      const finding = review.pair(group, pair)?.findings.find((one) => one.id === waiver.finding) ?? null;
      const at = clock.now();
      store.together(() => {
        store.waivers.end(id, at, 'withdrawn');
        const detail = `the waiver of ${waiver.author} was withdrawn by ${by}`;
        if (finding !== null) tell({ kind: 'waiver-ended', at, group, pair, finding: { ...finding, waiver: null }, detail });
      });
      log.info({ group, pair, code: waiver.code, subject: waiver.subject, by }, 'a waiver was withdrawn');
      review.judgeNow(group, pair);
      return store.waivers.get(id);
    },
  };
}

function refusalOf({ until }: WaiverAsked, finding: StandingFinding | null, now: number): Waived | null {
  if (finding === null) return null;
  if (until <= now) return { kind: 'refused', reason: 'until', detail: 'The end lies in the past' };
  if (until - now > waiverMsMax) {
    const detail = 'The end is more than 400 days ahead; what differs for good is a lawful difference of the fleet file';
    return { kind: 'refused', reason: 'until', detail };
  }
  return null;
}

const noFinding = ({ group, pair, finding }: WaiverAsked): Waived => ({
  kind: 'refused',
  reason: 'no-finding',
  detail: `${pair} of ${group} has no finding ${finding} at present`,
});

function waiverOf(asked: WaiverAsked, { code, check, subject, expected, actual }: StandingFinding, now: number): Waiver {
  return { ...asked, id: randomUUID(), code, check, subject, expected, actual, createdAt: now, endedAt: null, endedBecause: null };
}
