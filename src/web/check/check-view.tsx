// What one check saw over time.
import { Page } from '../parts/page.tsx';
import type { CheckRoute } from '../shell/routes.ts';

export const CheckView = ({ route }: { readonly route: CheckRoute }) => <Page title={route.group}>{null}</Page>;
