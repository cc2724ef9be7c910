// What a fleet or a group comes to, in one sentence, and what stands in its way, in another. Pure.
import { type Verdict, verdicts } from '../../contract/finding.ts';
import type { Counts } from '../../contract/fleet.ts';
import type { GroupRows } from '../../contract/matrix.ts';
import { counted } from '../format/counts.ts';

type Judged = Pick<GroupRows, 'group' | 'verdict' | 'counts'>;

/** `now`, a past moment, or the last that was heard before the connection was lost. */
export type Tense = 'now' | 'past' | 'last-heard';

interface Words {
  readonly could: string;
  readonly couldNot: string;
  readonly inUse: string;
  readonly when: string;
}

const words: Readonly<Record<Tense, Words>> = {
  now: { could: 'could take over', couldNot: 'could not take over', inUse: 'is in use', when: 'now' },
  past: { could: 'could have taken over', couldNot: 'could not have taken over', inUse: 'was in use', when: 'then' },
  'last-heard': { could: 'could take over', couldNot: 'could not take over', inUse: 'was in use', when: 'when last heard of' },
};

/** `2 of 3 groups could take over now`. */
export function fleetAnswer(groups: readonly Judged[], tense: Tense): string {
  const { could, when } = words[tense];
  const [only, ...others] = groups;
  if (only === undefined) return tense === 'past' ? 'Nothing is known of that moment' : 'No group is watched';
  if (others.length === 0) return groupAnswer(only, tense);
  const able = groups.filter(({ verdict }) => couldTakeOver(verdict)).length;
  if (able === groups.length) return `All ${groups.length} groups ${could} ${when}`;
  return `${able === 0 ? 'None' : able} of ${groups.length} groups ${could} ${when}`;
}

/** `billing could not take over now`. */
export function groupAnswer({ group, verdict }: Judged, tense: Tense): string {
  const { could, couldNot, inUse, when } = words[tense];
  switch (verdict) {
    case null:
      return `Nobody watched ${group} ${when}`;
    case 'ready':
    case 'degraded':
      return `${group} ${could} ${when}`;
    case 'not-ready':
      return `${group} ${couldNot} ${when}`;
    case 'suspended':
      return `The standby of ${group} ${inUse} ${when}`;
    case 'unknown':
      return `It is not known whether ${group} ${could} ${when}`;
  }
}

/** What may be said of what is shown. */
export const tenseOf = (isPast: boolean, isStale: boolean): Tense => (isPast ? 'past' : isStale ? 'last-heard' : 'now');

/** A warning is no obstacle; what is not known is none that is known, and no permission either. */
export const couldTakeOver = (verdict: Verdict | null): boolean => verdict === 'ready' || verdict === 'degraded';

export interface Obstacle {
  readonly name: string;
  readonly verdict: Verdict | null;
  /** `3 blockers`, `2 blind spots`. */
  readonly because: string;
}

interface Obstructing {
  readonly name: string;
  readonly verdict: Verdict | null;
  readonly counts: Counts;
}

/** Those that are not simply ready, worst first, each with what makes its verdict. */
export const obstacles = (among: readonly Obstructing[]): readonly Obstacle[] =>
  among
    .filter(({ verdict }) => verdict !== 'ready')
    .toSorted((one, other) => rank(one.verdict) - rank(other.verdict))
    .map(({ name, verdict, counts }) => ({ name, verdict, because: becauseOf(verdict, counts) }));

/** What is not known of a moment is as bad as unknown. */
export const rank = (verdict: Verdict | null): number => verdicts.indexOf(verdict ?? 'unknown');

function becauseOf(verdict: Verdict | null, { blocker, warning, blindSpots }: Counts): string {
  switch (verdict) {
    case 'not-ready':
      return someOf(blocker, 'blocker');
    case 'unknown':
      return someOf(blindSpots, 'blind spot');
    case 'degraded':
      return someOf(warning, 'warning');
    case 'suspended':
    case 'ready':
    case null:
      return '';
  }
}

/** What made a past verdict cannot always be told: none is then no number. */
const someOf = (count: number, one: string): string => (count === 0 ? '' : counted(count, one));

/** `3 blockers`, `1 warning`, `2 waived`, what weighs most first; what there is none of is left out. */
export const foundOf = ({ blocker, warning, blindSpots, waived, pending, note }: Counts): readonly string[] => [
  ...(blocker > 0 ? [counted(blocker, 'blocker')] : []),
  ...(blindSpots > 0 ? [counted(blindSpots, 'blind spot')] : []),
  ...(warning > 0 ? [counted(warning, 'warning')] : []),
  ...(pending > 0 ? [`${pending} not confirmed yet`] : []),
  ...(waived > 0 ? [`${waived} waived`] : []),
  ...(note > 0 ? [counted(note, 'note')] : []),
];
