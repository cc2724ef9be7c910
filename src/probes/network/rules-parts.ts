// Judges whether the standby has the networks, subnets, groups and lists of its primary, and whether its machines are attached to them.
import type { Draft, PairedContext, PairedRule } from '../../contract/rule.ts';
import { type Block, blockTexts, readBlock } from '../../formats/cidr.ts';
import { command, comment } from '../../formats/remedy-words.ts';
import { comparisonOf } from './comparison.ts';
import type { Facts } from './facts.ts';
import type { VnicPair } from './machines.ts';
import { isListWhole } from './rules-unseen.ts';
import type { Settings } from './settings.ts';
import type { Network } from './units.ts';

type Rule = PairedRule<Facts, Settings>;

const networkIn = (standby: Facts, primary: Facts, context: PairedContext<Settings>): Network =>
  comparisonOf(standby, primary, context).network;

const vcnMissing: Rule = {
  code: 'network/vcn-missing',
  kind: 'paired',
  severity: 'blocker',
  title: 'A network of the primary has no counterpart at the standby',
  why: 'Whatever runs in it has nowhere to run.',
  remedy: () => '# create it in the standby’s region, or say under `names` of the fleet file which network stands for it',
  judge: (standby, primary, context) =>
    isListWhole(standby, 'listVcns')
      ? networkIn(standby, primary, context)
          .sides.vcns.onlyPrimary.filter(({ name }) => name !== null)
          .map(({ name }) => ({
            subject: `VCN ${name}`,
            expected: 'a network of this name, or one that is mapped to it',
            actual: 'there is none',
          }))
      : [],
};

const subnetMissing: Rule = {
  code: 'network/subnet-missing',
  kind: 'paired',
  severity: 'blocker',
  dependsOn: ['network/vcn-missing'],
  title: 'A subnet of the primary has no counterpart at the standby',
  why: 'What the plan attaches to it cannot be attached.',
  remedy: () => '# create it in the standby’s region, or say under `names` of the fleet file which subnet stands for it',
  judge: (standby, primary, context) => {
    const { subnets, sides } = networkIn(standby, primary, context);
    if (!isListWhole(standby, 'listSubnets')) return [];
    const { onlyPrimary } = sides.vcns;
    return subnets.onlyPrimary.map((subnet) => ({
      subject: `subnet ${sides.primary.called(subnet)}`,
      expected: 'a subnet of this name',
      actual: 'there is none',
      ...causeOf(onlyPrimary.find(({ id }) => id === subnet.vcnId)?.name),
    }));
  },
};

const causeOf = (vcn: string | null | undefined): Pick<Draft, 'cause'> => (vcn == null ? {} : { cause: `VCN ${vcn}` });

const subnetElsewhere: Rule = {
  code: 'network/subnet-elsewhere',
  kind: 'paired',
  severity: 'warning',
  title: 'A subnet lies at other addresses than its twin’s, translated',
  why: 'Rules and routes that name the addresses do not mean this subnet, at this side or at whoever lets the primary’s addresses in.',
  remedy: () => '# if the addresses are as they should be, map them under `networks` of the fleet file, each side’s block by one name',
  judge: (standby, primary, context) => {
    const { subnets, sides } = networkIn(standby, primary, context);
    return subnets.pairs.flatMap((pair) => {
      const expected = translated(pair.primary.blocks, sides.primary.block);
      const actual = translated(pair.standby.blocks, sides.standby.block);
      if (expected.length === 0 || actual.length === 0 || expected.join() === actual.join()) return [];
      const subject = `subnet ${sides.standby.called(pair.standby)}`;
      return [{ subject, expected: expected.join(', '), actual: actual.join(', ') }];
    });
  },
};

const networksNotMapped: Rule = {
  code: 'network/networks-not-mapped',
  kind: 'paired',
  severity: 'note',
  title: 'A block of the primary’s network, put into the standby’s words, lies in no block of the network that stands for it',
  why: 'Where `networks` of the fleet file lacks it, names it at one side, or gives it another size, flows and routes are compared at addresses that nobody has.',
  remedy: ({ with: fill = {} }) =>
    [
      '# before any flow or route is mended: give both blocks one name under `networks` of both sides in the fleet file, in one size',
      comment(`networks of the primary: ${fill.theirs ?? '<block>'}; of ${fill.region ?? 'the standby'}: ${fill.mine ?? '<block>'}`),
      '# or, where the map is right, add the block to the standby’s network',
    ].join('\n'),
  judge: (standby, primary, context) => {
    const { sides } = networkIn(standby, primary, context);
    return sides.vcns.pairs.flatMap((pair) => {
      const mine = ownBlocks(standby, pair.standby.id);
      if (mine.length === 0) return [];
      return ownBlocks(primary, pair.primary.id).flatMap((own) => {
        const wanted = sides.primary.block(blockTexts(own).join());
        if (wanted === null || mine.some((one) => overlap(one, wanted))) return [];
        const blocks = mine.flatMap(blockTexts).join(', ');
        return [
          {
            subject: `VCN ${pair.standby.name ?? pair.standby.id} for ${blockTexts(own).join(', ')}`,
            expected: blockTexts(wanted).join(', '),
            actual: blocks,
            with: { theirs: blockTexts(own).join(', '), mine: blocks, region: standby.region.name },
          },
        ];
      });
    });
  },
};

/** Prefixes of IPv6 are mostly given by OCI. */
const ownBlocks = ({ vcns }: Facts, vcnId: string): readonly Block[] =>
  (vcns.find(({ id }) => id === vcnId)?.blocks ?? []).flatMap((text) => {
    const block = readBlock(text);
    return block?.family === 4 ? [block] : [];
  });

const overlap = (a: Block, b: Block): boolean => a.start <= b.end && b.start <= a.end;

const translated = (blocks: readonly string[], block: Network['sides']['standby']['block']): readonly string[] =>
  blocks.flatMap((text) => blockTextOf(block(text))).sort();

const blockTextOf = (block: ReturnType<Network['sides']['standby']['block']>): readonly string[] =>
  block === null ? [] : blockTexts(block);

/** Then the missing one may be among them: that is told as unknown, of the machine. */
const usesUnseenGroups = ({ nsgs }: Facts, { vnics }: Network['machines']): boolean => {
  const known = new Set(nsgs.map(({ id }) => id));
  return vnics.some(({ standby: { nsgIds } }) => !('kind' in nsgIds) && nsgIds.some((id) => !known.has(id)));
};

const groupMissing: Rule = {
  code: 'network/group-missing',
  kind: 'paired',
  severity: 'blocker',
  dependsOn: ['network/vcn-missing'],
  title: 'A network security group of the primary has no counterpart at the standby',
  why: 'Its rules apply to nothing here, and rules of other groups cannot name it.',
  remedy: ({ with: fill = {} }) =>
    [
      `# if another group stands for it, say so under \`names\` of the fleet file; otherwise create it with the primary’s rules`,
      command('oci network nsg create', {
        'compartment-id': fill.compartment ?? '<compartment>',
        'vcn-id': fill.vcn ?? '<vcn>',
        'display-name': fill.name ?? '<name>',
        region: fill.region ?? '<region>',
      }),
    ].join('\n'),
  judge: (standby, primary, context) => {
    const { groups, sides, machines } = networkIn(standby, primary, context);
    if (!isListWhole(standby, 'listNetworkSecurityGroups')) return [];
    if (usesUnseenGroups(standby, machines)) return [];
    // One that is called so here, under a name that the fleet file gives to two, is not missing.
    const own = new Set(standby.nsgs.map((nsg) => nsg.name));
    const isMisnamed = (name: string): boolean => groups.paired.ambiguous.size > 0 && own.has(name);
    return groups.paired.onlyPrimary
      .filter(({ name }) => !isMisnamed(name))
      .map(({ id, name, vcnId }) => ({
        subject: name,
        expected: 'a network security group of this name',
        actual: 'there is none',
        ...causeOf(sides.vcns.onlyPrimary.find(({ id }) => id === vcnId)?.name),
        with: {
          name,
          region: standby.region.name,
          vcn: sides.vcns.pairs.find((pair) => pair.primary.id === vcnId)?.standby.id ?? '<vcn>',
          compartment: compartmentFor(networkIn(standby, primary, context), id) ?? '<compartment>',
        },
      }));
  },
};

/** Where the twin of a group lies that lies beside it at the primary; else where the standby’s network does. */
function compartmentFor({ groups, sides }: Network, id: string): string | null {
  const { standby, primary } = sides;
  const wanted = primary.facts.nsgs.find((one) => one.id === id);
  if (wanted === undefined) return null;
  const twins = groups.paired.pairs.flatMap((pair) => {
    const beside = primary.facts.nsgs.find((one) => one.id === pair.primary.id);
    const isBeside = beside?.compartmentId === wanted.compartmentId && beside.vcnId === wanted.vcnId;
    return isBeside ? (standby.facts.nsgs.find((one) => one.id === pair.standby.id)?.compartmentId ?? []) : [];
  });
  if (new Set(twins).size === 1) return twins[0]!;
  const vcn = sides.vcns.pairs.find((pair) => pair.primary.id === wanted.vcnId)?.standby.id;
  return standby.facts.vcns.find((one) => one.id === vcn)?.compartmentId ?? null;
}

const listRule = (code: string, severity: 'blocker' | 'note', why: string, isTold: (primary: Facts) => boolean): Rule => ({
  code,
  kind: 'paired',
  severity,
  dependsOn: ['network/vcn-missing'],
  title: 'A security list of the primary has no counterpart at the standby',
  why,
  remedy: () => '# create it with the rules of the primary’s, or say under `names` of the fleet file which list stands for it',
  judge: (standby, primary, context) =>
    isTold(primary) && isListWhole(standby, 'listSecurityLists')
      ? networkIn(standby, primary, context).lists.paired.onlyPrimary.map(({ name }) => ({
          subject: name,
          expected: 'a security list of this name',
          actual: 'there is none',
        }))
      : [],
});

const listMissing = listRule(
  'network/list-missing',
  'blocker',
  'Which subnets use it is not seen, and nothing here allows what it allows.',
  ({ subnets }) => subnets.length === 0,
);

const listElsewhere = listRule(
  'network/list-not-by-name',
  'note',
  'By itself it does no harm: what its rules allow is compared in each subnet and for each machine that they apply to.',
  ({ subnets }) => subnets.length > 0,
);

const notAttached: Rule = {
  code: 'network/group-not-attached',
  kind: 'paired',
  severity: 'blocker',
  dependsOn: ['network/group-missing'],
  title: 'The standby machine’s VNIC is not in a network security group that its twin’s is in',
  why: 'The rules of the group do not apply to the machine, and rules that name the group as a peer do not mean it.',
  remedy: ({ with: fill = {} }) =>
    [
      '# all groups of the VNIC, those that it has included: what is not named is taken off',
      command('oci network vnic update', {
        'vnic-id': fill.vnic ?? '<vnic>',
        'nsg-ids': fill.groups ?? '[]',
        region: fill.region ?? '<region>',
      }),
    ].join('\n'),
  judge: (standby, primary, context) => {
    const network = networkIn(standby, primary, context);
    return network.machines.vnics.flatMap((pair) => attachments(network, pair, standby.region.name));
  },
};

function attachments({ groups }: Network, { machine, standby, primary }: VnicPair, region: string): readonly Draft[] {
  if ('kind' in standby.nsgIds || 'kind' in primary.nsgIds) return [];
  const mine = standby.nsgIds;
  const wanted = primary.nsgIds.flatMap((id) => groups.paired.pairs.find((pair) => pair.primary.id === id) ?? []);
  const missing = wanted.filter((pair) => !mine.includes(pair.standby.id));
  const all = JSON.stringify([...mine, ...missing.map((pair) => pair.standby.id)]);
  return missing.map(({ primary: { name } }) => ({
    subject: `${machine} in ${name}`,
    expected: 'attached, as at the primary',
    actual: `${name} is not attached at the standby`,
    with: { vnic: standby.id, groups: all, region },
  }));
}

const attachedHereOnly: Rule = {
  code: 'network/group-attached-here-only',
  kind: 'paired',
  severity: 'note',
  title: 'The standby machine’s VNIC is in a network security group that its twin’s is not in',
  why: 'What the group lets through is compared flow by flow; rules that name it as a peer mean this machine as well.',
  remedy: () => '# take it off, or attach it at the primary if it belongs there',
  judge: (standby, primary, context) => {
    const { machines, groups } = networkIn(standby, primary, context);
    return machines.vnics.flatMap((pair) => {
      const { nsgIds } = pair.primary;
      if ('kind' in pair.standby.nsgIds || 'kind' in nsgIds) return [];
      return pair.standby.nsgIds.flatMap((id) => {
        const group = groups.paired.pairs.find((one) => one.standby.id === id);
        if (group === undefined || nsgIds.includes(group.primary.id)) return [];
        return [{ subject: `${pair.machine} in ${group.standby.name}`, expected: 'not attached, as at the primary', actual: 'attached' }];
      });
    });
  },
};

const vnicMissing: Rule = {
  code: 'network/vnic-missing',
  kind: 'paired',
  severity: 'warning',
  title: 'The standby machine lacks a VNIC that its twin has',
  why: 'What is bound to the second interface has no network here.',
  remedy: () =>
    '# attach a VNIC in the same subnet and groups: oci compute instance attach-vnic; a machine that is attached to at failover may be waived',
  judge: (standby, primary, context) =>
    networkIn(standby, primary, context)
      .machines.missing.filter(() => isListWhole(standby, 'listVnicAttachments'))
      .map(({ machine, vnic }) => ({
        subject: `${machine} VNIC ${vnic.name}`,
        expected: 'attached, as at the primary',
        actual: 'no counterpart at the standby',
      })),
};

export const partRules: readonly Rule[] = [
  vcnMissing,
  subnetMissing,
  subnetElsewhere,
  networksNotMapped,
  groupMissing,
  listMissing,
  listElsewhere,
  notAttached,
  attachedHereOnly,
  vnicMissing,
];
