// The whole fleet: which groups could take over, which could not, and how each gap of each pair stands.
import { useMemo } from 'preact/hooks';
import type { GroupRows, Matrix } from '../../contract/matrix.ts';
import { Empty } from '../parts/empty.tsx';
import { Page } from '../parts/page.tsx';
import { Showing } from '../parts/showing.tsx';
import { setQuery } from '../shell/router.ts';
import { type FleetRoute, momentOf } from '../shell/routes.ts';
import { fleetAnswer, tenseOf } from './answer.ts';
import { EmptyFleet } from './empty-fleet.tsx';
import { countsByVerdict, filtered, filterOf, queryOf } from './filter.ts';
import { FilterBar } from './filter-bar.tsx';
import { LeftOut } from './left-out.tsx';
import { MatrixGrid } from './matrix-grid.tsx';
import { Obstacles } from './obstacles.tsx';
import { Troubled } from './troubled.tsx';
import { useMatrix } from './use-matrix.ts';

export function FleetView({ route }: { readonly route: FleetRoute }) {
  const at = momentOf(route);
  const matrix = useMatrix(at);
  const answer = matrix.state === 'shown' ? fleetAnswer(matrix.value.groups, tenseOf(matrix.value.moment !== null, matrix.isStale)) : null;
  return (
    <Page
      title="Fleet"
      heading={answer ?? 'Fleet'}
      verdict={matrix.state === 'shown' && matrix.value.groups.length > 0 ? matrix.value.verdict : undefined}
    >
      <Showing of={matrix} what="the fleet" lines={9}>
        {(value) => <Fleet matrix={value} route={route} />}
      </Showing>
    </Page>
  );
}

function Fleet({ matrix, route }: { readonly matrix: Matrix; readonly route: FleetRoute }) {
  const filter = useMemo(() => filterOf(route.query), [route.query]);
  const groups = useMemo(() => filtered(matrix.groups, filter), [matrix.groups, filter]);
  const counts = useMemo(() => countsByVerdict(matrix.groups), [matrix.groups]);
  const pairsOf = (among: readonly GroupRows[]): number => among.reduce((sum, group) => sum + group.pairs.length, 0);
  return (
    <div class="fleet">
      <Obstacles groups={matrix.groups} moment={matrix.moment} />
      {matrix.groups.length > 1 && <Troubled pairs={matrix.groups.flatMap(({ pairs }) => pairs)} />}
      <LeftOut unassigned={matrix.unassigned} problems={matrix.problems} />
      {matrix.groups.length === 0 ? (
        <EmptyFleet isPast={matrix.moment !== null} />
      ) : (
        <>
          <FilterBar
            filter={filter}
            onFilter={(next) => setQuery(queryOf(next))}
            counts={counts}
            shown={pairsOf(groups)}
            all={pairsOf(matrix.groups)}
          />
          {groups.length === 0 ? (
            <Empty title="No pair fits">Another text or another verdict may find it.</Empty>
          ) : (
            <MatrixGrid groups={groups} moment={matrix.moment} label="Pairs under their groups, and how each gap stands" />
          )}
        </>
      )}
    </div>
  );
}
