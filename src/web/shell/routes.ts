// The views and their addresses, behind the # so that any path may stand before it. Pure.

/** What a view is told besides its names, as it stands after the `?`. */
export type ViewQuery = Readonly<Record<string, string>>;

interface Asked {
  readonly query: ViewQuery;
}

export interface FleetRoute extends Asked {
  readonly kind: 'fleet';
}

export interface GroupRoute extends Asked {
  readonly kind: 'group';
  readonly group: string;
}

export interface PairRoute extends Asked {
  readonly kind: 'pair';
  readonly group: string;
  readonly pair: string;
}

export interface CheckRoute extends Asked {
  readonly kind: 'check';
  readonly group: string;
  readonly pair: string;
  readonly check: string;
}

export interface ReportRoute extends Asked {
  readonly kind: 'report';
  readonly group: string;
}

/** Nothing stands at this address. */
export interface UnknownRoute extends Asked {
  readonly kind: 'unknown';
  readonly path: string;
}

export type Route = FleetRoute | GroupRoute | PairRoute | CheckRoute | ReportRoute | UnknownRoute;

export function routeOf(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#?\/?/, '').split(/\?(.*)/s);
  const query: ViewQuery = Object.fromEntries(new URLSearchParams(search));
  const names = decoded(path.split('/').filter((part) => part !== ''));
  if (names === null) return { kind: 'unknown', path, query };
  const [view, group, pair, check, ...more] = names;
  if (view === undefined) return { kind: 'fleet', query };
  if (more.length === 0 && group !== undefined) {
    if (view === 'group' && pair === undefined) return { kind: 'group', group, query };
    if (view === 'report' && pair === undefined) return { kind: 'report', group, query };
    if (view === 'pair' && pair !== undefined && check === undefined) return { kind: 'pair', group, pair, query };
    if (view === 'check' && pair !== undefined && check !== undefined) return { kind: 'check', group, pair, check, query };
  }
  return { kind: 'unknown', path, query };
}

/** Null where somebody typed a % that encodes nothing. */
function decoded(parts: readonly string[]): readonly string[] | null {
  try {
    return parts.map(decodeURIComponent);
  } catch {
    return null;
  }
}

/** A member that is null is left out. */
export type QueryChange = Readonly<Record<string, string | number | null>>;

function address(parts: readonly string[], query: QueryChange): string {
  const given = Object.entries(query).flatMap(([name, value]) => (value === null ? [] : [[name, String(value)]]));
  const search = new URLSearchParams(given).toString();
  return `#/${parts.map(encodeURIComponent).join('/')}${search === '' ? '' : `?${search}`}`;
}

/** Addresses for links. */
export const href = {
  fleet: (query: QueryChange = {}): string => address([], query),
  group: (group: string, query: QueryChange = {}): string => address(['group', group], query),
  pair: (group: string, pair: string, query: QueryChange = {}): string => address(['pair', group, pair], query),
  check: (group: string, pair: string, check: string, query: QueryChange = {}): string => address(['check', group, pair, check], query),
  report: (group: string, query: QueryChange = {}): string => address(['report', group], query),
} as const;

/** The same view, told something else. */
export function withQuery(route: Route, change: QueryChange): string {
  const query = { ...route.query, ...change };
  switch (route.kind) {
    case 'fleet':
      return href.fleet(query);
    case 'group':
      return href.group(route.group, query);
    case 'pair':
      return href.pair(route.group, route.pair, query);
    case 'check':
      return href.check(route.group, route.pair, route.check, query);
    case 'report':
      return href.report(route.group, query);
    case 'unknown':
      return address(route.path.split('/'), query);
  }
}

/** The moment that a view shows, of those that can show the past; null for now. */
export function momentOf(route: Route): number | null {
  return knowsPast(route) ? atOf(route) : null;
}

/** The moment that was shown where a link led here, of views that show the present only; null where it was the present. */
export function cameFrom(route: Route): number | null {
  return knowsPast(route) || route.kind === 'unknown' ? null : atOf(route);
}

const knowsPast = ({ kind }: Route): boolean => kind === 'fleet' || kind === 'group';

const atOf = ({ query: { at = '' } }: Route): number | null => (/^\d{1,15}$/.test(at) ? Number(at) : null);

/** Two addresses of one view: what it is told may differ, and nobody has gone elsewhere. */
export const isSameView = (one: Route, other: Route): boolean =>
  withQuery({ ...one, query: {} }, {}) === withQuery({ ...other, query: {} }, {});
