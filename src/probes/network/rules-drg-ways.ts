// Judges the ways on from the DRG that a VCN hangs on: that its routes lead to that one, and that it has the ways that its primary’s has.
import type { AloneRule, Draft, PairedContext, PairedRule } from '../../contract/rule.ts';
import { command } from '../../formats/remedy-words.ts';
import { comparisonOf } from './comparison.ts';
import type { Facts } from './facts.ts';
import { isListWhole } from './rules-unseen.ts';
import type { Settings } from './settings.ts';
import type { Side, Sides } from './side.ts';

type Rule = PairedRule<Facts, Settings>;
type Attachment = Facts['drgAttachments'][number];

/** A VCN hangs on one DRG at a time. https://docs.oracle.com/en-us/iaas/Content/Network/Tasks/managingDRGs.htm */
const attachmentOf = ({ drgAttachments }: Facts, vcnId: string): Attachment | undefined =>
  drgAttachments.find(({ networkId, state }) => networkId === vcnId && (state === 'ATTACHED' || state === ''));

const otherDrg: AloneRule<Facts, Settings> = {
  code: 'network/route-to-other-drg',
  kind: 'alone',
  severity: 'blocker',
  title: 'A route of the standby leads to a DRG that its network does not hang on',
  why: 'What is sent there is dropped: nothing for the data centre or the other region arrives.',
  remedy: () => '# let the route lead to the DRG that the network is attached to, or attach the network to the one that the route names',
  judge: (facts) =>
    facts.routeTables
      .filter(({ id }) => facts.subnets.length === 0 || facts.subnets.some(({ routeTableId }) => routeTableId === id))
      .flatMap(({ name, vcnId, routes }) => {
        const attached = attachmentOf(facts, vcnId);
        if (attached === undefined) return [];
        return routes
          .filter(({ target }) => target.startsWith('ocid1.drg.') && target !== attached.drgId)
          .map(({ destination, target }) => ({
            subject: `${name} ${destination} via DRG`,
            expected: `to ${drgName(facts, attached.drgId)}, which the network is attached to`,
            actual: `to ${drgName(facts, target)}`,
          }));
      }),
};

const drgName = ({ drgs }: Facts, id: string): string => drgs.find((drg) => drg.id === id)?.name ?? id;

const judged = (judge: (sides: Sides) => readonly Draft[]): Rule['judge'] => {
  return (standby, primary, context: PairedContext<Settings>) => judge(comparisonOf(standby, primary, context).network.sides);
};

/** VCNs of both sides that hang on a DRG. */
const attachedPairs = ({ standby, primary, vcns }: Sides) =>
  vcns.pairs.flatMap((pair) => {
    const mine = attachmentOf(standby.facts, pair.standby.id);
    const theirs = attachmentOf(primary.facts, pair.primary.id);
    return mine === undefined || theirs === undefined ? [] : [{ vcn: pair.standby.name ?? pair.standby.id, mine, theirs }];
  });

const isListed = ({ facts }: Side, { drgId }: Attachment): boolean => facts.drgs.some(({ id }) => id === drgId);

const isRegion = ({ name, key }: Facts['region'], told: string | null): boolean =>
  told === name || (key !== null && told?.toLowerCase() === key.toLowerCase());

/** Where a DRG leads: to the data centre, to the region of the twin, to others. */
function waysOf({ facts }: Side, drgId: string, twin: Facts['region']): ReadonlyMap<string, string> {
  const onPremises = facts.drgAttachments
    .filter((one) => one.drgId === drgId && (one.type === 'IPSEC_TUNNEL' || one.type === 'VIRTUAL_CIRCUIT'))
    .map(({ name }) => ['to the data centre (VPN or FastConnect)', name] as const);
  const peered = facts.peerings
    .filter((one) => one.drgId === drgId && one.peerRegion !== null)
    .map(({ peerRegion, name }) => [isRegion(twin, peerRegion) ? 'to the twin’s region' : `to ${peerRegion}`, name] as const);
  return new Map([...onPremises, ...peered].reverse());
}

const wayMissing: Rule = {
  code: 'network/drg-way-missing',
  kind: 'paired',
  severity: 'blocker',
  title: 'The DRG that a network of the standby hangs on has no way to a place that its primary’s leads to',
  why: 'Routes and rules are right up to the DRG, and end there.',
  remedy: () =>
    '# attach the network to the DRG that has it, or set it up at this one: a VPN or a virtual circuit, or a remote peering connection',
  judge: judged((sides) => {
    const { standby, primary } = sides;
    const regions = { standby: standby.facts.region, primary: primary.facts.region };
    const isSeen = isListWhole(standby.facts, 'listDrgAttachments') && isListWhole(standby.facts, 'listRemotePeeringConnections');
    if (!isSeen) return [];
    return attachedPairs(sides).flatMap(({ vcn, mine, theirs }) => {
      if (!isListed(standby, mine)) return [];
      const have = waysOf(standby, mine.drgId, regions.primary);
      return [...waysOf(primary, theirs.drgId, regions.standby)]
        .filter(
          ([way]) =>
            !have.has(way) &&
            (way !== 'to the twin’s region' || standby.facts.peerings.some(({ peerRegion }) => isRegion(regions.primary, peerRegion))),
        )
        .map(([way, name]) => ({
          subject: `VCN ${vcn} ${way}`,
          expected: `a way, as ${name} at the primary`,
          actual: `none from DRG ${drgName(standby.facts, mine.drgId)}`,
        }));
    });
  }),
};

const drgUnseen: Rule = {
  code: 'network/drg-unseen',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'A network of the standby hangs on a DRG that is in none of the compartments that are looked at',
  why: 'Where the DRG leads is then not seen, and its primary’s is.',
  remedy: () => '# add the compartment in which it lies under `compartments` of both sides in the fleet file',
  judge: judged((sides) =>
    isListWhole(sides.standby.facts, 'listDrgs')
      ? attachedPairs(sides)
          .filter(({ mine, theirs }) => !isListed(sides.standby, mine) && isListed(sides.primary, theirs))
          .map(({ vcn, mine }) => ({ subject: `VCN ${vcn}`, expected: 'a DRG that is seen', actual: `attached to ${mine.drgId}` }))
      : [],
  ),
};

const tableDiffers: Rule = {
  code: 'network/drg-table-differs',
  kind: 'paired',
  severity: 'blocker',
  title: 'What a network of the standby sends to its DRG goes by another DRG route table than its primary’s',
  why: 'The table does not lead where the primary’s does, or there is none: packets reach the DRG and go no further.',
  remedy: ({ with: fill = {} }) =>
    command('oci network drg-attachment update', {
      'drg-attachment-id': fill.attachment ?? '<OCID>',
      'drg-route-table-id': fill.table ?? '<OCID of the table that stands for the primary’s>',
      region: fill.region ?? '<region>',
    }),
  judge: judged((sides) => {
    const { standby, primary } = sides;
    const tableOf = ({ facts }: Side, id: string | null) => facts.drgTables.find((table) => table.id === id);
    return attachedPairs(sides).flatMap(({ vcn, mine, theirs }) => {
      const wanted = tableOf(primary, theirs.tableId);
      const got = tableOf(standby, mine.tableId);
      if (wanted === undefined || (mine.tableId !== null && got === undefined)) return [];
      const namesake = standby.facts.drgTables.find((one) => one.drgId === mine.drgId && standby.nameOf(one) === primary.nameOf(wanted));
      if (got !== undefined && (standby.nameOf(got) === primary.nameOf(wanted) || namesake === undefined)) return [];
      const expected = `by ${primary.nameOf(wanted)}, as at the primary`;
      const fill = { attachment: mine.id, region: standby.facts.region.name, ...(namesake !== undefined && { table: namesake.id }) };
      const actual = got === undefined ? 'by no table' : `by ${got.name}`;
      return [{ subject: `DRG attachment of VCN ${vcn}`, expected, actual, with: fill }];
    });
  }),
};

export const drgWayRules = [otherDrg, wayMissing, drgUnseen, tableDiffers] as const;
