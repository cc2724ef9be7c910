// One check of a pair over time: when it looked and what that came to on both sides, what became other, and its numbers.
import { useMemo } from 'preact/hooks';
import type { NodeView } from '../../contract/fleet.ts';
import type { PairChecks } from '../../contract/pair-checks.ts';
import { addressOf } from '../api/ask.ts';
import { type Resource, useResource } from '../api/resource.ts';
import { duration } from '../format/durations.ts';
import { sentence } from '../format/sentence.ts';
import { Notice } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { Showing } from '../parts/showing.tsx';
import { setQuery } from '../shell/router.ts';
import { type CheckRoute, href } from '../shell/routes.ts';
import { lookRows } from './look-rows.ts';
import { lookSpans, type Range, turns } from './look-spans.ts';
import { LookStrips } from './look-strips.tsx';
import { LookTable } from './look-table.tsx';
import { useMovingRange } from './moving-range.ts';
import { ReadingsSection } from './readings-section.tsx';
import { SideTabs } from './side-tabs.tsx';
import { SpanChooser, spanOf } from './span-chooser.tsx';
import { type Side, type SideHistory, useHistory } from './use-history.ts';
import './check-view.css';

export function CheckView({ route }: { readonly route: CheckRoute }) {
  const { group, pair, check, query } = route;
  const checks = useResource<PairChecks>(addressOf(`v1/pairs/${encodeURIComponent(group)}/${encodeURIComponent(pair)}/checks`), { group });
  const known = checks.state === 'shown' ? checks.value.checks.find((one) => one.check === check) : undefined;
  return (
    <Page
      title={`${known === undefined ? check : `${known.title} (${check})`} · ${pair} · ${group}`}
      heading={known === undefined || known.title === check ? check : <Heading title={known.title} check={check} />}
      within={[
        { name: 'Fleet', href: href.fleet() },
        { name: group, href: href.group(group) },
        { name: pair, href: href.pair(group, pair) },
      ]}
    >
      <CheckHistory key={`${group} ${pair} ${check}`} route={route} staleAfterMs={staleAfterOf(checks, check)} query={query} />
    </Page>
  );
}

const Heading = ({ title, check }: { readonly title: string; readonly check: string }) => (
  <>
    {title} <span class="check-id">{check}</span>
  </>
);

/** Of a check that nobody has any more, or while that is being asked for: the longest that any check of ours may take is hours. */
const staleAfterMsUnknown = 2 * 3_600_000;

function staleAfterOf(checks: Resource<PairChecks>, check: string): Readonly<Record<Side, number>> {
  const found = checks.state === 'shown' ? checks.value.checks.find((one) => one.check === check) : undefined;
  const of = (side: Side): number => found?.[side]?.staleAfterMs ?? staleAfterMsUnknown;
  return { standby: of('standby'), primary: of('primary') };
}

interface CheckHistoryProps {
  readonly route: CheckRoute;
  readonly staleAfterMs: Readonly<Record<Side, number>>;
  readonly query: CheckRoute['query'];
}

/** A minute is a pixel of a day. */
const rangeEveryMs = 60_000;
/** Each time agents are asked for all readings of the stretch: a few pixels of it, and at most once a minute. */
const readingsEveryMs = (spanMs: number): number => Math.max(60_000, spanMs / 500);

function CheckHistory({ route, staleAfterMs, query }: CheckHistoryProps) {
  const span = spanOf(query.span);
  const range = useMovingRange(span.ms, rangeEveryMs);
  const readingsRange = useMovingRange(span.ms, readingsEveryMs(span.ms));
  const histories = { standby: useHistory(route, 'standby', range.from), primary: useHistory(route, 'primary', range.from) };
  const side: Side = query.side === 'primary' ? 'primary' : 'standby';
  const seen = useMemo(
    () => ({
      standby: seenOf(histories.standby, staleAfterMs.standby, range),
      primary: seenOf(histories.primary, staleAfterMs.primary, range),
    }),
    [rowsKey(histories.standby), rowsKey(histories.primary), staleAfterMs.standby, staleAfterMs.primary, range],
  );
  const spans = useMemo(() => ({ standby: seen.standby?.spans ?? [], primary: seen.primary?.spans ?? [] }), [seen]);
  const sides = (['standby', 'primary'] as const).filter((one) => seen[one] !== null);
  const open = openOf(query.look);
  const select = (on: Side, seq: number | null): void => setQuery({ side: on, look: seq });
  const { newest, olderError, isAsking } = histories[side];
  const nameOf = useNames(route, histories);
  return (
    <div class="check-view">
      <section class="check-looks" aria-labelledby="looks-title">
        <div class="check-head">
          <h2 id="looks-title">Looks</h2>
          <SpanChooser chosen={span.id} onChoose={(id) => setQuery({ span: id })} />
        </div>
        {sides.length > 0 && (
          <div class="showing" data-stale={sides.some((one) => isStale(histories[one]))}>
            <LookStrips
              sides={sides.map((one) => ({ side: one, name: nameOf(one), spans: spans[one], turnedAt: seen[one]!.turnedAt }))}
              range={range}
              selected={{ side, seq: open }}
              onSelect={select}
            />
          </div>
        )}
        <SideTabs side={side} onChoose={(on) => setQuery({ side: on, look: null })}>
          <Clock history={histories[side]} />
          {olderError !== null && (
            <Notice kind="warn" title="Older looks could not be asked for">
              {sentence(olderError.detail === '' ? olderError.title : olderError.detail)}
            </Notice>
          )}
          <Showing of={newest} what={`the history of the ${side}`} lines={8}>
            {() => (
              <LookTable
                caption={`Looks of ${route.check} on the ${side}, newest first`}
                rows={seen[side]?.table ?? []}
                open={open}
                onOpen={(seq) => select(side, seq)}
              />
            )}
          </Showing>
          {isAsking && <p class="quiet">Asking for older looks …</p>}
        </SideTabs>
      </section>
      {sides.length > 0 && <ReadingsSection named={route} range={readingsRange} sides={sides} spans={spans} />}
    </div>
  );
}

/** Who stands on a side; null while that is not known. */
function useNames({ group, pair }: CheckRoute, histories: Readonly<Record<Side, SideHistory>>): (side: Side) => string | null {
  const nodes = useResource<{ readonly nodes: readonly NodeView[] }>(addressOf('v1/nodes', { group, pair }), { group });
  const told = nodes.state === 'shown' ? nodes.value.nodes : [];
  return (side) => {
    const { newest } = histories[side];
    return newest.state === 'shown' ? (told.find(({ target }) => target === newest.value.target)?.name ?? null) : null;
  };
}

const isStale = ({ newest }: SideHistory): boolean => newest.state === 'shown' && newest.isStale;

/** Another one whenever a row came or moved. */
function rowsKey({ known }: SideHistory): string | null {
  const last = known?.rows.at(-1);
  return known === null ? null : `${known.rows.length} ${last?.seq} ${last?.lastAt} ${known.isWhole}`;
}

function seenOf({ known }: SideHistory, staleAfterMs: number, range: Range) {
  if (known === null) return null;
  const { rows } = known;
  const spans = lookSpans({ ...known, staleAfterMs }, range);
  return { rows, spans, table: lookRows(spans, known), turnedAt: turns(rows, range).map(({ firstAt }) => firstAt) };
}

const openOf = (asked: string | undefined): number | null => (/^\d{1,15}$/.test(asked ?? '') ? Number(asked) : null);

/** Less than a person sees on the strip. */
const clockMsMin = 2_000;

function Clock({ history: { newest } }: { readonly history: SideHistory }) {
  const offsetMs = newest.state === 'shown' ? newest.value.clockOffsetMs : 0;
  if (offsetMs === null) return <p class="quiet">How far this node’s clock is off has not been measured: times are as it told them.</p>;
  if (Math.abs(offsetMs) < clockMsMin) return null;
  const way = offsetMs > 0 ? 'ahead of' : 'behind';
  return (
    <p class="quiet">
      This node’s clock is {duration(Math.abs(offsetMs))} {way} the collector’s; times are by the collector’s.
    </p>
  );
}
