// One group: what it is now, how each gap of each pair stands, what became of it, what was accepted, and what the gate answered.
import type { GroupRows } from '../../contract/matrix.ts';
import { groupAnswer, tenseOf } from '../fleet/answer.ts';
import { GroupSummary } from '../fleet/group-summary.tsx';
import { MatrixGrid } from '../fleet/matrix-grid.tsx';
import { useMatrix } from '../fleet/use-matrix.ts';
import { Empty } from '../parts/empty.tsx';
import { Page } from '../parts/page.tsx';
import { Showing } from '../parts/showing.tsx';
import { type GroupRoute, href, momentOf } from '../shell/routes.ts';
import { GatePart } from './gate-part.tsx';
import { PastPart } from './past-part.tsx';
import { WaiversPart } from './waivers-part.tsx';
import './group-view.css';

export function GroupView({ route }: { readonly route: GroupRoute }) {
  const at = momentOf(route);
  const { group } = route;
  const matrix = useMatrix(at, group);
  const rows = matrix.state === 'shown' ? matrix.value.groups.find((one) => one.group === group) : undefined;
  const isPast = matrix.state === 'shown' && matrix.value.moment !== null;
  return (
    <Page
      title={group}
      verdict={rows?.verdict}
      heading={rows === undefined ? group : groupAnswer(rows, tenseOf(isPast, matrix.state === 'shown' && matrix.isStale))}
      within={[{ name: 'Fleet', href: href.fleet({ at }) }]}
      actions={
        <a class="button" href={href.report(group, { at })}>
          Report
        </a>
      }
    >
      <Showing of={matrix} what={`the group ${group}`} lines={6}>
        {(value) => (rows === undefined ? <NoSuchGroup group={group} isPast={isPast} /> : <Now rows={rows} moment={value.moment} />)}
      </Showing>
      <PastPart group={group} moment={at} />
      {at === null && <WaiversPart group={group} />}
      {at === null && <GatePart group={group} />}
    </Page>
  );
}

const Now = ({ rows, moment }: { readonly rows: GroupRows; readonly moment: number | null }) => (
  <div class="group-now">
    <GroupSummary rows={rows} moment={moment} />
    {rows.pairs.length === 0 ? (
      <Empty title="This group has no pair, so that nothing is judged" />
    ) : (
      <MatrixGrid groups={[rows]} moment={moment} label={`Pairs of ${rows.group}, and how each gap stands`} isOfOneGroup />
    )}
  </div>
);

const NoSuchGroup = ({ group, isPast }: { readonly group: string; readonly isPast: boolean }) => (
  <Empty title={isPast ? `Nothing is known of ${group} at that moment` : `There is no group ${group} at present`}>
    It may have another name, or have left the fleet: what is kept of it stands below.
  </Empty>
);
