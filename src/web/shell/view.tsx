// The view of a route. What the first look does not need is loaded when it is gone to.
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { FleetView } from '../fleet/fleet-view.tsx';
import { Button } from '../parts/button.tsx';
import { Notice } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { Skeleton } from '../parts/skeleton.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import { href, type Route, withQuery } from './routes.ts';

export const View = ({ route }: { readonly route: Route }) => (
  <ErrorBoundary view={withQuery({ ...route, query: {} }, {})}>
    <ViewOf route={route} />
  </ErrorBoundary>
);

function ViewOf({ route }: { readonly route: Route }) {
  switch (route.kind) {
    case 'fleet':
      return <FleetView route={route} />;
    case 'group':
      return <Lazy load={groupView} props={{ route }} name={route.group} key="group" />;
    case 'pair':
      return <Lazy load={pairView} props={{ route }} name={route.pair} key="pair" />;
    case 'check':
      return <Lazy load={checkView} props={{ route }} name={route.check} key="check" />;
    case 'report':
      return <Lazy load={reportView} props={{ route }} name={route.group} key="report" />;
    case 'unknown':
      return <Nowhere path={route.path} />;
  }
}

const groupView = async () => (await import('../group/group-view.tsx')).GroupView;
const pairView = async () => (await import('../pair/pair-view.tsx')).PairView;
const checkView = async () => (await import('../check/check-view.tsx')).CheckView;
const reportView = async () => (await import('../report/report-view.tsx')).ReportView;

interface LazyProps<P> {
  readonly load: () => Promise<ComponentType<P>>;
  readonly props: P;
  /** Of what is shown: the title until the view says its own. */
  readonly name: string;
}

function Lazy<P extends { readonly route: Route }>({ load, props, name }: LazyProps<P>) {
  const [loaded, setLoaded] = useState<{ readonly View: ComponentType<P> } | 'failed' | null>(null);
  const begin = (): void => {
    setLoaded(null);
    load().then(
      (View) => setLoaded({ View }),
      () => setLoaded('failed'),
    );
  };
  useEffect(begin, [load]);
  if (loaded !== null && loaded !== 'failed') return <loaded.View {...props} key={withQuery({ ...props.route, query: {} }, {})} />;
  return (
    <Page title={name}>
      {loaded === null ? (
        <Skeleton what="this view" lines={6} />
      ) : (
        <Notice kind="warn" title="This view could not be loaded" isUrgent>
          <p>The collector does not answer, or it was updated since this page was opened.</p>
          <p>
            <Button onClick={begin}>Try again</Button> <Button onClick={() => location.reload()}>Load the page again</Button>
          </p>
        </Notice>
      )}
    </Page>
  );
}

const Nowhere = ({ path }: { readonly path: string }) => (
  <Page title="Nothing stands here">
    <p>
      There is no view at <code>{path}</code>. <a href={href.fleet()}>To the fleet</a>
    </p>
  </Page>
);
