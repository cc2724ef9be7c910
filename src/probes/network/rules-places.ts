// Judges where machines and subnets lie: in the subnet of their twin, open to the Internet or not, forwarding or not, and what comes in
// sent on by the same kind of table.
import type { Draft, PairedContext, PairedRule } from '../../contract/rule.ts';
import { command } from '../../formats/remedy-words.ts';
import { comparisonOf } from './comparison.ts';
import { doorPairs } from './doors.ts';
import type { Facts, SeenVnic, Subnet } from './facts.ts';
import type { Settings } from './settings.ts';
import type { Side } from './side.ts';
import type { Network } from './units.ts';

type Rule = PairedRule<Facts, Settings>;
type Told = Pick<Rule, 'code' | 'title' | 'why' | 'remedy' | 'dependsOn'>;

const blocker = (told: Told, judge: (network: Network) => readonly Draft[]): Rule => ({
  ...told,
  kind: 'paired',
  severity: 'blocker',
  judge: (standby, primary, context: PairedContext<Settings>) => judge(comparisonOf(standby, primary, context).network),
});

const subnetOf = ({ facts }: Side, { subnetId }: SeenVnic): Subnet | undefined => facts.subnets.find(({ id }) => id === subnetId);

const elsewhere = blocker(
  {
    code: 'network/vnic-in-other-subnet',
    dependsOn: ['network/subnet-missing', 'network/vcn-missing'],
    title: 'The standby machine’s VNIC lies in another subnet than its twin’s',
    why: 'Another route table and other lists apply to it, and rules that let the subnet’s addresses in, here or at a partner’s, do not mean it.',
    remedy: () =>
      '# a VNIC cannot be moved: attach one in the right subnet (oci compute instance attach-vnic), or make the machine anew; subnets that stand for each other under other names go under `names` of the fleet file',
  },
  ({ sides, machines, subnets }) =>
    machines.vnics.flatMap((pair) => {
      const mine = subnetOf(sides.standby, pair.standby);
      const theirs = subnetOf(sides.primary, pair.primary);
      if (mine === undefined || theirs === undefined) return [];
      const wanted = sides.primary.keyOf(theirs);
      const isUnclear = subnets.ambiguous.has(wanted) || subnets.ambiguous.has(sides.standby.keyOf(mine));
      if (isUnclear || sides.standby.keyOf(mine) === wanted) return [];
      const isMissing = subnets.onlyPrimary.includes(theirs);
      return [
        {
          subject: `${pair.machine} subnet`,
          expected: `in ${sides.primary.called(theirs)}`,
          actual: `in ${sides.standby.called(mine)}`,
          ...(isMissing && { cause: `subnet ${sides.primary.called(theirs)}` }),
        },
      ];
    }),
);

const closed = blocker(
  {
    code: 'network/subnet-closed-here-only',
    title: 'A subnet of the standby keeps the Internet out, and its primary’s, which has an Internet gateway, does not',
    why: 'What is in it gets no public address, or nothing that comes to one: whoever calls from outside is not let in.',
    remedy: ({ with: fill = {} }) =>
      [
        '# this is settled when a subnet is made: make another one without prohibitInternetIngress and prohibitPublicIpOnVnic, and use that',
        command('oci network subnet get', { 'subnet-id': fill.id ?? '<OCID>', region: fill.region ?? '<region>' }),
      ].join('\n'),
  },
  ({ sides: { standby, primary }, subnets }) =>
    subnets.pairs
      .filter((pair) => pair.standby.isClosed === true && pair.primary.isClosed === false && leadsOut(primary.facts, pair.primary))
      .map((pair) => ({
        subject: `subnet ${standby.called(pair.standby)}`,
        expected: 'open to the Internet, as at the primary',
        actual: 'prohibits what comes from the Internet, or public addresses',
        with: { id: pair.standby.id, region: standby.facts.region.name },
      })),
);

/** Where the table is not seen, it may. */
const leadsOut = ({ routeTables }: Facts, { routeTableId }: Subnet): boolean =>
  routeTables.find(({ id }) => id === routeTableId)?.routes.some(({ target }) => target.startsWith('ocid1.internetgateway.')) ?? true;

const notForwarding = blocker(
  {
    code: 'network/forwarding-off',
    title: 'The standby machine’s VNIC drops packets that are not its own, and its twin’s forwards them',
    why: 'Routes lead through the machine (a firewall, a NAT instance), and OCI drops what it is to send on.',
    remedy: ({ with: fill = {} }) =>
      command('oci network vnic update', {
        'vnic-id': fill.vnic ?? '<vnic>',
        'skip-source-dest-check': 'true',
        region: fill.region ?? '<region>',
      }),
  },
  ({ sides, machines }) =>
    machines.vnics
      .filter(({ standby, primary }) => standby.forwards === false && primary.forwards === true)
      .map(({ machine, standby }) => ({
        subject: `${machine} source/destination check`,
        expected: 'skipped, as at the primary',
        actual: 'not skipped',
        with: { vnic: standby.id, region: sides.standby.facts.region.name },
      })),
);

const ingressTable = blocker(
  {
    code: 'network/ingress-table-missing',
    title: 'What comes in through a gateway or a DRG goes by a route table at the primary, and by none at the standby',
    why: 'At the primary it passes the firewall; here it goes straight to the machines, or its answers come back another way and are dropped.',
    remedy: () => '# give the gateway or the attachment the table that stands for the primary’s: --route-table-id of its update command',
  },
  ({ sides }) =>
    doorPairs(sides)
      .filter(({ standby, primary }) => primary.routeTableId !== null && standby.routeTableId === null)
      .map(({ standby, primary }) => ({
        subject: standby.name,
        expected: `a route table of its own, as ${sides.primary.facts.routeTables.find(({ id }) => id === primary.routeTableId)?.name ?? 'at the primary'}`,
        actual: 'none',
      })),
);

const localElsewhere = blocker(
  {
    code: 'network/local-peering-elsewhere',
    title: 'A local peering of the standby leads to another network than its primary’s',
    why: 'The gateway is peered, and what is sent through it arrives in a network that it is not meant for.',
    remedy: () => '# peer it with the gateway of the network that stands for the primary’s: oci network local-peering-gateway connect',
  },
  ({ sides: { standby, primary } }) => {
    const at = ({ facts }: Side, id: string | null) => facts.gateways.find((gateway) => gateway.id === id);
    return primary.facts.gateways.flatMap((theirs) => {
      const wanted = at(primary, theirs.peerId);
      const mine = standby.facts.gateways.filter(
        (one) => one.kind === theirs.kind && standby.keyOf(one) === primary.keyOf(theirs) && one.peering === 'PEERED',
      );
      if (wanted === undefined || mine.length !== 1 || mine[0]!.peerId === null) return [];
      const got = at(standby, mine[0]!.peerId);
      if (got !== undefined && standby.vcnKey(got.vcnId) === primary.vcnKey(wanted.vcnId)) return [];
      const expected = `peered with ${primary.nameOf(wanted)}`;
      return [{ subject: `local peering gateway ${mine[0]!.name} peer`, expected, actual: `peered with ${got?.name ?? mine[0]!.peerId}` }];
    });
  },
);

export const placeRules: readonly Rule[] = [elsewhere, closed, notForwarding, ingressTable, localElsewhere];
