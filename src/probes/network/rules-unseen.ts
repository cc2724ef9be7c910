// Judges what of the networks could not be seen, or not told apart: never a flow that is missing, and never one that is there.
import type { AloneRule, Draft, PairedContext, PairedRule } from '../../contract/rule.ts';
import { comparisonOf } from './comparison.ts';
import type { Container } from './containers.ts';
import type { Facts, InstanceFact } from './facts.ts';
import type { Settings } from './settings.ts';
import type { Network } from './units.ts';

/** Only where addresses are declared does anything follow from it, and then it is told there. */
export const isListWhole = (facts: Facts, operation: string): boolean => !facts.unseen.some((one) => one.operation === operation);

const unseenLists = (facts: Facts, side: string): readonly Draft[] =>
  facts.unseen.map(({ operation, of, reason, detail }) => ({
    subject: `${operation} of ${of}${side}`,
    expected: 'a list that can be read',
    actual: `${reason}: ${detail}`,
  }));

const grants = [
  '# what the reader must be allowed to, in a policy of the compartment or above it',
  '# Allow dynamic-group <collector> to read virtual-network-family in compartment <compartment>',
  "# Allow dynamic-group <collector> to use network-security-groups in compartment <compartment> where any {request.permission='NETWORK_SECURITY_GROUP_LIST_SECURITY_RULES', request.permission='NETWORK_SECURITY_GROUP_LIST_MEMBERS'}",
  '# Allow dynamic-group <collector> to read instances in compartment <compartment>',
  '# Allow dynamic-group <collector> to inspect vnic-attachments in compartment <compartment>',
  '$ understudy doctor oci',
].join('\n');

const listUnseen: AloneRule<Facts, Settings> = {
  code: 'network/list-unseen',
  kind: 'alone',
  severity: 'warning',
  isBlind: true,
  title: 'A part of the standby’s network could not be listed',
  why: 'What it holds may be right or wrong; a rule or a route in it may be the one that is missing.',
  remedy: () => grants,
  judge: (facts) => unseenLists(facts, ''),
};

type Rule = PairedRule<Facts, Settings>;
type Blind = Pick<Rule, 'code' | 'title' | 'why'> & { readonly judge: (network: Network) => readonly Draft[]; readonly remedy?: string };

const blind = ({ judge, remedy, ...told }: Blind): Rule => ({
  ...told,
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  remedy: () => remedy ?? grants,
  judge: (standby, primary, context: PairedContext<Settings>) => judge(comparisonOf(standby, primary, context).network),
});

const primaryListUnseen = blind({
  code: 'network/primary-list-unseen',
  title: 'A part of the primary’s network could not be listed',
  why: 'What the standby would have to have is then not known.',
  judge: ({ sides }) => unseenLists(sides.primary.facts, ' at the primary'),
});

const rulesUnseen = blind({
  code: 'network/rules-unseen',
  title: 'Rules of a security group or list could not be seen or understood',
  why: 'It may let through more than is known here, so nothing is said of what it seems to lack.',
  remedy: [
    '# a rule in no known form: see it with oci network nsg rules list or oci network security-list get; a name that two groups have: give each its own',
    '# a group in none of the compartments: add its compartment to both sides in the fleet file; rules that may not be read:',
    grants,
  ].join('\n'),
  judge: ({ groups, lists }) =>
    [groups, lists].flatMap(({ standby, primary, paired }) => [
      ...[...standby.byId.values()].flatMap((one) => gapsOf(one, '')),
      ...[...primary.byId.values()].filter((one) => !paired.onlyPrimary.includes(one)).flatMap((one) => gapsOf(one, ' at the primary')),
    ]),
});

const gapsOf = ({ name, gaps }: Container, side: string): readonly Draft[] =>
  gaps.length === 0
    ? []
    : [
        {
          subject: `${name}${side}`,
          expected: 'rules that are all known',
          actual: `${gaps[0]}${gaps.length > 1 ? `, and ${gaps.length - 1} more` : ''}`,
        },
      ];

const vnicUnseen = blind({
  code: 'network/vnic-unseen',
  title: 'Which groups a machine’s VNIC is in could not be seen',
  why: 'Rules prove nothing for a machine that may not be attached to them.',
  judge: ({ machines }) =>
    machines.pairs.flatMap(({ name, standby, primary }) => [
      ...hiddenVnics(name, standby),
      ...hiddenVnics(`${name} at the primary`, primary),
    ]),
});

function hiddenVnics(subject: string, { vnics }: InstanceFact): readonly Draft[] {
  const expected = 'a VNIC that can be read';
  if ('kind' in vnics) return [{ subject, expected, actual: vnics.detail }];
  const details = vnics.flatMap((vnic) => (vnic.kind === 'unseen' ? [vnic.detail] : 'kind' in vnic.nsgIds ? [vnic.nsgIds.detail] : []));
  return details.length === 0 ? [] : [{ subject, expected, actual: details[0]! }];
}

const attachmentUnseen = blind({
  code: 'network/attachment-unseen',
  title: 'A machine or a subnet uses a group, list, table or subnet that is in none of the compartments that are looked at',
  why: 'What applies there is then not known whole, and no flow can be called missing or allowed.',
  remedy:
    '# what was just deleted: take it off; otherwise add the compartment in which it lies under `compartments` of both sides in the fleet file',
  judge: (network) => [...foreignOf(network, 'standby', ''), ...foreignOf(network, 'primary', ' at the primary')],
});

function foreignOf({ sides, machines, subnets, groups, lists }: Network, side: 'standby' | 'primary', suffix: string): readonly Draft[] {
  const { facts } = sides[side];
  const tables = new Set(facts.routeTables.map(({ id }) => id));
  const subnetIds = new Set(facts.subnets.map(({ id }) => id));
  const draft = (subject: string, id: string): Draft => ({
    subject: `${subject}${suffix}`,
    expected: 'all that it uses is seen',
    actual: `uses ${id}`,
  });
  return [
    ...machines.vnics.flatMap((pair) => {
      const { nsgIds, subnetId } = pair[side];
      const foreign = 'kind' in nsgIds ? undefined : nsgIds.find((id) => !groups[side].byId.has(id));
      if (foreign !== undefined) return [draft(pair.machine, foreign)];
      const { routeTableId } = pair[side];
      if (routeTableId !== null && !tables.has(routeTableId)) return [draft(pair.machine, routeTableId)];
      return subnetId === null || subnetIds.has(subnetId) ? [] : [draft(pair.machine, subnetId)];
    }),
    ...subnets.pairs.flatMap(({ [side]: subnet }) => {
      const foreign =
        subnet.securityListIds.find((id) => !lists[side].byId.has(id)) ??
        (subnet.routeTableId === null || tables.has(subnet.routeTableId) ? undefined : subnet.routeTableId);
      return foreign === undefined ? [] : [draft(`subnet ${sides[side].nameOf(subnet)}`, foreign)];
    }),
  ];
}

const notUnique = blind({
  code: 'network/name-not-unique',
  title: 'Two things of one kind have one name, so that it cannot be told which stands for which',
  why: 'Setting the wrong two beside each other would call right what is wrong.',
  remedy: '# rename one, or give each its own name under `names` of the fleet file, by OCID',
  judge: ({ sides, machines, subnets, groups, lists }) => {
    const told = (kind: string, keys: Iterable<string>): readonly Draft[] =>
      [...keys].map((key) => ({
        subject: `${kind} ${key.slice(key.indexOf('/') + 1)}`,
        expected: 'one of this name on each side',
        actual: 'there are several',
      }));
    return [
      ...told('VCN', sides.vcns.ambiguous),
      ...told('subnet', subnets.untold),
      ...told('network security group', groups.paired.untold),
      ...told('security list', lists.paired.untold),
      ...told('instance', machines.ambiguous),
    ];
  },
});

const zprUnseen: AloneRule<Facts, Settings> = {
  code: 'network/zpr-unseen',
  kind: 'alone',
  severity: 'warning',
  isBlind: true,
  title: 'Zero Trust Packet Routing has a say on traffic at the standby, and its policies are not looked at',
  why: 'It drops what no policy of its own allows, whatever groups and lists let through.',
  remedy: () => '# compare the policies and security attributes of both sides by hand, then waive this',
  judge: ({ vcns, instances }) => [
    ...vcns.filter(({ isZprOnly }) => isZprOnly).map(({ name }) => zpr(`VCN ${name}`)),
    ...instances.filter(hasAttributes).map(({ name }) => zpr(name)),
  ],
};

const zprAtPrimary = blind({
  code: 'network/primary-zpr-unseen',
  title: 'Zero Trust Packet Routing has a say on traffic at the primary and not at the standby',
  why: 'The standby may let through what the primary drops, or its policies are still to be made.',
  remedy: '# compare the policies and security attributes of both sides by hand, then waive this',
  judge: ({ sides, machines }) => [
    ...sides.vcns.pairs.flatMap((pair) => {
      const isSet = (facts: Facts, id: string): boolean => facts.vcns.some((vcn) => vcn.id === id && vcn.isZprOnly);
      const isOnlyThere = isSet(sides.primary.facts, pair.primary.id) && !isSet(sides.standby.facts, pair.standby.id);
      return isOnlyThere ? [zpr(`VCN ${pair.primary.name ?? pair.primary.id}`)] : [];
    }),
    ...machines.pairs.filter(({ standby, primary }) => hasAttributes(primary) && !hasAttributes(standby)).map(({ name }) => zpr(name)),
  ],
});

const hasAttributes = ({ vnics }: InstanceFact): boolean =>
  !('kind' in vnics) && vnics.some((vnic) => vnic.kind === 'seen' && vnic.hasSecurityAttributes);

const zpr = (subject: string): Draft => ({ subject, expected: 'rules that alone decide', actual: 'security attributes are set' });

export const unseenRules = [
  listUnseen,
  primaryListUnseen,
  rulesUnseen,
  vnicUnseen,
  attachmentUnseen,
  notUnique,
  zprUnseen,
  zprAtPrimary,
] as const;
