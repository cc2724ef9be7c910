// What the standby's instances may not do, or may do more, than their twins.
import type { Draft, PairedContext, PairedRule, Severity } from '../../contract/rule.ts';
import { candidatesOf } from './candidates.ts';
import { type Facts, isInForce } from './facts.ts';
import type { Told } from './findings.ts';
import { findings } from './once.ts';
import { grantRemedy, memberRemedy, policyRemedy } from './remedy.ts';
import { concerns, unreadDrafts, unseenDrafts, withOf } from './rules-alone.ts';
import { groupRules } from './rules-groups.ts';
import type { Settings } from './settings.ts';
import { inPrint, quotedStatement, statementName } from './wording.ts';
import { type World, worldOf } from './world.ts';

type Context = PairedContext<Settings>;
type Rule = PairedRule<Facts, Settings>;

interface Grant {
  readonly code: string;
  readonly told: Told;
  readonly title: string;
  readonly why: string;
  readonly severity?: Severity;
  readonly remedy: (draft: Draft) => string;
}

const rule = ({ code, told, title, why, severity = 'blocker', remedy }: Grant): Rule => ({
  code,
  kind: 'paired',
  severity,
  // A condition may name a day.
  isClockDriven: true,
  title,
  why,
  judge: (standby, primary, context) => {
    const found = findings(standby, primary, context);
    return told === 'inactive' ? [...found.inactive, ...found.idle] : found[told];
  },
  remedy,
});

const grants: readonly Rule[] = [
  rule({
    code: 'iam/not-a-member',
    told: 'not-a-member',
    title: 'A dynamic group takes in the primary’s instances and leaves out the standby’s',
    why: 'Every statement for the group passes these instances by: what they ask of OCI after a failover is answered with 404.',
    remedy: memberRemedy,
  }),
  rule({
    code: 'iam/group-not-there',
    told: 'not-there',
    title: 'A policy for these compartments names a dynamic group that is not there',
    why: 'A group that was renamed or made anew leaves its statements behind: they are accepted, look right, and grant nothing. What the primary has by another is lost here.',
    remedy: (draft) => policyRemedy(draft, 'Name the dynamic group that takes these instances in:'),
  }),
  rule({
    code: 'iam/policy-inactive',
    told: 'inactive',
    title: 'The policy that would grant it to the standby is not in force',
    why: 'A policy that is not active is listed like any other, and grants nothing.',
    remedy: (draft) => policyRemedy(draft, 'See why it is not active, and write it anew if need be:'),
  }),
  rule({
    code: 'iam/grant-missing',
    told: 'missing',
    title: 'Nothing grants the standby’s instances what their twins may do',
    why: 'The system comes up in the other region and is refused what it needs: a secret, a key, a bucket.',
    remedy: (draft) => grantRemedy(draft, 'The standby needs what its primary has.'),
  }),
  rule({
    code: 'iam/grant-weaker',
    told: 'weaker',
    title: 'The standby’s instances may do less with a resource than their twins',
    why: 'To see that a secret is there is not to read it: what works at the primary is refused at the standby, and only then.',
    remedy: (draft) => grantRemedy(draft, 'The standby needs the verb or the permissions that its primary has.'),
  }),
  rule({
    code: 'iam/grant-region-bound',
    told: 'region',
    title: 'A grant is bound to the primary’s region',
    why: 'The condition holds the key of one region: in the other it is false, whatever else the statement says.',
    remedy: (draft) =>
      grantRemedy(draft, 'The same for the standby’s region; OCI compares `request.region` with the key of the region, not with its name.'),
  }),
  rule({
    code: 'iam/grant-condition-narrower',
    told: 'condition',
    title: 'A condition lets the standby’s instances do less than their twins',
    why: 'A condition that names the primary’s bucket, compartment, instance or key is false at the standby. Where the names differ lawfully, `names` of the region says which are each other’s twins.',
    remedy: (draft) => grantRemedy(draft, 'The standby needs it under the condition that its primary has it under, in its own names.'),
  }),
  rule({
    code: 'iam/grant-denied',
    told: 'denied',
    title: 'A deny statement takes from the standby’s instances what their twins may do',
    why: 'Deny beats allow, from any compartment above.',
    remedy: (draft) => policyRemedy(draft, 'Take these instances out of the deny, or deny it to the primary as well:'),
  }),
  rule({
    code: 'iam/grant-stronger',
    told: 'stronger',
    severity: 'warning',
    title: 'The standby’s instances may do more than their twins',
    why: 'It works, and opens more than the primary does: the standby is the place where such a grant goes unnoticed.',
    remedy: (draft) => policyRemedy(draft, 'Grant no more than at the primary, or grant the primary the same:'),
  }),
];

const unknownGrant: Rule = {
  code: 'iam/grant-unknown',
  kind: 'paired',
  severity: 'warning',
  isClockDriven: true,
  isBlind: true,
  title: 'Whether the standby’s instances have a grant as their twins do cannot be told',
  why: 'A group whose members are not known, or a condition that could not be compared, decides it.',
  judge: (standby, primary, context) => findings(standby, primary, context).perhaps,
  remedy: (draft) =>
    draft.with?.isGroup === 'yes'
      ? [
          '# A group of another identity domain is not in the list of dynamic groups, and some rules are not shown there: look at the rule itself.',
          '$ oci iam dynamic-group list --all',
        ].join('\n')
      : [
          '# Somebody has to compare the statements of both sides.',
          '# Where a condition names things by OCID, `names` of the region in the fleet file says which are each other’s twins.',
        ].join('\n'),
};

const primaryUnseen: Rule = {
  code: 'iam/primary-unseen',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'What the primary’s instances may do was not seen whole',
  why: 'What was not seen at the primary may be missing at the standby.',
  judge: (_, primary, context) => {
    const theirs = worldOf(primary, context.primary.settings.scope);
    const seen = [...unseenDrafts(theirs), ...unreadDrafts(theirs, candidatesOf(theirs))];
    return [...seen.map((draft) => ({ ...draft, subject: `at the primary: ${draft.subject}` })), ...unshared(context)];
  },
  remedy: () =>
    [
      '# The reader needs the same at the primary as at the standby:',
      '$ oci iam policy list --all --compartment-id <compartment of the primary>',
    ].join('\n'),
};

/** Compartments that one side names and the other does not: there is nothing to compare them with. */
function unshared({ standby, primary }: Context): readonly Draft[] {
  const theirs = Object.keys(primary.settings.scope.compartments).sort();
  return theirs
    .filter((name) => !Object.hasOwn(standby.settings.scope.compartments, name))
    .map((name) => ({
      subject: `compartment ${name}`,
      expected: 'named for the standby’s region as well',
      actual: 'named for the primary’s only',
    }));
}

const notEvaluated: Rule = {
  code: 'iam/not-evaluated',
  kind: 'paired',
  severity: 'note',
  title: 'A statement across tenancies is not evaluated',
  why: 'What another tenancy admits is written there, and is not read from here: whether both sides have it, somebody has to know.',
  judge: (standby, primary, context) => {
    const [ours, theirs] = [worldOf(standby, context.standby.settings.scope), worldOf(primary, context.primary.settings.scope)];
    const own = endorsements(ours);
    const subjects = new Set(own.map(({ actual }) => actual));
    const others = endorsements(theirs).filter(({ actual }) => !subjects.has(actual));
    return [...own, ...others.map((draft) => ({ ...draft, subject: `at the primary alone: ${draft.subject}` }))];
  },
  remedy: (draft) => policyRemedy(draft, 'See that it speaks of the instances of both sides, and that the other tenancy admits both:'),
};

const endorsements = (side: World): readonly Draft[] =>
  side.notRead
    .filter(
      ({ policy, read }) =>
        read.kind === 'cross-tenancy' &&
        read.word === 'endorse' &&
        isInForce(policy.state) &&
        concerns(side, read.subject, candidatesOf(side)),
    )
    .map((one) => ({
      subject: statementName(one),
      expected: 'a grant within the tenancy',
      actual: quotedStatement(one),
      with: withOf(side, one),
    }));

export const pairedRules: readonly Rule[] = [...groupRules, ...grants, unknownGrant, primaryUnseen, notEvaluated].map((one) => ({
  ...one,
  judge: (standby, primary, context) => one.judge(standby, primary, context).map(inPrint),
}));
