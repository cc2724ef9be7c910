// One look at the networks of a region: lists of every compartment at once, then the rules of each group and each machine's VNICs.
import { absent, type Outcome, observed, unseen } from '../../contract/outcome.ts';
import { unseenPart } from '../../contract/region.ts';
import type { Tenancy } from '../../contract/tenancy.ts';
import { textIn } from '../../formats/oci.ts';
import { type Asking, ask, askOne } from './ask.ts';
import type { Facts, GatewayFact } from './facts.ts';
import { instancesOf } from './observe-instances.ts';
import {
  drgAttachmentsOf,
  drgRoutesOf,
  gatewaysOf,
  isThere,
  namedOf,
  peeringsOf,
  publicIpsOf,
  routeTableOf,
  sorted,
  subnetOf,
  vcnOf,
} from './parse.ts';
import { readRule } from './parse-rules.ts';
import { RuleTable } from './rule-table.ts';
import type { Settings } from './settings.ts';

export async function observe(tenancy: Tenancy, { scope }: Settings, signal: AbortSignal): Promise<Outcome<Facts>> {
  const asking: Asking = { tenancy, compartments: scope.compartments, unseen: [] };
  const facts = await look(asking);
  if (signal.aborted) return unseen('timeout', 'the look ran into its time limit');
  if (isBare(facts)) {
    const [first] = facts.unseen;
    return first === undefined
      ? absent('there is no network in the compartments of this side')
      : unseen('unreadable', `nothing of the network could be read: ${first.detail}`);
  }
  return observed(facts);
}

/** Asked for one by one; with more, whole compartments are fewer calls. */
const vcnsMax = 20;

const isBare = (facts: Facts): boolean =>
  [facts.vcns, facts.subnets, facts.nsgs, facts.securityLists, facts.routeTables, facts.drgs, facts.peerings, facts.instances].every(
    ({ length }) => length === 0,
  );

async function look(asking: Asking): Promise<Facts> {
  const table = new RuleTable();
  const [vcns, groups, instances, drgParts, publicIps] = await Promise.all([
    ask(asking, 'listVcns'),
    ask(asking, 'listNetworkSecurityGroups'),
    instancesOf(asking),
    lookAtDrgs(asking),
    lookAtPublicIps(asking),
  ]);
  const perVcn = vcnIdsOf(vcns, groups).map((vcnId) => ({ vcnId }));
  const [parts, nsgs] = await Promise.all([
    lookWithin(asking, perVcn.length === 0 || perVcn.length > vcnsMax ? [{}] : perVcn, table),
    lookAtGroups(asking, groups, table),
  ]);
  const subnets = await withOthers(asking, parts.subnets, instances);
  const { region } = asking.tenancy;
  const { rules, places } = table.settled();
  return {
    region: { name: region.name, key: region.key },
    unseen: [...asking.unseen].sort((a, b) => compare(`${a.operation} ${a.of}`, `${b.operation} ${b.of}`)),
    vcns: sorted(vcns.filter(isThere).flatMap(vcnOf)),
    subnets,
    rules,
    nsgs: sorted(nsgs.map((nsg) => ({ ...nsg, rules: 'kind' in nsg.rules ? nsg.rules : places(nsg.rules) }))),
    securityLists: sorted(parts.securityLists.map((list) => ({ ...list, rules: places(list.rules) }))),
    routeTables: parts.routeTables,
    gateways: parts.gateways,
    ...drgParts,
    instances,
    publicIps,
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Also of those that lie in another compartment, and show only through their groups. */
const vcnIdsOf = (vcns: readonly unknown[], groups: readonly unknown[]): readonly string[] => [
  ...new Set([...vcns.flatMap((one) => textIn(one, 'id') ?? []), ...groups.flatMap((one) => textIn(one, 'vcnId') ?? [])]),
];

async function lookWithin(asking: Asking, per: readonly { readonly vcnId?: string }[], table: RuleTable) {
  const each = per as readonly Record<string, string>[];
  const gateways = async (operation: (typeof gatewayLists)[GatewayFact['kind']], kind: GatewayFact['kind']) =>
    gatewaysOf(kind, (await ask(asking, operation, each)).filter(isThere));
  const [subnets, lists, routeTables, ...gatewayFacts] = await Promise.all([
    ask(asking, 'listSubnets', each),
    ask(asking, 'listSecurityLists', each),
    ask(asking, 'listRouteTables', each),
    ...Object.entries(gatewayLists).map(([kind, operation]) => gateways(operation, kind as GatewayFact['kind'])),
  ]);
  return {
    subnets: subnets.filter(isThere).flatMap(subnetOf),
    securityLists: lists.filter(isThere).flatMap((body) => namedOf(body).map((named) => ({ ...named, rules: table.ofList(body) }))),
    routeTables: sorted(await Promise.all(routeTables.filter(isThere).flatMap((body) => routeTableOf(asking.tenancy, body)))),
    gateways: sorted(gatewayFacts.flat()),
  };
}

const gatewayLists = {
  internetgateway: 'listInternetGateways',
  natgateway: 'listNatGateways',
  servicegateway: 'listServiceGateways',
  localpeeringgateway: 'listLocalPeeringGateways',
} as const satisfies Record<GatewayFact['kind'], string>;

const lookAtGroups = (asking: Asking, groups: readonly unknown[], table: RuleTable) =>
  Promise.all(
    groups
      .filter(isThere)
      .flatMap((body) => namedOf(body).map((named) => ({ ...named, compartmentId: textIn(body, 'compartmentId') })))
      .map(async (named) => {
        const answer = await asking.tenancy.list('listNetworkSecurityGroupSecurityRules', { networkSecurityGroupId: named.id });
        const rules = answer.kind === 'failed' ? unseenPart(answer) : table.take(answer.items.map((body) => readRule(body, null)));
        return { ...named, rules };
      }),
  );

/** Subnets in which machines are, and which lie in a compartment that is not looked at. */
async function withOthers({ tenancy }: Asking, listed: Facts['subnets'], instances: Facts['instances']): Promise<Facts['subnets']> {
  const known = new Set(listed.map(({ id }) => id));
  const used = new Set(
    instances.flatMap(({ vnics }) => ('kind' in vnics ? [] : vnics.flatMap((vnic) => (vnic.kind === 'seen' ? (vnic.subnetId ?? []) : [])))),
  );
  const others = await Promise.all(
    [...used]
      .filter((id) => !known.has(id))
      .map(async (subnetId) => {
        const answer = await tenancy.get('getSubnet', { subnetId });
        return answer.kind === 'object' ? subnetOf(answer.body) : [];
      }),
  );
  return sorted([...listed, ...others.flat()]);
}

async function lookAtDrgs(asking: Asking): Promise<Pick<Facts, 'drgs' | 'drgAttachments' | 'drgTables' | 'peerings'>> {
  const [drgs, attachments, peerings] = await Promise.all([
    ask(asking, 'listDrgs'),
    ask(asking, 'listDrgAttachments', [{ attachmentType: 'ALL' }]),
    ask(asking, 'listRemotePeeringConnections'),
  ]);
  const there = drgs.filter(isThere).flatMap((body) => {
    const id = textIn(body, 'id');
    return id === null ? [] : [{ id, name: textIn(body, 'displayName') ?? id }];
  });
  const drgAttachments = drgAttachmentsOf(attachments);
  const drgTables = await Promise.all(there.map((drg) => lookAtTables(asking, drg, drgAttachments)));
  return { drgs: sorted(there), drgAttachments, drgTables: sorted(drgTables.flat()), peerings: peeringsOf(peerings) };
}

async function lookAtTables(asking: Asking, drg: Facts['drgs'][number], attachments: Facts['drgAttachments']): Promise<Facts['drgTables']> {
  const tables = (await askOne(asking, 'listDrgRouteTables', { drgId: drg.id }, drg.name)) ?? [];
  return Promise.all(
    tables.filter(isThere).flatMap((body) => {
      const id = textIn(body, 'id');
      return id === null ? [] : [lookAtRoutes(asking.tenancy, { id, name: textIn(body, 'displayName') ?? id, drgId: drg.id }, attachments)];
    }),
  );
}

async function lookAtRoutes(
  tenancy: Tenancy,
  table: Omit<Facts['drgTables'][number], 'routes'>,
  attachments: Facts['drgAttachments'],
): Promise<Facts['drgTables'][number]> {
  const answer = await tenancy.list('listDrgRouteRules', { drgRouteTableId: table.id });
  return { ...table, routes: answer.kind === 'failed' ? unseenPart(answer) : drgRoutesOf(answer.items, attachments) };
}

async function lookAtPublicIps({ tenancy, compartments }: Asking): Promise<Facts['publicIps']> {
  const answers = await Promise.all(
    Object.values(compartments).map((compartmentId) => tenancy.list('listPublicIps', { compartmentId, scope: 'REGION' })),
  );
  const failed = answers.find((answer) => answer.kind === 'failed');
  return failed === undefined ? publicIpsOf(answers.flatMap((answer) => (answer.kind === 'list' ? answer.items : []))) : unseenPart(failed);
}
