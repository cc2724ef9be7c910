// Says which groups look otherwise than before, to whoever watches: never more often than they can use it, and never when nothing changed.
import { createHash } from 'node:crypto';
import type { Verdict } from '../contract/finding.ts';
import type { Clock } from '../daemon/clock.ts';
import type { PairSights } from '../judge/cells.ts';
import type { PairJudged } from './review/judge-pair.ts';
import { sightText } from './review/pair-sights.ts';

export interface Live {
  /** What is shown of a pair from now on; `key` is the pair's. */
  judged(pair: JudgedAs, shown: Judged): void;
  /** It is in the fleet no more. */
  gone(key: string): void;
  /** Something else that is shown of them became another. */
  changed(groups: readonly string[]): void;
  /** Answers what ends it. */
  watch(call: (groups: readonly string[]) => void): () => void;
  stop(): void;
}

interface JudgedAs {
  readonly key: string;
  readonly group: string;
}

interface Judged {
  readonly verdict: Verdict;
  readonly sights: PairSights;
  readonly judged: Pick<PairJudged, 'findings' | 'blindSpots' | 'doubts' | 'lawful'>;
}

/** What changes together comes within this: a waiver and its judgement, the pairs of one slice, a poll's round over a group. */
const settleMs = 250;

export function createLive(clock: Clock): Live {
  const watchers = new Set<(groups: readonly string[]) => void>();
  const marks = new Map<string, { readonly group: string; readonly mark: string }>();
  const waiting = new Set<string>();
  let cancel: (() => void) | null = null;
  const tell = (): void => {
    cancel = null;
    const groups = [...waiting];
    waiting.clear();
    for (const call of [...watchers]) call(groups);
  };
  const changed = (groups: readonly string[]): void => {
    if (watchers.size === 0) return;
    for (const group of groups) waiting.add(group);
    if (waiting.size > 0) cancel ??= clock.setTimer(settleMs, tell);
  };
  return {
    judged: ({ key, group }, shown) => {
      const mark = markOf(shown);
      if (marks.get(key)?.mark === mark) return;
      marks.set(key, { group, mark });
      changed([group]);
    },
    gone: (key) => {
      const known = marks.get(key);
      marks.delete(key);
      if (known !== undefined) changed([known.group]);
    },
    changed,
    watch: (call) => {
      watchers.add(call);
      return () => void watchers.delete(call);
    },
    stop: () => cancel?.(),
  };
}

/** A digest, since there are thousands: all that is shown but for what moves with every look: when it was last seen, and how many looks have confirmed it. */
function markOf({ verdict, sights, judged: { findings, blindSpots, doubts, lawful } }: Judged): string {
  const shown = [
    verdict,
    findings.map(({ evidence: _, confirmation: __, mark: ___, remedy: ____, title: _____, ...finding }) => finding),
    [...blindSpots, ...doubts].map(({ check, kind, detail }) => [check, kind, detail]),
    lawful,
    // A gap that is watched from now on, or no more, without anything being found or missed.
    sightText(sights),
  ];
  return createHash('sha256').update(JSON.stringify(shown)).digest('base64');
}
