// Judges which flows work at one side only.
import type { Draft, PairedContext, PairedRule, Severity } from '../../contract/rule.ts';
import { comparisonOf } from './comparison.ts';
import type { Facts } from './facts.ts';
import type { Change, FlowChanges } from './flow-changes.ts';
import { type Flow, flowsOf, isCounted } from './flows/say.ts';
import { wholeRulesOf } from './flows/whole-rules.ts';
import { addRemedy, fillOf, lookRemedy, type RuleFill } from './remedy-rules.ts';
import type { Settings } from './settings.ts';
import type { Side } from './side.ts';

type Rule = PairedRule<Facts, Settings>;

/** Flows told of one group or list; what is beyond is counted. */
const flowsMax = 40;
const machinesMax = 4;

interface FlowRule {
  readonly what: string;
  readonly part: keyof FlowChanges;
  readonly severity: Severity;
  readonly title: string;
  readonly why: string;
  readonly says: (flow: Flow) => Pick<Draft, 'expected' | 'actual'>;
  readonly isReply?: true;
  readonly remedy: (fill: RuleFill | undefined) => string;
}

const flowRule = ({ what, part, severity, title, why, says, isReply, remedy }: FlowRule): Rule => ({
  code: `network/${what}`,
  kind: 'paired',
  severity,
  title,
  why,
  remedy: (draft) => remedy(draft.with as RuleFill | undefined),
  judge: (standby, primary, context: PairedContext<Settings>) => {
    const { changes, network } = comparisonOf(standby, primary, context);
    return changes[part].flatMap((change) => draftsOf(change, network.sides.standby, says, isReply));
  },
});

function draftsOf(change: Change, standby: Side, says: FlowRule['says'], isReply: true | undefined): readonly Draft[] {
  const { name } = change.container;
  const flows = flowsOf(change.flows);
  const drafts = flows.slice(0, flowsMax).map((flow) => {
    const whole = wholeRulesOf(flow, change.container.all);
    return {
      ...withMachines(withRule(says(flow), flow, whole), change.machines),
      subject: `${name} ${flow.direction} ${flow.text}`,
      with: fillOf(change.at, flow, standby, isReply, {
        unlisted: change.unlisted,
        // Of the primary’s; what the standby alone has is not to be added.
        whole: change.container === change.at ? [] : whole,
      }),
    };
  });
  if (flows.length <= flowsMax) return drafts;
  const { expected, actual } = says(flows[flowsMax]!);
  return [...drafts, { subject: `${name} further flows`, expected, actual: `${actual}; ${flows.length - flowsMax} more of this kind` }];
}

/** Where the peers are too many to be named, the rule says what is meant. */
function withRule(said: Pick<Draft, 'expected' | 'actual'>, flow: Flow, whole: readonly Flow[]): Pick<Draft, 'expected' | 'actual'> {
  const [rule] = whole;
  return rule === undefined || whole.length > 1 || !isCounted(flow) || isCounted(rule)
    ? said
    : { ...said, actual: `${said.actual}, of the rule for ${rule.text}` };
}

function withMachines(
  { expected, actual }: Pick<Draft, 'expected' | 'actual'>,
  machines: readonly string[],
): Pick<Draft, 'expected' | 'actual'> {
  if (machines.length === 0) return { expected, actual };
  const more = machines.length > machinesMax ? ` and ${machines.length - machinesMax} more` : '';
  return { expected, actual: `${actual} (${machines.slice(0, machinesMax).join(', ')}${more})` };
}

const primaryOnly = { expected: 'allowed, as at the primary', actual: 'works at the primary only' } as const;

const missing = flowRule({
  what: 'flow-missing',
  part: 'missing',
  severity: 'blocker',
  title: 'Traffic that the primary’s rules let through is dropped at the standby',
  why: 'Rules were added where production runs and not here. After a failover the connection times out, and nothing says why.',
  says: () => primaryOnly,
  remedy: addRemedy,
});

const oneWay = flowRule({
  what: 'flow-one-way',
  part: 'oneWay',
  severity: 'blocker',
  title: 'At the standby a stateless rule lets traffic through and nothing lets its answers back',
  why: 'What a stateless rule matches is not tracked: without a rule the other way round every answer is dropped.',
  says: () => ({ expected: 'allowed with its answers, as at the primary', actual: 'stateless without reverse rule: answers are dropped' }),
  isReply: true,
  remedy: (fill) => ['# let the answers through, or make the rule stateful, as its counterpart is', addRemedy(fill)].join('\n'),
});

const otherProtocols = flowRule({
  what: 'other-protocols-missing',
  part: 'otherProtocols',
  severity: 'warning',
  title: 'The primary allows every protocol and the standby some of them',
  why: 'A rule for all protocols also lets through tunnels, clusters and routing protocols. Whatever needs those does not come up here.',
  says: () => ({ expected: 'protocol all, as at the primary', actual: 'works at the primary only: protocol all is reduced here' }),
  remedy: addRemedy,
});

const byAddress = flowRule({
  what: 'flow-by-address-only',
  part: 'byAddress',
  severity: 'warning',
  title: 'The primary names a group or a service, and the standby lets the traffic through by address only',
  why: 'It works, but for more peers than it was meant for, and not by the same rule: whoever tidies the wide rule up cuts it off.',
  says: ({ peer }) => ({
    expected: peer.kind === 'nsg' ? `a rule that names ${peer.name}` : 'a rule that names the service',
    actual: 'let through by a rule for addresses',
  }),
  remedy: addRemedy,
});

const unanswered = flowRule({
  what: 'unanswered-flow-missing',
  part: 'unanswered',
  severity: 'warning',
  title: 'A stateless rule of the primary, which lets no answers back, is missing at the standby',
  why: 'Traffic that needs no answers (logs, metrics) goes through it at the primary; for whatever needs them it is half a rule.',
  says: () => ({ expected: 'let through one way, as at the primary', actual: 'dropped' }),
  remedy: (fill) => addRemedy(fill).replaceAll('"isStateless":false', '"isStateless":true'),
});

const answeredNowhere = flowRule({
  what: 'flow-answered-nowhere',
  part: 'answeredNowhere',
  severity: 'warning',
  title: 'At both sides a stateless rule lets tcp through and nothing lets its answers back',
  why: 'No connection is made by such a rule. The standby is like its primary, and what it is meant for works at neither.',
  says: () => ({ expected: 'tcp with its answers', actual: 'stateless without reverse rule, at both sides' }),
  isReply: true,
  remedy: (fill) => ['# let the answers through at both sides, make the rules stateful, or take them out', addRemedy(fill)].join('\n'),
});

const more = flowRule({
  what: 'flow-here-only',
  part: 'more',
  severity: 'warning',
  title: 'The standby lets traffic through that the primary drops',
  why: 'A rule for a test or a migration that stayed. The failover works, and production is then open to more than before.',
  says: () => ({ expected: 'dropped, as at the primary', actual: 'works at the standby only' }),
  remedy: lookRemedy,
});

const morePings = flowRule({
  what: 'icmp-here-only',
  part: 'morePings',
  severity: 'note',
  title: 'The standby lets through more types or codes of ICMP from the same peers',
  why: 'It does no harm on the day of a failover. It is told because the two sides are not kept by the same hand.',
  says: () => ({ expected: 'dropped, as at the primary', actual: 'works at the standby only' }),
  remedy: lookRemedy,
});

const elsewhere = flowRule({
  what: 'flow-by-other-rule',
  part: 'elsewhere',
  severity: 'note',
  title: 'What a group or list of the primary allows, another one allows at the standby',
  why: 'Machines get the same. What is not a machine (a balancer, a database) and uses the same group or list may not.',
  says: () => ({ expected: 'allowed by the same group or list', actual: 'allowed by another' }),
  remedy: addRemedy,
});

export const flowRules: readonly Rule[] = [
  missing,
  oneWay,
  otherProtocols,
  byAddress,
  unanswered,
  answeredNowhere,
  more,
  morePings,
  elsewhere,
];
