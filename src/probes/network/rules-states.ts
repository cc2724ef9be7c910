// Judges what is in a state that OCI has no known word for: unknown for that thing, neither right nor wrong.
import type { AloneRule, Draft, PairedContext, PairedRule } from '../../contract/rule.ts';
import { comparisonOf } from './comparison.ts';
import type { Facts, GatewayFact } from './facts.ts';
import { gatewayPairs } from './rules-gateways.ts';
import type { Settings } from './settings.ts';
import { faultOf, isClear, isKnownAttachment, isKnownPeering, subjectOf, unclearStateOf } from './states.ts';

const told = {
  severity: 'warning',
  isBlind: true,
  why: 'It may let packets through or not. A newer word of OCI’s is not guessed at.',
  remedy: () => '# see what the console says of it; where it works, waive this',
} as const;

const expected = 'a state that is known';

const ofGateways = (gateways: readonly GatewayFact[], side: string): readonly Draft[] =>
  gateways.flatMap((one) => {
    const actual = unclearStateOf(one);
    return actual === null ? [] : [{ subject: `${subjectOf(one, one.name)}${side}`, expected, actual }];
  });

const ofTies = ({ peerings, drgAttachments }: Facts, side: string): readonly Draft[] => [
  ...peerings
    .filter(({ status }) => !isKnownPeering(status))
    .map(({ name, status }) => ({ subject: `remote peering ${name}${side}`, expected, actual: status ?? 'its status is not told' })),
  ...drgAttachments
    .filter((one) => one.type === 'VCN' && !isKnownAttachment(one))
    .map(({ name, state }) => ({ subject: `DRG attachment ${name}${side}`, expected, actual: state })),
];

const stateUnseen: AloneRule<Facts, Settings> = {
  ...told,
  code: 'network/state-unseen',
  kind: 'alone',
  title: 'A gateway, a peering or an attachment of the standby is in a state that is not known',
  judge: (facts) => [...ofGateways(facts.gateways, ''), ...ofTies(facts, '')],
};

/** Of gateways only where the standby’s is not open: one that is does what any state of its primary’s asks. */
const primaryStateUnseen: PairedRule<Facts, Settings> = {
  ...told,
  code: 'network/primary-state-unseen',
  kind: 'paired',
  title: 'A gateway, a peering or an attachment of the primary is in a state that is not known',
  judge: (standby, primary, context: PairedContext<Settings>) => {
    const isOpen = (one: GatewayFact): boolean => isClear(one) && faultOf(one) === null;
    const open = gatewayPairs(comparisonOf(standby, primary, context).network).filter((pair) => pair.standby.some(isOpen));
    const matters = primary.gateways.filter((one) => !open.some((pair) => pair.primary === one));
    return [...ofGateways(matters, ' at the primary'), ...ofTies(primary, ' at the primary')];
  },
};

export const stateRules = [stateUnseen, primaryStateUnseen] as const;
