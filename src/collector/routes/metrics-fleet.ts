// Groups, pairs and findings as Prometheus counts them.
import { countOf, type Verdict, verdicts } from '../../contract/finding.ts';
import type { GroupReview, PairReview } from '../../contract/fleet.ts';
import { gapIds } from '../../contract/gap.ts';
import { severities } from '../../contract/rule.ts';
import type { StandingFinding } from '../../contract/standing.ts';
import type { Metric, Sample } from '../../daemon/metrics-text.ts';
import { isCounted, sumOfCounts } from '../../judge/verdict.ts';

type Labels = Sample['labels'];

/** Of the fleet as a whole: always there, however large it is. */
export function wholeMetrics(groups: readonly GroupReview[]): readonly Metric[] {
  const pairs = groups.flatMap((group) => group.pairs);
  const { waived, pending, blindSpots } = sumOfCounts(groups.map(({ counts }) => counts));
  const counted = pairs.flatMap(({ findings }) => findings.filter(isCounted));
  return [
    gauge('understudy_collector_groups', 'Groups of the whole fleet, by verdict.', byVerdict(groups, {})),
    gauge('understudy_collector_pairs', 'Pairs of the whole fleet, by verdict.', byVerdict(pairs, {})),
    gauge('understudy_collector_findings', 'Findings of the whole fleet that count, by gap and severity.', byGap(counted, {})),
    gauge('understudy_collector_findings_waived', 'Findings of the whole fleet that somebody accepted.', one(waived)),
    gauge('understudy_collector_findings_pending', 'Findings of the whole fleet that wait to be confirmed.', one(pending)),
    gauge('understudy_collector_blind_spots', 'Required things of the whole fleet that cannot be judged.', one(blindSpots)),
  ];
}

export function groupMetrics(groups: readonly GroupReview[]): readonly Metric[] {
  const each = (value: (group: GroupReview) => number | null): readonly Sample[] =>
    groups.flatMap((group) => sample({ group: group.group }, value(group)));
  return [
    gauge(
      'understudy_fleet_verdict',
      '1 for the verdict of a group that holds.',
      groups.flatMap(({ group, verdict }) => oneHot({ group }, verdict)),
    ),
    gauge(
      'understudy_fleet_verdict_since_timestamp_seconds',
      'Since when the verdict of a group holds.',
      each(({ since }) => since / 1_000),
    ),
    gauge(
      'understudy_fleet_judged_timestamp_seconds',
      'When the pair of a group that was judged longest ago was judged.',
      each(({ judgedAt }) => judgedAt / 1_000),
    ),
    gauge(
      'understudy_fleet_seen_timestamp_seconds',
      'When the oldest look that the verdict of a group rests on was taken; absent where one never was.',
      each(({ asOf }) => seconds(asOf)),
    ),
    gauge(
      'understudy_fleet_pairs',
      'Pairs of a group, by verdict.',
      groups.flatMap(({ group, pairs }) => byVerdict(pairs, { group })),
    ),
    gauge(
      'understudy_fleet_findings',
      'Findings of a group that count, by gap and severity.',
      groups.flatMap(({ group, pairs }) =>
        byGap(
          pairs.flatMap(({ findings }) => findings.filter(isCounted)),
          { group },
        ),
      ),
    ),
    gauge(
      'understudy_fleet_findings_waived',
      'Findings of a group that somebody accepted.',
      each(({ counts }) => counts.waived),
    ),
    gauge(
      'understudy_fleet_findings_pending',
      'Findings of a group that wait to be confirmed.',
      each(({ counts }) => counts.pending),
    ),
    gauge(
      'understudy_fleet_blind_spots',
      'Required things of a group that cannot be judged.',
      each(({ counts }) => counts.blindSpots),
    ),
  ];
}

export function pairMetrics(pairs: readonly PairReview[]): readonly Metric[] {
  const each = (value: (pair: PairReview) => number | null): readonly Sample[] =>
    pairs.flatMap((pair) => sample({ group: pair.group, pair: pair.pair }, value(pair)));
  return [
    gauge(
      'understudy_pair_verdict',
      '1 for the verdict of a pair that holds.',
      pairs.flatMap(({ group, pair, verdict }) => oneHot({ group, pair }, verdict)),
    ),
    gauge(
      'understudy_pair_seen_timestamp_seconds',
      'When the oldest look at the standby that its verdict rests on was taken; absent where one never was.',
      each(({ asOf }) => seconds(asOf)),
    ),
    gauge(
      'understudy_pair_primary_seen_timestamp_seconds',
      'The same of the primary.',
      each(({ primaryAsOf }) => seconds(primaryAsOf)),
    ),
    gauge(
      'understudy_pair_twin_left_timestamp_seconds',
      'When the snapshot of the primary was last left on the standby; absent where it never was.',
      each(({ twin }) => seconds(twin.leftAt)),
    ),
  ];
}

export const gauge = (name: string, help: string, samples: readonly Sample[]): Metric => ({ name, type: 'gauge', help, samples });

export const one = (value: number): readonly Sample[] => [{ labels: {}, value }];

export const seconds = (ms: number | null): number | null => (ms === null ? null : ms / 1_000);

/** Null is no sample: a zero would be a value. */
export const sample = (labels: Labels, value: number | null): readonly Sample[] => (value === null ? [] : [{ labels, value }]);

const oneHot = (labels: Labels, holds: Verdict): readonly Sample[] =>
  verdicts.map((verdict) => ({ labels: { ...labels, verdict }, value: verdict === holds ? 1 : 0 }));

const byVerdict = (all: readonly { readonly verdict: Verdict }[], labels: Labels): readonly Sample[] =>
  verdicts.map((verdict) => ({ labels: { ...labels, verdict }, value: all.filter((each) => each.verdict === verdict).length }));

const byGap = (counted: readonly StandingFinding[], labels: Labels): readonly Sample[] =>
  gapIds.flatMap((gap) =>
    severities.map((severity) => ({
      labels: { ...labels, gap, severity },
      value: countOf(
        counted.filter((finding) => finding.gap === gap),
        severity,
      ),
    })),
  );
