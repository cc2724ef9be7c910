// Steering policies as a whole: attached, health-checked by a monitor that looks at both sides, short-lived.
import { parseDurationMs } from '../../contract/duration.ts';
import type { PairedRule } from '../../contract/rule.ts';
import type { Facts, Monitor } from './facts.ts';
import { ableToMove, attachedNames, enabled, moving, type OwnedAnswer, ofOwner, type Steering, steerings, subjectOf } from './policies.ts';
import { attachment, monitor as monitorRemedy, rules as rulesRemedy, ttl } from './remedy.ts';
import type { Settings } from './settings.ts';

type Rule = PairedRule<Facts, Settings>;

const notAttached: Rule = {
  code: 'zones/not-attached',
  kind: 'paired',
  severity: 'blocker',
  title: 'A steering policy between primary and standby is attached to no name',
  why: 'Clients never get its answers: the name is what its plain records say.',
  judge: (standby, primary, context) => {
    // What is in a list that was not seen may be the attachment.
    if ([...standby.unseen, ...primary.unseen].some(({ what }) => what === 'steering policy attachments')) return [];
    const all = ableToMove(steerings(standby, primary, context));
    const attached = all.filter((one) => attachedNames(one).length > 0);
    return all
      .filter((one) => !attached.includes(one) && !attached.some((other) => isSpare(one, other)))
      .map((one) => ({
        subject: one.policy.name,
        expected: 'an attachment that is ACTIVE',
        actual: statesOf(one, standby, primary),
        with: { id: one.policy.id },
      }));
  },
  remedy: attachment,
};

/** A policy with the answers of one that is in use. */
const isSpare = (one: Steering, other: Steering): boolean =>
  one.answers.every(({ value }) => other.answers.some((answer) => answer.value === value));

function statesOf({ policy }: Steering, standby: Facts, primary: Facts): string {
  const own = [...standby.attachments, ...primary.attachments].filter((one) => one.policy === policy.id);
  const told = own.map(({ domain, types, state }) => `${domain} ${types.join(' ')} ${state ?? ''}`.trim());
  return told.length === 0 ? 'attached to no name' : [...new Set(told)].sort().join(', ');
}

const noHealthCheck: Rule = {
  code: 'zones/no-health-check',
  kind: 'paired',
  severity: 'blocker',
  title: 'Nothing tells a steering policy that the primary is down',
  why: 'Without a HEALTH rule and a monitor it goes on giving the primary’s answer until somebody changes it by hand.',
  judge: (standby, primary, context) =>
    ableToMove(steerings(standby, primary, context))
      .filter(({ isHealthChecked, policy }) => !isHealthChecked || policy.content.monitor === null)
      .map((one) => ({
        subject: one.policy.name,
        expected: 'a HEALTH rule and a monitor',
        actual: one.isHealthChecked ? 'no monitor' : 'no HEALTH rule',
        with: { id: one.policy.id, region: standby.region.name },
      })),
  remedy: rulesRemedy,
};

const monitorDisabled: Rule = {
  code: 'zones/monitor-disabled',
  kind: 'paired',
  severity: 'blocker',
  title: 'The monitor of a steering policy is switched off',
  why: 'Every answer counts as well, and the primary’s is given for ever.',
  judge: (standby, primary, context) =>
    monitored(steerings(standby, primary, context)).flatMap(({ one, monitor }) =>
      monitor.content.isEnabled !== false
        ? []
        : [
            {
              subject: one.policy.name,
              expected: `${monitor.name} is enabled`,
              actual: `${monitor.name} isEnabled false`,
              with: fillOf(monitor),
            },
          ],
    ),
  remedy: monitorRemedy,
};

const primaryNotProbed: Rule = {
  code: 'zones/primary-not-probed',
  kind: 'paired',
  severity: 'blocker',
  title: 'The monitor does not look at the primary',
  why: 'What no monitor looks at counts as well: the policy never leaves the primary.',
  judge: (standby, primary, context) => notProbed(steerings(standby, primary, context), 'primary'),
  remedy: monitorRemedy,
};

const standbyNotProbed: Rule = {
  code: 'zones/standby-not-probed',
  kind: 'paired',
  severity: 'warning',
  title: 'The monitor does not look at the standby',
  why: 'What no monitor looks at counts as well: clients are sent there even if nobody answers.',
  judge: (standby, primary, context) => notProbed(steerings(standby, primary, context), 'standby'),
  remedy: monitorRemedy,
};

const notProbed = (all: readonly Steering[], owner: 'primary' | 'standby') =>
  monitored(all).flatMap(({ one, monitor }) =>
    enabled(one.answers, owner)
      .filter(({ value }) => !monitor.content.targets.includes(value))
      .map((answer) => ({
        subject: subjectOf(one.policy, answer),
        expected: `${answer.value} is a target of ${monitor.name}`,
        actual: `${monitor.name} looks at ${monitor.content.targets.join(', ') || 'nothing'} only`,
        with: { ...fillOf(monitor), targets: JSON.stringify([...monitor.content.targets, answer.value]) },
      })),
  );

const unhealthy: Rule = {
  code: 'zones/standby-unhealthy',
  kind: 'paired',
  severity: 'blocker',
  title: 'The monitor finds the standby’s answer unwell from everywhere',
  why: 'The HEALTH rule drops it: in a failover there is no answer at all.',
  judge: (standby, primary, context) =>
    resultsOf(steerings(standby, primary, context), 'standby')
      .filter(({ healthy, unwell }) => healthy.length === 0 && unwell.length > 0)
      .map(({ one, answer, monitor }) => ({
        subject: subjectOf(one.policy, answer),
        expected: `${answer.value} healthy`,
        actual: `${answer.value} unhealthy from every vantage point of ${monitor.name}`,
        with: fillOf(monitor),
      })),
  remedy: monitorRemedy,
};

const partlyUnhealthy: Rule = {
  code: 'zones/standby-partly-unhealthy',
  kind: 'paired',
  severity: 'warning',
  title: 'The monitor finds the standby’s answer unwell from half of its vantage points or more',
  why: 'It is about to be dropped by the HEALTH rule.',
  judge: (standby, primary, context) =>
    resultsOf(steerings(standby, primary, context), 'standby')
      .filter(({ healthy, unwell }) => healthy.length > 0 && unwell.length >= healthy.length)
      .map(({ one, answer, monitor, unwell }) => ({
        subject: subjectOf(one.policy, answer),
        expected: `${answer.value} healthy`,
        actual: `${answer.value} unhealthy from ${unwell.join(', ')}`,
        with: fillOf(monitor),
      })),
  remedy: monitorRemedy,
};

const healthUnseen: Rule = {
  code: 'zones/health-unseen',
  kind: 'paired',
  severity: 'note',
  title: 'How the monitor finds the standby could not be seen',
  why: 'It may be unwell, and then its answer is not given.',
  judge: (standby, primary, context) =>
    monitored(steerings(standby, primary, context)).flatMap(({ one, monitor }) => {
      const actual = monitor.results.kind === 'unseen' ? monitor.results.detail : lacking(one, monitor, monitor.results);
      return actual === null ? [] : [{ subject: one.policy.name, expected: `results of ${monitor.name}`, actual, with: fillOf(monitor) }];
    }),
  remedy: monitorRemedy,
};

/** What is no target, or belongs to a monitor that is switched off, has none and is told otherwise. */
function lacking(one: Steering, { content }: SeenMonitor, results: Extract<Monitor['results'], { kind: 'seen' }>): string | null {
  const without = enabled(one.answers, 'standby')
    .map(({ value }) => value)
    .filter((value) => content.targets.includes(value) && !results.targets.some(({ target }) => target === value));
  return without.length === 0 || content.isEnabled === false ? null : `none of the last hour for ${without.join(', ')}`;
}

const ttlTooLong: Rule = {
  code: 'zones/ttl-too-long',
  kind: 'paired',
  severity: 'warning',
  title: 'Clients may keep the answer of a steering policy for longer than they should',
  why: 'For that long after a failover they go on to the primary.',
  judge: (standby, primary, context) => {
    const max = (parseDurationMs(context.standby.settings.ttlMax) ?? 300_000) / 1_000;
    return moving(steerings(standby, primary, context)).flatMap(({ policy }) =>
      policy.content.ttl === null || policy.content.ttl <= max
        ? []
        : [
            {
              subject: policy.name,
              expected: `ttl of ${max} at most`,
              actual: `ttl ${policy.content.ttl}`,
              with: { id: policy.id, ttl: String(max) },
            },
          ],
    );
  },
  remedy: ttl,
};

type SeenMonitor = Monitor & { readonly content: Extract<Monitor['content'], { kind: 'seen' }> };

function monitored(all: readonly Steering[]): readonly { readonly one: Steering; readonly monitor: SeenMonitor }[] {
  return moving(all)
    .filter(({ isHealthChecked }) => isHealthChecked)
    .flatMap((one) => (one.monitor !== null && isSeen(one.monitor) ? [{ one, monitor: one.monitor }] : []));
}

const isSeen = (monitor: Monitor): monitor is SeenMonitor => monitor.content.kind === 'seen';

interface Probed {
  readonly one: Steering;
  readonly monitor: Monitor;
  readonly answer: OwnedAnswer;
  readonly healthy: readonly string[];
  readonly unwell: readonly string[];
}

const resultsOf = (all: readonly Steering[], owner: 'standby'): readonly Probed[] =>
  all.flatMap((one) => {
    const { monitor } = one;
    if (monitor === null || !one.isHealthChecked || monitor.results.kind !== 'seen') return [];
    const { targets } = monitor.results;
    return ofOwner(one.answers, owner).flatMap((answer) =>
      targets
        .filter(({ target }) => target === answer.value)
        .map(({ healthy, unhealthy: unwell }) => ({ one, monitor, answer, healthy, unwell })),
    );
  });

const fillOf = ({ id, content }: Monitor): Record<string, string> => ({
  monitor: id,
  targets: JSON.stringify(content.kind === 'seen' ? content.targets : []),
});

export const steeringRules = [
  notAttached,
  noHealthCheck,
  monitorDisabled,
  primaryNotProbed,
  standbyNotProbed,
  unhealthy,
  partlyUnhealthy,
  healthUnseen,
  ttlTooLong,
] as const;
