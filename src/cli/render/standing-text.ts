// A finding with its life, for people: since when, how sure, by whom accepted.
import type { StandingFinding } from '../../contract/standing.ts';
import type { Page } from '../terminal.ts';
import { shownText } from '../text/escape.ts';
import { hang } from '../text/wrap.ts';
import { moment } from '../words.ts';
import { findingText } from './finding-text.ts';

const indent = '    ';

export function standingText(finding: StandingFinding, judgedAt: number, page: Page): readonly string[] {
  return [
    ...findingText(finding, { judgedAt }, page),
    ...asides(finding).flatMap(([label, text]) => hang(`${indent}${label}`, text, page.columns)),
  ];
}

function asides(finding: StandingFinding): readonly (readonly [label: string, text: string])[] {
  const { waiver, foldedUnder, reopenedCount } = finding;
  return [
    ...stateAside(finding),
    ...(waiver === null
      ? []
      : ([['waived    ', `by ${shownText(waiver.author)} until ${moment(waiver.until)}: ${shownText(waiver.reason)}`]] as const)),
    ...(foldedUnder === undefined ? [] : ([['follows   ', `from ${foldedUnder}`]] as const)),
    ...(reopenedCount === 0
      ? []
      : ([['again     ', `it was resolved ${reopenedCount === 1 ? 'once' : `${reopenedCount} times`} before`]] as const)),
  ];
}

function stateAside({ state, confirmation: { bad, good, needs } }: StandingFinding): readonly (readonly [string, string])[] {
  switch (state) {
    case 'pending':
      return [['waits     ', `seen by ${bad} of ${needs.bad} looks that confirm it`]];
    case 'clearing':
      return [['clears    ', `gone for ${good} of ${needs.good} looks that resolve it`]];
    case 'open':
    case 'resolved':
      return [];
  }
}
