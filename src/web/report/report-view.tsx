// What an auditor is given of a group and a period.
import { Page } from '../parts/page.tsx';
import type { ReportRoute } from '../shell/routes.ts';

export const ReportView = ({ route }: { readonly route: ReportRoute }) => <Page title={route.group}>{null}</Page>;
