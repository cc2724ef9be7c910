// One pair: whether its standby could take over, what stands in the way of that, and what mends it.
import type { Verdict } from '../../contract/finding.ts';
import type { PairReview } from '../../contract/fleet.ts';
import type { PairChecks } from '../../contract/pair-checks.ts';
import { addressOf } from '../api/ask.ts';
import { type Resource, useResource } from '../api/resource.ts';
import { Notice } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { Showing } from '../parts/showing.tsx';
import { href, type PairRoute } from '../shell/routes.ts';
import { GateLine } from './gate-line.tsx';
import { PairChecksTable } from './pair-checks-table.tsx';
import { PairFindings } from './pair-findings.tsx';
import { PairHead } from './pair-head.tsx';
import './pair-view.css';

/** What ages without anything having changed: when nodes were heard, and looks taken. */
const ageingMs = 15_000;

/** Another pair is another page, which the shell begins anew: nothing that was open or new there is here. */
export function PairView({ route }: { readonly route: PairRoute }) {
  const { group, pair } = route;
  const address = `v1/pairs/${encodeURIComponent(group)}/${encodeURIComponent(pair)}`;
  const review = useResource<PairReview>(addressOf(address), { group, everyMs: ageingMs });
  const checks = useResource<PairChecks>(addressOf(`${address}/checks`), { group, everyMs: ageingMs });
  return (
    <Page
      title={`${pair} · ${group}`}
      heading={pair}
      verdict={verdictNow(review)}
      within={[
        { name: 'Fleet', href: href.fleet() },
        { name: group, href: href.group(group) },
      ]}
      actions={
        <a class="button" href={href.report(group)}>
          Report<span class="visually-hidden"> on {group}</span>
        </a>
      }
    >
      {isNoPair(review) ? <NoPair group={group} pair={pair} /> : <Pair route={route} review={review} checks={checks} />}
    </Page>
  );
}

/** For the window's title: what was last heard is no verdict of now. */
function verdictNow(review: Resource<PairReview>): Verdict | null | undefined {
  if (review.state === 'loading') return undefined;
  return review.state === 'failed' || review.isStale ? null : review.value.verdict;
}

interface PairProps {
  readonly route: PairRoute;
  readonly review: Resource<PairReview>;
  readonly checks: Resource<PairChecks>;
}

function Pair({ route, review, checks }: PairProps) {
  const { group, pair } = route;
  return (
    <>
      <Showing of={review} what={`pair ${pair}`} lines={8}>
        {(shown, { isStale }) => (
          <>
            <PairHead review={shown} isStale={isStale} />
            <PairFindings review={shown} isStale={isStale} checks={checks} route={route} again={review.again} />
          </>
        )}
      </Showing>
      <PairChecksTable group={group} pair={pair} checks={checks} gap={route.query.gap ?? null} />
      <GateLine group={group} />
    </>
  );
}

const isNoPair = (review: Resource<PairReview>): boolean => review.state === 'failed' && review.error.status === 404;

function NoPair({ group, pair }: { readonly group: string; readonly pair: string }) {
  return (
    <Notice kind="warn" title={`There is no pair ${pair} in ${group} at present`} isUrgent>
      <p>
        It may have left the fleet, or it is called otherwise. What the group has is in <a href={href.group(group)}>{group}</a>; what was
        known of it before, in <a href={href.report(group)}>the report on {group}</a>.
      </p>
    </Notice>
  );
}
