// A standby beside its primary.
import { Page } from '../parts/page.tsx';
import type { PairRoute } from '../shell/routes.ts';

export const PairView = ({ route }: { readonly route: PairRoute }) => <Page title={route.group}>{null}</Page>;
