// Judges where packets go: tables of one name, and those that twin subnets use.
import type { Draft, PairedContext, PairedRule, Severity } from '../../contract/rule.ts';
import { comparisonOf } from './comparison.ts';
import { doorPairs } from './doors.ts';
import type { Facts, RouteTable, SeenVnic } from './facts.ts';
import { pairUp } from './pair-up.ts';
import { routeRemedy, serviceLabel } from './remedy-routes.ts';
import { type RouteChange, routeChanges, routesOf, type VnicNames } from './routes.ts';
import { isListWhole } from './rules-unseen.ts';
import type { Settings } from './settings.ts';
import type { Side } from './side.ts';
import type { Network } from './units.ts';

type Rule = PairedRule<Facts, Settings>;

interface TablePair {
  readonly standby: RouteTable;
  readonly primary: RouteTable;
  /** A subnet of the standby that uses this one although another stands for the primary's. */
  readonly misled?: { readonly subnetId: string; readonly namesake: RouteTable };
}

function tablesOf(network: Network) {
  const { sides, subnets } = network;
  const { standby, primary } = sides;
  const named = pairUp(standby.facts.routeTables, primary.facts.routeTables, { standby: standby.keyOf, primary: primary.keyOf });
  const find = (facts: Facts, id: string | null): RouteTable | undefined => facts.routeTables.find((table) => table.id === id);
  const used: TablePair[] = subnets.pairs.flatMap((pair): readonly TablePair[] => {
    const mine = find(standby.facts, pair.standby.routeTableId);
    const theirs = find(primary.facts, pair.primary.routeTableId);
    if (mine === undefined || theirs === undefined) return [];
    const namesake = named.pairs.find(({ primary: table }) => table === theirs)?.standby;
    const misled = namesake === undefined || namesake === mine ? {} : { misled: { subnetId: pair.standby.id, namesake } };
    return [{ standby: mine, primary: theirs, ...misled }];
  });
  used.push(...ownTables(network), ...ingressTables(network));
  const isUsed = (table: RouteTable): boolean => used.some((pair) => pair.standby === table || pair.primary === table);
  const alone = named.pairs.filter((pair) => !isUsed(pair.standby) || !isUsed(pair.primary));
  const pairs = new Map<string, TablePair>([...used, ...alone].map((pair) => [`${pair.standby.id} ${pair.primary.id}`, pair]));
  return {
    pairs: [...pairs.values()],
    missing: named.onlyPrimary.filter((table) => !isUsed(table)),
    ambiguous: [...named.ambiguous].filter((key) =>
      primary.facts.routeTables.some((table) => primary.keyOf(table) === key && !isUsed(table)),
    ),
  };
}

const tableIn = ({ facts }: Side, id: string | null): RouteTable | undefined => facts.routeTables.find((table) => table.id === id);

const together = (standby: RouteTable | undefined, primary: RouteTable | undefined): readonly TablePair[] =>
  standby === undefined || primary === undefined ? [] : [{ standby, primary }];

/** A VNIC may go by a table of its own, whatever its subnet uses. */
function ownTables({ sides, machines }: Network): readonly TablePair[] {
  const tableOf = (side: Side, vnic: SeenVnic): RouteTable | undefined =>
    tableIn(side, vnic.routeTableId ?? side.facts.subnets.find(({ id }) => id === vnic.subnetId)?.routeTableId ?? null);
  return machines.vnics
    .filter(({ standby, primary }) => standby.routeTableId !== null || primary.routeTableId !== null)
    .flatMap((pair) => together(tableOf(sides.standby, pair.standby), tableOf(sides.primary, pair.primary)));
}

/** Of what comes in through gateways and DRGs. */
const ingressTables = ({ sides }: Network): readonly TablePair[] =>
  doorPairs(sides).flatMap(({ standby, primary }) =>
    together(tableIn(sides.standby, standby.routeTableId), tableIn(sides.primary, primary.routeTableId)),
  );

interface RouteRule {
  readonly code: string;
  readonly severity: Severity;
  readonly title: string;
  readonly why: string;
  readonly isTold: (change: RouteChange) => boolean;
}

const routeRule = ({ isTold, ...told }: RouteRule): Rule => ({
  ...told,
  kind: 'paired',
  remedy: routeRemedy,
  judge: (standby, primary, context: PairedContext<Settings>) => {
    const { network } = comparisonOf(standby, primary, context);
    const { sides } = network;
    return tablesOf(network).pairs.flatMap((pair) =>
      changesOf(network, pair)
        .filter(isTold)
        .map(({ kind, destination, expected, actual, target }) => ({
          subject: `${tableName(sides, pair)} ${destination} via ${target}`,
          expected,
          actual,
          with: {
            table: pair.standby.id,
            region: standby.region.name,
            destination: destination.includes('/') ? destination : serviceLabel(destination, standby),
            target,
            kind,
            ...otherTable(pair, network),
          },
        })),
    );
  },
});

const changesOf = ({ sides, machines }: Network, { standby, primary }: Pick<TablePair, 'standby' | 'primary'>): readonly RouteChange[] => {
  const vnics: VnicNames = new Map(
    machines.vnics.flatMap((pair) => [pair.standby.id, pair.primary.id].map((id) => [id, pair.primary.id] as const)),
  );
  return routeChanges(routesOf(sides.standby, standby, vnics), routesOf(sides.primary, primary, vnics));
};

/** Twin subnets may use tables of other names. */
function tableName({ standby, primary }: Network['sides'], pair: TablePair): string {
  const name = primary.called(pair.primary);
  return standby.nameOf(pair.standby) === primary.nameOf(pair.primary) ? name : `${name} (here ${standby.called(pair.standby)})`;
}

/** Mended by the table that is there, where that one is right. */
function otherTable({ primary, misled }: TablePair, network: Network): NonNullable<Draft['with']> {
  if (misled === undefined) return {};
  const { subnetId, namesake } = misled;
  const isRight = changesOf(network, { standby: namesake, primary }).length === 0;
  return isRight ? { subnet: subnetId, wanted: namesake.id } : {};
}

const routeMissing = routeRule({
  code: 'network/route-missing',
  severity: 'blocker',
  title: 'A route of the primary is missing at the standby',
  why: 'Packets take another way, mostly to the Internet, and are lost there without a word.',
  isTold: ({ kind }) => kind === 'missing',
});

const routeTarget = routeRule({
  code: 'network/route-target',
  severity: 'blocker',
  title: 'A route of the standby leads to a gateway of another kind than its primary’s',
  why: 'Private machines reach nothing through an Internet gateway, and what is meant for the data centre does not arrive through NAT.',
  isTold: ({ kind }) => kind === 'target',
});

const routeOut = routeRule({
  code: 'network/route-to-internet-here-only',
  severity: 'warning',
  title: 'The standby sends packets to an Internet gateway that the primary does not send there',
  why: 'Machines with a public address are then open to the Internet on one side only.',
  isTold: ({ kind, target }) => (kind === 'more' || kind === 'aside') && target === 'internetgateway',
});

const routeMore = routeRule({
  code: 'network/route-here-only',
  severity: 'note',
  title: 'The standby has a route that the primary has not',
  why: 'It may be what a standby needs, such as a way to its primary.',
  isTold: ({ kind, target }) => kind === 'more' && target !== 'internetgateway',
});

const routeAside = routeRule({
  code: 'network/route-aside-here-only',
  severity: 'warning',
  title: 'A route of the standby turns packets aside that the primary sends another way',
  why: 'It is narrower than the one that both sides have, and wins. What is behind the other way is then not reached.',
  isTold: ({ kind, target }) => kind === 'aside' && target !== 'internetgateway',
});

const tableRule = (code: string, severity: Severity, title: string, isTold: (facts: Facts, table: RouteTable) => boolean): Rule => ({
  code,
  kind: 'paired',
  severity,
  dependsOn: ['network/vcn-missing'],
  title,
  why: 'What it routes (a subnet’s traffic, a gateway’s or a DRG’s) takes another way here.',
  remedy: () => '# create it with the primary’s routes, or say under `names` of the fleet file which table stands for it',
  judge: (standby, primary, context) => {
    const { network } = comparisonOf(standby, primary, context);
    if (!isListWhole(standby, 'listRouteTables')) return [];
    return tablesOf(network)
      .missing.filter((table) => table.routes.length > 0 && isTold(primary, table))
      .map((table) => ({ subject: network.sides.primary.called(table), expected: 'a route table of this name', actual: 'there is none' }));
  },
});

const isOfSubnet = ({ subnets }: Facts, { id }: RouteTable): boolean =>
  subnets.length === 0 || subnets.some(({ routeTableId }) => routeTableId === id);

const tableMissing = tableRule(
  'network/route-table-missing',
  'blocker',
  'A route table of the primary’s subnets has no counterpart at the standby',
  isOfSubnet,
);

const tableOfNoSubnet = tableRule(
  'network/other-route-table-missing',
  'warning',
  'A route table of the primary, which no subnet uses, has no counterpart at the standby',
  (facts, table) => !isOfSubnet(facts, table),
);

const routeUnseen: Rule = {
  code: 'network/route-unseen',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'A route could not be read, or not be compared',
  why: 'Where its packets go is then not known.',
  remedy: () => '# see what the API answers: oci network route-table get, oci network private-ip get',
  judge: (standby, primary, context) => {
    const { network } = comparisonOf(standby, primary, context);
    const { pairs, ambiguous } = tablesOf(network);
    const several = ambiguous.map((key) => ({
      subject: key.slice(key.indexOf('/') + 1),
      expected: 'one route table of this name on each side',
      actual: 'there are several',
    }));
    return [...several, ...pairs.flatMap((pair) => [...hidden(pair.standby, ''), ...hidden(pair.primary, ' at the primary')])];
  },
};

const hidden = ({ name, routes, unread }: RouteTable, side: string): readonly Draft[] => [
  ...unread.map((text) => ({ subject: `${name}${side}`, expected: 'routes in a form that is known', actual: text })),
  ...routes.flatMap(({ destination, address }) =>
    typeof address === 'object' && address !== null
      ? [{ subject: `${name} ${destination}${side}`, expected: 'a private IP that can be read', actual: address.detail }]
      : [],
  ),
];

export const routeRules: readonly Rule[] = [
  routeMissing,
  routeTarget,
  routeOut,
  routeMore,
  routeAside,
  tableMissing,
  tableOfNoSubnet,
  routeUnseen,
];
