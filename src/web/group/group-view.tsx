// One group: what it is now and what became of it.
import { Page } from '../parts/page.tsx';
import { type GroupRoute, href } from '../shell/routes.ts';

export const GroupView = ({ route }: { readonly route: GroupRoute }) => (
  <Page title={route.group} within={[{ name: 'Fleet', href: href.fleet() }]}>
    {null}
  </Page>
);
