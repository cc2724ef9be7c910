// One finding: what should be, what is, since when and how sure; and, opened, what mends it, what changed and what was asked.
import type { ComponentChildren } from 'preact';
import type { StandingFinding } from '../../contract/standing.ts';
import { counted } from '../format/counts.ts';
import { Glyph } from '../parts/glyph.tsx';
import { Time } from '../parts/time.tsx';
import { href } from '../shell/routes.ts';
import { Beside } from './beside.tsx';
import { CausePanel } from './cause-panel.tsx';
import { Disclosures, type ForAll, type Part } from './disclosures.tsx';
import { EvidencePanel } from './evidence-panel.tsx';
import { FindingAsides } from './finding-asides.tsx';
import { findingElementId } from './finding-element.ts';
import { type Listed, weightOf } from './listed-findings.ts';
import { RemedyPanel } from './remedy-panel.tsx';
import { WeightGlyph } from './weight-glyph.tsx';
import { weightStates, weightWords } from './words.ts';

/** What became of it while somebody watched. */
export type News = 'new' | 'changed' | null;

/** What every finding of a page is shown with. */
export interface FindingsShown {
  readonly group: string;
  readonly pair: string;
  readonly news: (finding: StandingFinding) => News;
  /** Id of the finding that the page's address asks for; null for none. */
  readonly wanted: string | null;
  /** Id of the finding that is mended first, whose remedy is open; null for none. */
  readonly worst: string | null;
  /** What was wished for every remedy at once; null for nothing yet. */
  readonly remedies: ForAll | null;
  /** What can be done about a waiver of it; nothing where the reader may not. */
  readonly actions: (finding: StandingFinding) => ComponentChildren;
}

export interface FindingCardProps extends FindingsShown {
  readonly listed: Listed;
}

export function FindingCard({ listed, ...shown }: FindingCardProps) {
  const { finding, explains } = listed;
  const { group, pair, wanted, worst, remedies, actions } = shown;
  const [weight, news, id] = [weightOf(finding), shown.news(finding), findingElementId(finding.id)];
  return (
    <article
      id={id}
      class="finding"
      data-state={isCounted(finding) ? weightStates[weight] : 'waived'}
      data-counts={isCounted(finding)}
      data-news={news ?? undefined}
      tabIndex={-1}
      aria-labelledby={`${id}-title`}
    >
      <header class="finding-head">
        <span class="finding-weight">
          {finding.waiver === null ? <WeightGlyph weight={weight} /> : <Glyph state="waived" />} {weightWords[weight].one}
          {asideWord(finding)}
        </span>
        <h3 id={`${id}-title`} class="finding-title">
          {finding.title}
        </h3>
        <span class="finding-since">
          {news !== null && <strong class="finding-news">{news}</strong>} for <Time at={finding.since} as="age" />
        </span>
      </header>
      <Beside finding={finding} />
      <FindingAsides finding={finding} />
      <Disclosures
        id={id}
        parts={[...partsOf(group, pair, finding), ...explainsPart(explains, shown)]}
        openAtFirst={openAtFirst(listed, wanted ?? worst)}
        forAll={remedies}
        aside={
          <>
            {actions(finding)}
            <span class="finding-origin">
              since <Time at={finding.since} as="absolute" />; <code>{finding.code}</code> by check{' '}
              <a href={href.check(group, pair, finding.check, { side: 'standby' })}>{finding.check}</a>
            </span>
          </>
        }
      />
    </article>
  );
}

/** Behind the weight that it would have. */
function asideWord({ waiver, foldedUnder, state }: StandingFinding): string {
  if (waiver !== null) return ', waived';
  if (foldedUnder !== undefined) return ', explained';
  return state === 'pending' ? ', not confirmed' : '';
}

const isCounted = ({ waiver, state, foldedUnder }: StandingFinding): boolean =>
  waiver === null && state !== 'pending' && foldedUnder === undefined;

const partsOf = (group: string, pair: string, finding: StandingFinding): readonly Part[] => [
  { key: 'remedy', title: 'What mends it', content: () => <RemedyPanel remedy={finding.remedy} /> },
  { key: 'cause', title: 'What changed', content: () => <CausePanel group={group} pair={pair} finding={finding.id} /> },
  { key: 'evidence', title: 'Evidence', content: () => <EvidencePanel group={group} pair={pair} finding={finding} /> },
];

const explainsPart = (findings: readonly StandingFinding[], shown: FindingsShown): readonly Part[] =>
  findings.length === 0
    ? []
    : [
        {
          key: 'explains',
          title: `Explains ${counted(findings.length, 'other', 'others')}`,
          content: () => (
            <>
              <p class="quiet">They follow from it, go with it, and do not count by themselves.</p>
              {findings.map((finding) => (
                <FindingCard key={finding.id} listed={{ finding, explains: [] }} {...shown} />
              ))}
            </>
          ),
        },
      ];

function openAtFirst({ finding, explains }: Listed, wanted: string | null): readonly string[] {
  if (finding.id === wanted) return ['remedy'];
  return explains.some(({ id }) => id === wanted) ? ['explains'] : [];
}
