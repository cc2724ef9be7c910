// Judges where packets go: tables of one name, and those that twin subnets use.
import type { Draft, PairedContext, PairedRule, Severity } from '../../contract/rule.ts';
import { comparisonOf } from './comparison.ts';
import type { Facts, RouteTable } from './facts.ts';
import { pairUp } from './pair-up.ts';
import { type RouteChange, routeChanges, routesOf } from './routes.ts';
import { isListWhole } from './rules-unseen.ts';
import type { Settings } from './settings.ts';
import type { Network } from './units.ts';

type Rule = PairedRule<Facts, Settings>;

interface TablePair {
  readonly standby: RouteTable;
  readonly primary: RouteTable;
}

function tablesOf({ sides, subnets }: Network) {
  const { standby, primary } = sides;
  const named = pairUp(standby.facts.routeTables, primary.facts.routeTables, { standby: standby.keyOf, primary: primary.keyOf });
  const find = (facts: Facts, id: string | null): RouteTable | undefined => facts.routeTables.find((table) => table.id === id);
  const used = subnets.pairs.flatMap((pair) => {
    const mine = find(standby.facts, pair.standby.routeTableId);
    const theirs = find(primary.facts, pair.primary.routeTableId);
    return mine === undefined || theirs === undefined ? [] : [{ standby: mine, primary: theirs }];
  });
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
  remedy,
  judge: (standby, primary, context: PairedContext<Settings>) => {
    const { network } = comparisonOf(standby, primary, context);
    const { sides } = network;
    return tablesOf(network).pairs.flatMap((pair) =>
      routeChanges(routesOf(sides.standby, pair.standby), routesOf(sides.primary, pair.primary))
        .filter(isTold)
        .map(({ destination, expected, actual, target }) => ({
          subject: `${sides.primary.nameOf(pair.primary)} ${destination} via ${target}`,
          expected,
          actual,
          with: { table: pair.standby.id, region: standby.region.name, destination, target },
        })),
    );
  },
});

function remedy({ with: fill = {} }: Draft): string {
  const { table = '<route table>', region = '<region>', destination = '', target = '' } = fill;
  return [
    '# an update replaces the whole table: save its rules, change them in the file, then write them back',
    `$ oci network route-table get --rt-id ${table} --region ${region} --query 'data."route-rules"' > routes.json`,
    `# the route: {"destination": "${destination}", "destinationType": "${destination.includes('/') ? 'CIDR_BLOCK' : 'SERVICE_CIDR_BLOCK'}", "networkEntityId": "<OCID of the standby’s ${target}>"}`,
    `$ oci network route-table update --rt-id ${table} --region ${region} --route-rules file://routes.json`,
  ].join('\n');
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
  isTold: ({ kind, target }) => kind === 'more' && target === 'internetgateway',
});

const routeMore = routeRule({
  code: 'network/route-here-only',
  severity: 'note',
  title: 'The standby has a route that the primary has not',
  why: 'It may be what a standby needs, such as a way to its primary. Where it turns packets aside, that is told as well.',
  isTold: ({ kind, target }) => kind === 'more' && target !== 'internetgateway',
});

const tableMissing: Rule = {
  code: 'network/route-table-missing',
  kind: 'paired',
  severity: 'blocker',
  dependsOn: ['network/vcn-missing'],
  title: 'A route table of the primary has no counterpart at the standby, and is used by no subnet that has one',
  why: 'What it routes (a gateway’s or a DRG’s traffic, a subnet that is missing) takes another way here.',
  remedy: () => '# create it with the primary’s routes, or say under `names` of the fleet file which table stands for it',
  judge: (standby, primary, context) => {
    const { network } = comparisonOf(standby, primary, context);
    if (!isListWhole(standby, 'listRouteTables')) return [];
    return tablesOf(network).missing.map((table) => ({
      subject: network.sides.primary.nameOf(table),
      expected: 'a route table of this name',
      actual: 'there is none',
    }));
  },
};

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

export const routeRules: readonly Rule[] = [routeMissing, routeTarget, routeOut, routeMore, tableMissing, routeUnseen];
