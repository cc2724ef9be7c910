// The whole fleet: which groups could take over now, which could not, and why not.
import type { Matrix } from '../../contract/matrix.ts';
import { addressOf } from '../api/ask.ts';
import { useResource } from '../api/resource.ts';
import { Page } from '../parts/page.tsx';
import { Showing } from '../parts/showing.tsx';
import { Verdict } from '../parts/verdict.tsx';
import type { FleetRoute } from '../shell/routes.ts';

export function FleetView({ route: _ }: { readonly route: FleetRoute }) {
  const matrix = useResource<Matrix>(addressOf('v1/matrix'));
  return (
    <Page title="Fleet">
      <Showing of={matrix} what="the fleet">
        {({ verdict }) => <Verdict verdict={verdict} />}
      </Showing>
    </Page>
  );
}
