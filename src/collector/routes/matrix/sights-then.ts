// What of each gap of a pair was watched and seen at a past moment, as it was kept with the judgements of then.
import type { Verdict } from '../../../contract/finding.ts';
import { gapIds } from '../../../contract/gap.ts';
import type { StandingFinding } from '../../../contract/standing.ts';
import type { PairSights } from '../../../judge/cells.ts';
import { isCounted } from '../../../judge/verdict.ts';
import type { FleetStore } from '../../../store/fleet/store.ts';
import { sightIn } from '../../review/pair-sights.ts';

interface KnownThen {
  /** Null where nobody judged. */
  readonly verdict: Verdict | null;
  readonly findings: readonly StandingFinding[];
}

export function sightsThen(
  { sights }: Pick<FleetStore, 'sights'>,
  subject: { readonly group: string; readonly pair: string },
  at: number,
  known: KnownThen,
): PairSights {
  const kept = sights.at(subject, at);
  const seen = kept === null ? notKept : sightIn(kept);
  return { ...seen, blindAsAWhole: [...seen.blindAsAWhole, ...notTold(known, kept === null ? null : seen)] };
}

/** From before what is seen was kept, or longer ago than it is kept. */
const notKept: PairSights = {
  sights: new Map(gapIds.map((gap) => [gap, { watch: 'not-known', blind: [], doubts: [] }])),
  blindAsAWhole: [],
  unshown: null,
};

/** Of a verdict that is ready or degraded all that is required was seen; whatever else was not seen under another one has to be kept. */
function notTold({ verdict, findings }: KnownThen, kept: PairSights | null): readonly string[] {
  switch (verdict) {
    case null:
      return ['Nobody judged at that time'];
    case 'ready':
    case 'degraded':
      return [];
    case 'suspended':
    case 'not-ready':
      return kept === null ? ['What could not be seen then is not kept'] : [];
    case 'unknown':
      return kept !== null && (isToldIn(kept) || findings.some((one) => one.isBlind === true && isCounted(one)))
        ? []
        : ['Something could not be seen then; what it was is not kept'];
  }
}

const isToldIn = ({ sights, blindAsAWhole, unshown }: PairSights): boolean =>
  unshown !== null || blindAsAWhole.length > 0 || [...sights.values()].some(({ blind }) => blind.length > 0);
