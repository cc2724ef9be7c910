// Judges what DRGs route: static routes of tables of one name. What they learn follows from what is attached to them.
import type { Draft, PairedContext, PairedRule } from '../../contract/rule.ts';
import { blockTexts } from '../../formats/cidr.ts';
import { command } from '../../formats/remedy-words.ts';
import { comparisonOf } from './comparison.ts';
import type { Facts } from './facts.ts';
import { pairUp } from './pair-up.ts';
import type { Settings } from './settings.ts';
import type { Side, Sides } from './side.ts';

type Rule = PairedRule<Facts, Settings>;
type Table = Facts['drgTables'][number];

const judged =
  (judge: (sides: Sides) => readonly Draft[]): Rule['judge'] =>
  (standby, primary, context: PairedContext<Settings>) =>
    judge(comparisonOf(standby, primary, context).network.sides);

/** DRGs go by name, or by being the only one. */
function tablesOf({ standby, primary }: Sides) {
  const isOnly = standby.facts.drgs.length === 1 && primary.facts.drgs.length === 1;
  const keyOf = (side: Side) => (table: Table) => {
    const drg = side.facts.drgs.find(({ id }) => id === table.drgId);
    return `${isOnly || drg === undefined ? '' : side.nameOf(drg)}/${side.nameOf(table)}`;
  };
  return pairUp(standby.facts.drgTables, primary.facts.drgTables, { standby: keyOf(standby), primary: keyOf(primary) }).pairs;
}

export const drgRouteMissing: Rule = {
  code: 'network/drg-route-missing',
  kind: 'paired',
  severity: 'blocker',
  title: 'A DRG of the standby lacks a static route that its primary’s has',
  why: 'Packets reach the DRG and go no further.',
  remedy: ({ with: fill = {} }) =>
    command('oci network drg-route-rule add', {
      'drg-route-table-id': fill.table ?? '<OCID>',
      region: fill.region ?? '<region>',
      'route-rules': JSON.stringify([
        {
          destination: fill.destination ?? '',
          destinationType: 'CIDR_BLOCK',
          nextHopDrgAttachmentId: '<OCID of the attachment>',
        },
      ]),
    }),
  judge: judged((sides) =>
    tablesOf(sides).flatMap(({ standby, primary }) => {
      if ('kind' in standby.routes || 'kind' in primary.routes) return [];
      const usable = standby.routes.filter(({ isUsable }) => isUsable);
      const isThere = (route: DrgRoute): boolean => usable.some((one) => isSame(sides, one, route));
      return primary.routes
        .filter((route) => route.isStatic && route.isUsable && !isThere(route))
        .map((route) => ({
          subject: `DRG ${sides.primary.nameOf(primary)} ${told(sides.primary, route)}`,
          expected: 'routed, as at the primary',
          actual: 'no such route',
          with: {
            table: standby.id,
            region: sides.standby.facts.region.name,
            destination: destinationOf(sides.primary, route.destination),
          },
        }));
    }),
  ),
};

type DrgRoute = Extract<Table['routes'], unknown[]>[number];

/** An attachment that is not listed may be of any type. */
const isSame = ({ standby, primary }: Sides, one: DrgRoute, other: DrgRoute): boolean =>
  destinationOf(standby, one.destination) === destinationOf(primary, other.destination) &&
  (one.via === other.via || one.via.startsWith('ocid1.') || other.via.startsWith('ocid1.'));

const told = (side: Side, { destination, via }: DrgRoute): string => `${destinationOf(side, destination)} via ${via}`;

function destinationOf(side: Side, text: string): string {
  const block = side.block(text);
  return block === null ? side.service(text) : blockTexts(block).join(', ');
}

export const drgRoutesUnseen: Rule = {
  code: 'network/drg-routes-unseen',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'The routes of a DRG could not be read',
  why: 'Whether packets go on from the DRG is then not known.',
  remedy: () => '# Allow dynamic-group <collector> to read virtual-network-family in compartment <compartment>',
  judge: judged(({ standby, primary }) => [...hidden(standby, ''), ...hidden(primary, ' at the primary')]),
};

const hidden = ({ facts }: Side, side: string): readonly Draft[] =>
  facts.drgTables.flatMap(({ name, routes }) =>
    'kind' in routes ? [{ subject: `DRG ${name}${side}`, expected: 'routes that can be read', actual: routes.detail }] : [],
  );
