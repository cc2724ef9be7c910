// Where packets go: longest prefix match over both tables, compared at every address between two borders.
import { type Block, blockTexts, holds } from '../../formats/cidr.ts';
import { readOcid } from '../../formats/oci.ts';
import type { RouteFact, RouteTable } from './facts.ts';
import type { Side } from './side.ts';

export interface Route {
  /** In the standby's words. */
  readonly destination: string;
  readonly block: Block | null;
  /** `natgateway`, `drg`; `privateip 10.1.20.31`. */
  readonly target: string;
  /** Which VNIC a private IP lies on, as both sides call it; null for what is none, or none that stands for another. */
  readonly vnic: string | null;
  readonly isKnown: boolean;
}

/** What a VNIC and its twin are both called, by either's OCID. */
export type VnicNames = ReadonlyMap<string, string>;

export interface RouteChange {
  readonly kind: 'missing' | 'target' | 'more' | 'aside';
  readonly destination: string;
  readonly expected: string;
  readonly actual: string;
  readonly target: string;
}

export const routesOf = (side: Side, table: RouteTable, vnics: VnicNames): readonly Route[] =>
  table.routes.map((route) => ({ ...routeOf(side, route), vnic: vnics.get(route.vnicId ?? '') ?? null }));

function routeOf(side: Side, { destination, isService, target, address }: RouteFact): Omit<Route, 'vnic'> {
  const type = readOcid(target)?.type ?? target;
  const isSeen = typeof address === 'string' || address === null;
  const host = typeof address === 'string' ? side.block(address) : null;
  const told = { target: host === null ? type : `${type} ${blockTexts(host)[0]!.replace(/\/\d+$/, '')}`, isKnown: isSeen };
  const block = isService ? null : side.block(destination);
  return block === null
    ? { ...told, block: null, destination: side.service(destination) }
    : { ...told, block, destination: blockTexts(block).join(', ') };
}

export function routeChanges(standby: readonly Route[], primary: readonly Route[]): readonly RouteChange[] {
  return [...serviceChanges(standby, primary), ...blockChanges(standby, primary)];
}

const allServices = 'all-services-in-oracle-services-network';

function serviceChanges(standby: readonly Route[], primary: readonly Route[]): readonly RouteChange[] {
  const services = (routes: readonly Route[]) => routes.filter(({ block }) => block === null);
  const find = (routes: readonly Route[], label: string): Route | undefined =>
    services(routes).find(({ destination }) => destination === label) ??
    services(routes).find(({ destination }) => destination === allServices);
  const lost = services(primary).flatMap((route) => changeOf(route, find(standby, route.destination)));
  const more = services(standby).flatMap((route) => (find(primary, route.destination) === undefined ? [moreOf(route)] : []));
  return [...lost, ...more];
}

/** One of the addresses that a machine has besides its first may be any, as long as the machine is the one. */
const isSameTarget = (one: Route, other: Route): boolean => one.target === other.target || (one.vnic !== null && one.vnic === other.vnic);

const changeOf = (wanted: Route, got: Route | undefined): readonly RouteChange[] => {
  const { destination, target } = wanted;
  if (got !== undefined && (isSameTarget(got, wanted) || !got.isKnown || !wanted.isKnown)) return [];
  const expected = `via ${target}`;
  if (got === undefined) return [{ kind: 'missing', destination, expected, actual: 'no route', target }];
  const isSame = got.destination === destination;
  return [
    {
      kind: isSame ? 'target' : 'missing',
      destination,
      expected,
      actual: `via ${got.target}${isSame ? '' : ` (${got.destination})`}`,
      target,
    },
  ];
};

const moreOf = ({ destination, target }: Route): RouteChange => ({
  kind: 'more',
  destination,
  expected: 'no route',
  actual: `via ${target}`,
  target,
});

function blockChanges(standby: readonly Route[], primary: readonly Route[]): readonly RouteChange[] {
  const changes = new Map<string, RouteChange>();
  const families = [4, 6] as const;
  for (const family of families) {
    const of = (routes: readonly Route[]) => routes.filter(({ block }) => block?.family === family).sort(byWidth);
    const [mine, theirs] = [of(standby), of(primary)];
    for (const start of startsOf([...mine, ...theirs])) {
      const here: Block = { family, start, end: start };
      const got = mine.find(({ block }) => holds(block!, here));
      const wanted = theirs.find(({ block }) => holds(block!, here));
      for (const change of at(wanted, got)) changes.set(`${change.kind} ${change.destination} ${change.actual}`, change);
    }
  }
  return [...changes.values()];
}

function at(wanted: Route | undefined, got: Route | undefined): readonly RouteChange[] {
  if (wanted === undefined) return got === undefined ? [] : [moreOf(got)];
  // A narrower route of the standby alone turns packets aside that the primary sends on.
  const isAside = got !== undefined && width(got) < width(wanted) && !isSameTarget(got, wanted) && got.isKnown && wanted.isKnown;
  return isAside ? [{ ...moreOf(got), kind: 'aside', expected: `via ${wanted.target} (${wanted.destination})` }] : changeOf(wanted, got);
}

const width = ({ block }: Route): bigint => block!.end - block!.start;

/** The narrowest first. */
const byWidth = (a: Route, b: Route): number => (width(a) < width(b) ? -1 : width(a) > width(b) ? 1 : 0);

const startsOf = (routes: readonly Route[]): readonly bigint[] => [
  ...new Set(routes.flatMap(({ block }) => [block!.start, block!.end + 1n])),
];
