// What was found on a pair, kept steady while it changes: what is open stays open, what is new is marked, and what was resolved is said.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { PairReview } from '../../contract/fleet.ts';
import { type Gap, gaps } from '../../contract/gap.ts';
import type { PairChecks } from '../../contract/pair-checks.ts';
import type { StandingFinding } from '../../contract/standing.ts';
import type { Resource } from '../api/resource.ts';
import { Button } from '../parts/button.tsx';
import { Empty } from '../parts/empty.tsx';
import { Notice } from '../parts/notice.tsx';
import { href, type PairRoute } from '../shell/routes.ts';
import type { ForAll } from './disclosures.tsx';
import { showFinding } from './finding-element.ts';
import { FindingList } from './finding-list.tsx';
import { gapOf, spotsOfGap } from './gap-filter.ts';
import { Lawful } from './lawful.tsx';
import { listedFindings, worstOf } from './listed-findings.ts';
import { useNews } from './news.ts';
import { Resolved } from './resolved.tsx';
import { WaiverActions, WaiverDialogs, type Waiving, WhoMayWaive } from './waiver-dialogs.tsx';

export interface PairFindingsProps {
  readonly review: PairReview;
  /** It may be otherwise by now. */
  readonly isStale: boolean;
  readonly checks: Resource<PairChecks>;
  readonly route: PairRoute;
  readonly again: () => void;
}

export function PairFindings({ review, isStale, checks, route, again }: PairFindingsProps) {
  const { group, pair, query } = route;
  const [waiving, setWaiving] = useState<Waiving | null>(null);
  const news = useNews(review.findings);
  const gap = gapOf(query.gap);
  const wanted = query.finding ?? null;
  useWanted(wanted);
  const followed = useFollowed(review.findings);
  const spots = spotsOfGap(review.blindSpots, checks.state === 'shown' ? checks.value.checks : [], gap);
  const findings = listedFindings(review.findings, gap);
  // Of when the page was opened: what is found later does not open itself under somebody's eyes.
  const [worst] = useState(() => worstOf(findings)?.id ?? null);
  const [remedies, setRemedies] = useState<ForAll | null>(null);
  return (
    <>
      <p class="visually-hidden" role="status">
        {news.said}
      </p>
      <Filtered
        gap={gap}
        route={route}
        hidden={review.findings.length + review.blindSpots.length - shownCount(review, gap) - spots.length}
      />
      {wanted !== null && !review.findings.some(({ id }) => id === wanted) && (
        <Notice title="The finding that this address asks for is not there at present">
          It was resolved, or nobody looks for it any more. What became of it is in <a href={href.report(group)}>the report on {group}</a>.
        </Notice>
      )}
      <Resolved resolved={news.resolved} />
      {review.findings.length > 1 && <AllRemedies remedies={remedies} onTurn={setRemedies} />}
      <FindingList
        group={group}
        pair={pair}
        findings={findings}
        blindSpots={spots}
        news={news.of}
        wanted={wanted}
        worst={worst}
        remedies={remedies}
        actions={(finding) => <WaiverActions finding={finding} onBegin={setWaiving} />}
      />
      {shownCount(review, gap) + spots.length === 0 && <NothingFound verdict={review.verdict} gap={gap} isStale={isStale} />}
      {review.findings.length > 0 && <WhoMayWaive />}
      <Lawful lawful={review.lawful} />
      <WaiverDialogs
        group={group}
        pair={pair}
        findings={review.findings}
        waiving={waiving}
        onEnd={(done) => {
          setWaiving(null);
          if (done === null) return;
          followed.current = done;
          again();
        }}
      />
    </>
  );
}

interface AllRemediesProps {
  readonly remedies: ForAll | null;
  readonly onTurn: (remedies: ForAll) => void;
}

/** At the head of the findings: whoever has come to mend them all need not open one by one. */
function AllRemedies({ remedies, onTurn }: AllRemediesProps) {
  const isOpen = remedies?.isOpen ?? false;
  return (
    <p class="findings-all no-print">
      <Button onClick={() => onTurn({ key: 'remedy', isOpen: !isOpen })}>{isOpen ? 'Hide all that mends' : 'Show all that mends'}</Button>
    </p>
  );
}

const shownCount = ({ findings }: PairReview, gap: Gap | null): number => findings.filter((one) => gap === null || one.gap === gap).length;

/** After the router has put the focus on the heading. */
const afterNavigationMs = 100;

function useWanted(wanted: string | null): void {
  useEffect(() => {
    if (wanted === null) return;
    const timer = setTimeout(() => showFinding(wanted), afterNavigationMs);
    return () => clearTimeout(timer);
  }, [wanted]);
}

/** The button that was pressed goes with the part that the finding leaves: the focus goes along to where it stands then. */
function useFollowed(findings: PairReview['findings']) {
  const followed = useRef<StandingFinding | null>(null);
  useEffect(() => {
    const before = followed.current;
    const now = findings.find(({ id }) => id === before?.id);
    if (before === null || now === undefined || now.waiver?.id === before.waiver?.id) return;
    followed.current = null;
    showFinding(now.id);
  }, [findings]);
  return followed;
}

interface FilteredProps {
  readonly gap: Gap | null;
  readonly route: PairRoute;
  readonly hidden: number;
}

function Filtered({ gap, route, hidden }: FilteredProps) {
  if (gap === null) return null;
  return (
    <p class="pair-filter">
      Only <strong>{gaps[gap]}</strong>
      {hidden > 0 ? `; ${hidden} more of other gaps` : ''}. <a href={href.pair(route.group, route.pair)}>Show all gaps</a>
    </p>
  );
}

interface NothingFoundProps {
  readonly verdict: PairReview['verdict'];
  readonly gap: Gap | null;
  readonly isStale: boolean;
}

/** Only of a verdict that rests on enough: where it is unknown, that nothing was found says nothing. */
function NothingFound({ verdict, gap, isStale }: NothingFoundProps) {
  const then = isStale ? ' when last heard of' : '';
  if (gap !== null) return <Empty title={`Nothing was found in ${gaps[gap]}${then}`}>Whether a check looks at it stands below.</Empty>;
  if (verdict !== 'ready') return null;
  return (
    <Empty title={`Nothing was found${then}`}>
      {isStale
        ? 'Nothing that was looked at differed, and everything required was seen. Whether that is still so is not known.'
        : 'Nothing that is looked at differs, and everything required was seen. What is looked at stands below.'}
    </Empty>
  );
}
