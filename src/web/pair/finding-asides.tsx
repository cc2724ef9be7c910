// What else has to be known of a finding before it is believed: how sure it is, whether it counts, who accepted it.
import type { ComponentChildren } from 'preact';
import type { StandingFinding } from '../../contract/standing.ts';
import { shownText } from '../format/shown-text.ts';
import { Time } from '../parts/time.tsx';

export function FindingAsides({ finding }: { readonly finding: StandingFinding }) {
  const asides = asidesOf(finding);
  if (asides.length === 0) return null;
  return (
    <ul class="finding-asides">
      {asides.map((aside, at) => (
        <li key={at}>{aside}</li>
      ))}
    </ul>
  );
}

function asidesOf(finding: StandingFinding): readonly ComponentChildren[] {
  const { isUnconfirmed, isBlind, isSuspending, isSettledByRun, reopenedCount, evidence } = finding;
  return [
    ...waivedAside(finding),
    ...stateAside(finding),
    ...(isUnconfirmed
      ? [
          <>
            Cannot be looked at now: it stands on the look of <Time at={evidence.seenAt} />, neither confirmed nor cleared.
          </>,
        ]
      : []),
    ...(isSuspending === true ? ['Counts over all else: no verdict holds meanwhile.'] : []),
    ...(isBlind === true ? ['Counts as not known, whatever else is well.'] : []),
    ...(isSettledByRun === true ? ['A gate does not count it: only another run of the plan settles it.'] : []),
    ...(reopenedCount > 0 ? [`It was resolved ${reopenedCount === 1 ? 'once' : `${reopenedCount} times`} before, and came back.`] : []),
  ];
}

function waivedAside({ waiver }: StandingFinding): readonly ComponentChildren[] {
  if (waiver === null) return [];
  return [
    <>
      Waived by <strong>{shownText(waiver.author)}</strong> until <Time at={waiver.until} as="absolute" />: {shownText(waiver.reason)}
    </>,
  ];
}

function stateAside({ state, confirmation: { bad, good, needs } }: StandingFinding): readonly ComponentChildren[] {
  switch (state) {
    case 'pending':
      return [`Does not count yet: seen by ${bad} of ${needs.bad} looks that confirm it.`];
    case 'clearing':
      return [`Clearing: gone for ${good} of ${needs.good} looks that resolve it.`];
    case 'open':
    case 'resolved':
      return [];
  }
}
