// What a group comes to: the verdict large, since when, what stands behind it, how it was, and until when it holds.
import type { ComponentChildren } from 'preact';
import type { GroupRows, StretchShare } from '../../contract/matrix.ts';
import { listed } from '../format/counts.ts';
import { duration, percent } from '../format/durations.ts';
import { absolute } from '../format/times.ts';
import { Time } from '../parts/time.tsx';
import { Verdict } from '../parts/verdict.tsx';
import { foundOf } from './answer.ts';
import { forecastTold } from './forecast-words.ts';
import { GroupStrip } from './group-strip.tsx';
import { Since } from './since.tsx';
import { Troubled } from './troubled.tsx';
import './group-summary.css';

interface GroupSummaryProps {
  readonly rows: GroupRows;
  /** Null for now. */
  readonly moment: number | null;
  /** Its name as a link, where it stands among others. */
  readonly name?: ComponentChildren;
}

/** Of the strip, which is as long as the first share. */
const stripDays = 30;

export function GroupSummary({ rows, moment, name }: GroupSummaryProps) {
  const { verdict, since, asOf, counts, shares, forecast } = rows;
  const found = foundOf(counts);
  const told = forecastTold(verdict, forecast);
  return (
    <div class="group-summary" data-state={verdict ?? 'none'}>
      <div class="group-summary-verdict">
        {name}
        <Verdict verdict={verdict} />
        <Troubled pairs={rows.pairs} />
      </div>
      <div class="group-summary-facts">
        <dl class="group-summary-list">
          <Fact term="Since" more={since === null ? '' : absolute(since)}>
            {since === null ? 'not known' : <Since since={since} moment={moment} />}
          </Fact>
          {moment === null && (
            <Fact term="As of" means="The oldest of the newest looks that the verdict rests on" more="">
              {asOf === null ? 'not looked yet' : <Time at={asOf} />}
            </Fact>
          )}
          <Fact term="Open" more={listed(found.slice(1), found.length)}>
            {found[0] ?? (verdict === 'ready' ? 'nothing' : 'not known')}
          </Fact>
          {moment === null && (
            <Fact term={told.label} more={told.because} isWide>
              {told.value}
            </Fact>
          )}
        </dl>
        <div class="group-summary-past">
          <dl class="group-summary-list">
            {shares.map((share) => (
              <Fact key={share.days} term={`Ready, ${share.days} days`} more={unwatched(share)}>
                {percent(share.readyMs, share.ofMs)}
              </Fact>
            ))}
          </dl>
          <div class="group-summary-strip">
            <GroupStrip group={rows.group} moment={moment} days={stripDays} />
            <p class="group-summary-more">{moment === null ? `last ${stripDays} days` : `${stripDays} days before`}</p>
          </div>
        </div>
      </div>
    </div>
  );
}

interface FactProps {
  readonly term: string;
  readonly more: string;
  /** What the term means, where it does not say it itself. */
  readonly means?: string;
  readonly isWide?: boolean;
  readonly children: ComponentChildren;
}

const Fact = ({ term, more, means, isWide = false, children }: FactProps) => (
  <div class="group-summary-fact" data-wide={isWide}>
    <dt title={means}>{term}</dt>
    <dd>
      {children}
      {more !== '' && <span class="group-summary-more">{more}</span>}
    </dd>
  </div>
);

/** The share is of the whole stretch: what nobody watched was not seen to be ready. */
function unwatched({ ofMs, unwatchedMs }: StretchShare): string {
  if (unwatchedMs === 0) return '';
  const watchedMs = ofMs - unwatchedMs;
  if (watchedMs <= 0) return 'nobody watched';
  return watchedMs < unwatchedMs ? `watched for ${duration(watchedMs)} only` : `${duration(unwatchedMs)} not watched`;
}
