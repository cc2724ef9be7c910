// What is wrong with the secrets of one side whatever the other has: their end, and what was not seen.
import { parseDurationMs } from '../../contract/duration.ts';
import type { AloneContext, AloneRule, Draft, PairedRule } from '../../contract/rule.ts';
import { shellWord } from '../../formats/shell-word.ts';
import type { Missed } from '../../formats/side-lists.ts';
import { isLikeAny } from '../../formats/wildcard.ts';
import type { Facts, Secret } from './facts.ts';
import { isGoing } from './pairs.ts';
import { newVersion, readingIt, toldOf } from './remedy.ts';
import type { Settings } from './settings.ts';
import { subjectOf } from './subject.ts';
import { day } from './versions.ts';

type Rule = AloneRule<Facts, Settings>;

function ending(
  facts: Facts,
  { settings }: AloneContext<Settings>,
  say: (secret: Secret, endsAt: number) => Pick<Draft, 'expected' | 'actual'> | null,
): readonly Draft[] {
  return facts.secrets.entries.flatMap((secret) => {
    if (secret.expiresAt === null || isGoing(secret.state)) return [];
    const subject = subjectOf(facts, settings, secret);
    const said = isLikeAny(subject, settings.ignore) ? null : say(secret, secret.expiresAt);
    return said === null ? [] : [{ subject, ...said, with: toldOf(facts.region.name, secret, subject) }];
  });
}

const rotated = (given: Draft['with'] = {}): string =>
  ['# A new version has a new end; for a replica, that of its source', ...newVersion(given), readingIt(given)].join('\n');

const expired = (isReadable: boolean): Rule => ({
  code: isReadable ? 'secrets/expired-readable' : 'secrets/expired',
  kind: 'alone',
  severity: isReadable ? 'warning' : 'blocker',
  isClockDriven: true,
  title: isReadable
    ? 'The current version of a secret is past its end, and can still be read'
    : 'The current version of a secret is past its end',
  why: isReadable
    ? 'It was meant to be replaced by then; whatever it opens may refuse it.'
    : 'Its value cannot be read any more: what asks for it does not start.',
  remedy: ({ with: given }) => rotated(given),
  judge: (facts, context) =>
    ending(facts, context, ({ isBlockedOnExpiry }, endsAt) =>
      endsAt <= context.now && (isBlockedOnExpiry === false) === isReadable
        ? { expected: 'a version that has not ended', actual: `ended on ${day(endsAt)}` }
        : null,
    ),
});

const expiring: Rule = {
  code: 'secrets/expiring',
  kind: 'alone',
  severity: 'warning',
  isClockDriven: true,
  title: 'The current version of a secret ends soon',
  why: 'After its end it may not be readable, and a failover has to read it.',
  remedy: ({ with: given }) => rotated(given),
  judge: (facts, context) => {
    const { expiryWarn } = context.settings;
    return ending(facts, context, (_, endsAt) =>
      endsAt > context.now && endsAt - context.now <= (parseDurationMs(expiryWarn) ?? 0)
        ? { expected: `an end more than ${expiryWarn} away`, actual: `ends on ${day(endsAt)}` }
        : null,
    );
  },
};

const granted: readonly (readonly [noun: string, grant: string, command: string])[] = [
  ['secrets', 'read secrets', 'vault secret list'],
  ['keys', 'inspect keys', 'kms management key list --endpoint <managementEndpoint of the vault>'],
  ['vaults', 'inspect vaults', 'kms management vault list'],
];

function unseenDraft(region: string, { what, compartment, reason, detail }: Missed): Draft {
  const [, grant, command] = granted.find(([noun]) => what.startsWith(noun)) ?? granted[0]!;
  const given = { grant, command, region: shellWord(region), compartment: shellWord(compartment || '<compartment>') };
  return { subject: what, expected: 'seen', actual: `${reason}: ${detail}`, with: given };
}

const granting = ({ with: given = {} }: Draft): string =>
  [
    '# Where the right is missing, add it in the home region; it gives no value of a secret. A side without keys: `keys: false` of this check',
    `# Allow dynamic-group <collector> to ${given.grant} in compartment <compartment>`,
    `$ oci ${given.command} --region ${given.region} --compartment-id ${given.compartment}`,
  ].join('\n');

const missedBy = ({ vaults, keys, secrets }: Facts): readonly Missed[] => [...vaults.missed, ...keys.missed, ...secrets.missed];

const unseen: Rule = {
  code: 'secrets/unseen',
  kind: 'alone',
  severity: 'warning',
  isBlind: true,
  title: 'A part of the vaults, keys and secrets of a side was not seen',
  why: 'What is missing, disabled or to be deleted in there is not found.',
  remedy: granting,
  judge: (facts) => missedBy(facts).map((one) => unseenDraft(facts.region.name, one)),
};

const primaryUnseen: PairedRule<Facts, Settings> = {
  code: 'secrets/primary-unseen',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'A part of the primary’s vaults, keys and secrets was not seen',
  why: 'What the standby lacks of it is not known.',
  remedy: granting,
  judge: (_, primary) =>
    missedBy(primary).map((one) => {
      const draft = unseenDraft(primary.region.name, one);
      return { ...draft, subject: `${draft.subject} at the primary` };
    }),
};

export const sightRules = [expired(false), expired(true), expiring, unseen, primaryUnseen] as const;
