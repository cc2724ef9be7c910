// What a fleet or a group comes to, in one sentence, and what stands in its way, in another. Pure.
import { type Verdict, verdicts } from '../../contract/finding.ts';
import type { Counts } from '../../contract/fleet.ts';
import type { GroupRows } from '../../contract/matrix.ts';
import { counted } from '../format/counts.ts';

type Judged = Pick<GroupRows, 'group' | 'verdict' | 'counts'>;

interface Tense {
  readonly could: string;
  readonly couldNot: string;
  readonly isInUse: string;
  readonly when: string;
}

const present: Tense = { could: 'could take over', couldNot: 'could not take over', isInUse: 'is in use', when: ' now' };
const past: Tense = { could: 'could have taken over', couldNot: 'could not have taken over', isInUse: 'was in use', when: ' then' };

/** `2 of 3 groups could take over now`. */
export function fleetAnswer(groups: readonly Judged[], isPast: boolean): string {
  const tense = isPast ? past : present;
  const [only, ...others] = groups;
  if (only === undefined) return 'No group is watched';
  if (others.length === 0) return groupAnswer(only, isPast);
  const able = groups.filter(({ verdict }) => couldTakeOver(verdict)).length;
  if (able === groups.length) return `All ${groups.length} groups ${tense.could}${tense.when}`;
  return `${able === 0 ? 'None' : able} of ${groups.length} groups ${tense.could}${tense.when}`;
}

/** `billing could not take over now`. */
export function groupAnswer({ group, verdict }: Judged, isPast: boolean): string {
  const tense = isPast ? past : present;
  switch (verdict) {
    case null:
      return `Nobody watched ${group} then`;
    case 'ready':
    case 'degraded':
      return `${group} ${tense.could}${tense.when}`;
    case 'not-ready':
      return `${group} ${tense.couldNot}${tense.when}`;
    case 'suspended':
      return `The standby of ${group} ${tense.isInUse}${isPast ? ' then' : ''}`;
    case 'unknown':
      return `It is not known whether ${group} ${tense.could}${tense.when}`;
  }
}

/** A warning is no obstacle; what is not known is none that is known, and no permission either. */
export const couldTakeOver = (verdict: Verdict | null): boolean => verdict === 'ready' || verdict === 'degraded';

export interface Obstacle {
  readonly group: string;
  readonly verdict: Verdict | null;
  /** `3 blockers`, `2 blind spots`. */
  readonly because: string;
}

/** The groups that are not simply ready, worst first, each with what makes its verdict. */
export const obstacles = (groups: readonly Judged[]): readonly Obstacle[] =>
  groups
    .filter(({ verdict }) => verdict !== 'ready')
    .toSorted((one, other) => rank(one.verdict) - rank(other.verdict))
    .map(({ group, verdict, counts }) => ({ group, verdict, because: becauseOf(verdict, counts) }));

/** What is not known of a moment is as bad as unknown. */
export const rank = (verdict: Verdict | null): number => verdicts.indexOf(verdict ?? 'unknown');

function becauseOf(verdict: Verdict | null, { blocker, warning, blindSpots }: Counts): string {
  switch (verdict) {
    case 'not-ready':
      return counted(blocker, 'blocker');
    case 'unknown':
      return blindSpots === 0 ? '' : counted(blindSpots, 'blind spot');
    case 'degraded':
      return counted(warning, 'warning');
    case 'suspended':
    case 'ready':
    case null:
      return '';
  }
}

/** `3 blockers`, `1 warning`, `2 waived`, what weighs most first; what there is none of is left out. */
export const foundOf = ({ blocker, warning, blindSpots, waived, pending, note }: Counts): readonly string[] => [
  ...(blocker > 0 ? [counted(blocker, 'blocker')] : []),
  ...(blindSpots > 0 ? [counted(blindSpots, 'blind spot')] : []),
  ...(warning > 0 ? [counted(warning, 'warning')] : []),
  ...(pending > 0 ? [`${pending} not confirmed yet`] : []),
  ...(waived > 0 ? [`${waived} waived`] : []),
  ...(note > 0 ? [counted(note, 'note')] : []),
];
