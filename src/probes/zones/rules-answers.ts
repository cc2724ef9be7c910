// Answers of steering policies: whose they are, and whether they would be given.
import type { Draft, PairedRule } from '../../contract/rule.ts';
import type { Answer, Facts } from './facts.ts';
import { ableToMove, answersGiven, enabled, moving, ofOwner, ownersGiven, type Steering, steerings, subjectOf } from './policies.ts';
import { answers as answersRemedy, rules as rulesRemedy } from './remedy.ts';
import type { Settings } from './settings.ts';
import { rankOf } from './steer.ts';
import type { Owner } from './whose.ts';

type Rule = PairedRule<Facts, Settings>;

const stale: Rule = {
  code: 'zones/answer-stale',
  kind: 'paired',
  severity: 'blocker',
  title: 'The answer that should lead to the standby leads to nobody there',
  why: 'In a failover clients are sent to an address that belongs to no balancer of the standby.',
  judge: (standby, primary, context) =>
    moving(steerings(standby, primary, context)).flatMap((one) =>
      ofOwner(one.answers, 'standby', 'unseen').length > 0
        ? []
        : ofOwner(one.answers, 'nobody').map((answer) => ({
            subject: subjectOf(one.policy, answer),
            expected: `an address of ${standby.region.name}${oneOf(standby)}`,
            actual: `${answer.value} is not among the standby’s addresses`,
            with: fill(one, standby),
          })),
    ),
  remedy: answersRemedy,
};

const oneOf = ({ addresses }: Facts): string =>
  addresses.length === 0
    ? ''
    : ` such as ${addresses
        .slice(0, 3)
        .map(({ address, of }) => `${address} (${of})`)
        .join(', ')}`;

const noAnswer: Rule = {
  code: 'zones/no-standby-answer',
  kind: 'paired',
  severity: 'blocker',
  title: 'A steering policy knows the primary only',
  why: 'There is nothing that it could answer with in a failover.',
  judge: (standby, primary, context) =>
    moving(steerings(standby, primary, context))
      .filter(({ answers }) => ofOwner(answers, 'primary').length === answers.length)
      .map((one) => ({
        subject: one.policy.name,
        expected: `an answer that leads to ${standby.region.name}`,
        actual: `only ${one.answers.map(({ name, value }) => `${name} ${value}`).join(', ')}`,
        with: fill(one, standby),
      })),
  remedy: answersRemedy,
};

const foreign: Rule = {
  code: 'zones/answer-foreign',
  kind: 'paired',
  severity: 'warning',
  title: 'An answer of the standby’s pool leads to nobody there',
  why: 'In a failover a share of the clients is sent to an address that belongs to nobody.',
  judge: (standby, primary, context) =>
    steerings(standby, primary, context).flatMap((one) => {
      const pools = new Set(ofOwner(one.answers, 'standby').map(({ pool }) => pool));
      return ofOwner(one.answers, 'nobody')
        .filter(({ pool, isDisabled }) => pool !== null && pools.has(pool) && !isDisabled)
        .map((answer) => ({
          subject: subjectOf(one.policy, answer),
          expected: `an address of ${standby.region.name}`,
          actual: `${answer.value} is not among the standby’s addresses`,
          with: fill(one, standby),
        }));
    }),
  remedy: answersRemedy,
};

const idle: Rule = {
  code: 'zones/answer-idle',
  kind: 'paired',
  severity: 'warning',
  title: 'The answer for the standby is a reserved address that is assigned to nothing',
  why: 'Unless the recovery plan assigns it, clients are sent where nobody listens.',
  judge: (standby, primary, context) =>
    steerings(standby, primary, context).flatMap((one) =>
      enabled(one.answers, 'standby')
        .filter(({ value }) => one.world.idle.has(value))
        .map((answer) => ({
          subject: subjectOf(one.policy, answer),
          expected: 'assigned to a balancer or an instance',
          actual: `${answer.value} is assigned to nothing`,
          with: { ...fill(one, standby), value: answer.value },
        })),
    ),
  remedy: ({ with: { region = '', value = '' } = {} }) =>
    `$ oci network public-ip get --region ${region} --public-ip-address ${value === '' ? '<address>' : value}`,
};

const disabled: Rule = {
  code: 'zones/answer-disabled',
  kind: 'paired',
  severity: 'blocker',
  title: 'The answer for the standby is switched off',
  why: 'The policy never gives it, however ill the primary is.',
  judge: (standby, primary, context) =>
    moving(steerings(standby, primary, context)).flatMap((one) =>
      enabled(one.answers, 'standby').length > 0
        ? []
        : ofOwner(one.answers, 'standby').map((answer) => ({
            subject: subjectOf(one.policy, answer),
            expected: 'isDisabled false',
            actual: 'isDisabled true',
            with: fill(one, standby),
          })),
    ),
  remedy: answersRemedy,
};

const notGiven: Rule = {
  code: 'zones/answer-not-given',
  kind: 'paired',
  severity: 'blocker',
  title: 'The rules of a steering policy do not give the standby’s answer where the primary’s is found unwell',
  why: 'An order of rules, a priority or a filter leaves it out. Clients get the primary’s answer, another, or none.',
  judge: (standby, primary, context) =>
    ableToMove(steerings(standby, primary, context))
      .filter(({ isHealthChecked }) => isHealthChecked)
      .flatMap((one) => {
        const [normal, failed] = [ownersGiven(one, null).branches, answersGiven(one, 'primary').branches];
        const lost =
          failed?.filter((given, at) => normal?.[at]?.includes('primary') === true && ofOwner(given, 'standby').length === 0) ?? [];
        return lost.length === 0
          ? []
          : [
              {
                subject: one.policy.name,
                expected: `${enabled(one.answers, 'standby').map(answerText).join(', ')} where the primary is unwell`,
                actual: lost[0]!.length === 0 ? 'no answer' : `only ${lost[0]!.map(answerText).join(', ')}`,
                with: fill(one, standby),
              },
            ];
      }),
  remedy: rulesRemedy,
};

const answerText = ({ name, type, value }: Answer): string => `${name} ${type} ${value}`;

const reversed: Rule = {
  code: 'zones/priority-reversed',
  kind: 'paired',
  severity: 'warning',
  title: 'A steering policy sends clients to the standby although the primary is well',
  why: 'They use the standby already, all of them or by chance, and a failover of it would be a failover to the primary.',
  judge: (standby, primary, context) =>
    ableToMove(steerings(standby, primary, context)).flatMap((one) => {
      const { branches, hasCases } = ownersGiven(one, null);
      const given = branches?.[0] ?? [];
      return hasCases || !given.includes('standby') ? [] : [{ ...ranksDraft(one, given), with: fill(one, standby) }];
    }),
  remedy: rulesRemedy,
};

function ranksDraft({ policy, answers }: Steering, given: readonly Owner[]): Draft {
  const rank = (answer: (typeof answers)[number]): string => {
    const value = rankOf(policy.content, answer);
    return `${answer.name} ${answer.isDisabled ? 'disabled' : (value ?? 'without priority')}`;
  };
  return {
    subject: policy.name,
    expected: 'the primary’s answer first, and no other while it is well',
    actual: `${[...ofOwner(answers, 'standby'), ...ofOwner(answers, 'primary')].map(rank).join(', ')}${
      given.includes('primary') ? '; both are given' : ''
    }`,
  };
}

const fill = ({ policy }: Steering, { region, addresses }: Facts): Record<string, string> => ({
  id: policy.id,
  region: region.name,
  address: addresses[0]?.address ?? '<address>',
});

export const answerRules = [stale, noAnswer, foreign, idle, disabled, notGiven, reversed] as const;
