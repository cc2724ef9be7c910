// Vaults and keys of the standby beside the primary's.
import type { Draft, PairedContext, PairedRule } from '../../contract/rule.ts';
import { shellWord } from '../../formats/shell-word.ts';
import type { Facts, Key, Vault } from './facts.ts';
import { isGoing, type Paired, pairsOf } from './pairs.ts';
import type { Settings } from './settings.ts';

type Rule = PairedRule<Facts, Settings>;
type Context = PairedContext<Settings>;
type Twins = Paired<Key> & { readonly own: Key };

const twins = (standby: Facts, primary: Facts, context: Context): readonly Twins[] =>
  pairsOf(standby, primary, context).keys.filter((one): one is Twins => one.own !== null);

function keyTold(facts: Facts, { ocid, name, vault }: Pick<Key, 'ocid' | 'name' | 'vault'>): NonNullable<Draft['with']> {
  const holder = facts.vaults.entries.find((one) => one.ocid === vault);
  return {
    region: shellWord(facts.region.name),
    ocid: shellWord(ocid),
    name: shellWord(name),
    vault: shellWord(vault || '<vault>'),
    compartment: shellWord(holder?.compartment ?? '<compartment>'),
    endpoint: shellWord(holder?.endpoint ?? '<managementEndpoint of the vault>'),
  };
}

const vaultMissing: Rule = {
  code: 'secrets/vault-missing',
  kind: 'paired',
  severity: 'blocker',
  title: 'Nothing in the standby region stands for a vault of the primary',
  why: 'Its secrets and keys are not there on the day, and what is encrypted under them cannot be opened.',
  remedy: ({ with: given = {} }) =>
    [
      '# Where the standby’s vault has another name, say so: names, under the regions of the group in the fleet file',
      `$ oci kms management vault create --region ${given.region} --compartment-id ${given.compartment} --display-name ${given.name} --vault-type DEFAULT`,
    ].join('\n'),
  judge: (standby, primary, context) =>
    standby.vaults.missed.length + standby.secrets.missed.length > 0 || !context.standby.settings.keys
      ? []
      : pairsOf(standby, primary, context)
          .vaults.filter(({ vaults, isUsed }) => vaults.length === 0 && isUsed)
          .map(({ subject }) => ({
            subject,
            expected: `a vault ${subject}`,
            actual: `none in ${standby.region.name}`,
            with: {
              region: shellWord(standby.region.name),
              compartment: shellWord(Object.values(context.standby.settings.scope.compartments)[0]!),
              name: shellWord(subject),
            },
          })),
};

const vaultNotActive: Rule = {
  code: 'secrets/vault-not-active',
  kind: 'paired',
  severity: 'blocker',
  title: 'A vault of the standby is not ACTIVE',
  why: 'Nothing under it can be read while it is not, and after a deletion never again.',
  remedy: ({ with: given = {} }) =>
    [
      '# Where its deletion is pending:',
      `$ oci kms management vault cancel-deletion --region ${given.region} --vault-id ${given.ocid}`,
      `$ oci kms management vault get --region ${given.region} --vault-id ${given.ocid}`,
    ].join('\n'),
  judge: (standby, primary, context) =>
    pairsOf(standby, primary, context).vaults.flatMap(({ subject, own, theirs }) => {
      const isLeft = theirs.length > 0 && theirs.every(({ state }) => isGoing(state));
      const [vault] = own;
      if (vault === undefined || isLeft || own.some(isInUse)) return [];
      const given = { region: shellWord(standby.region.name), ocid: shellWord(vault.ocid) };
      return [{ subject, expected: 'ACTIVE', actual: vault.state || 'no state', with: given }];
    }),
};

const isInUse = ({ state }: Vault): boolean => ['ACTIVE', 'UPDATING', 'BACKUP_IN_PROGRESS'].includes(state);

const keyMissing: Rule = {
  code: 'secrets/key-missing',
  kind: 'paired',
  severity: 'blocker',
  dependsOn: ['secrets/vault-missing', 'secrets/vault-not-active'],
  title: 'The standby’s vault lacks a key that the primary’s has',
  why: 'Volumes, buckets, databases and secrets that are to be under it cannot be made or opened in the standby region.',
  remedy: ({ with: given = {} }) =>
    `$ oci kms management key create --region ${given.region} --endpoint ${given.endpoint} --compartment-id ${given.compartment} --display-name ${given.name} --key-shape '${given.shape}'`,
  judge: (standby, primary, context) =>
    standby.keys.missed.length + standby.vaults.missed.length > 0 || !context.standby.settings.keys
      ? []
      : pairsOf(standby, primary, context).keys.flatMap(({ subject, own, theirs, vaults }) =>
          own === null && theirs.state !== 'DISABLED'
            ? [
                {
                  subject,
                  expected: `a key ${theirs.name} in ${vaultIn(subject)}`,
                  actual: `not in ${vaultIn(subject)} (${standby.region.name})`,
                  cause: vaultIn(subject),
                  with: {
                    ...keyTold(standby, { ocid: '', name: theirs.name, vault: vaults[0] ?? '' }),
                    shape: JSON.stringify({ algorithm: theirs.algorithm ?? 'AES', length: theirs.length ?? 32 }),
                  },
                },
              ]
            : [],
        ),
};

const vaultIn = (subject: string): string => subject.slice(0, subject.lastIndexOf('/'));

const usableStates = ['ENABLED', 'UPDATING', 'BACKUP_IN_PROGRESS'];
/** In which nothing under the key can be opened. In any other it is not known. */
const closedStates = ['DISABLED', 'DISABLING', 'DELETED', 'DELETING', 'SCHEDULING_DELETION', 'PENDING_DELETION'];

/** Keys that secrets of the standby are under, whatever they are called and whether or not the primary has their like. */
function keysOfSecrets(standby: Facts, primary: Facts, context: Context): readonly KeyOfSecrets[] {
  const { keys, secrets } = pairsOf(standby, primary, context);
  const told = new Set(keys.map(({ own }) => own?.ocid));
  const used = secrets.flatMap(({ subject, own }) =>
    own === null || own.key === null || isGoing(own.state) || told.has(own.key) ? [] : [{ subject, key: own.key }],
  );
  return [...Map.groupBy(used, ({ key }) => key)].flatMap(([ocid, all]) => {
    const own = standby.keys.entries.find((one) => one.ocid === ocid);
    return own === undefined
      ? []
      : [{ subject: `${vaultIn(all[0]!.subject)}/${own.name}`, own, secrets: all.map(({ subject }) => subject) }];
  });
}

interface KeyOfSecrets {
  readonly subject: string;
  readonly own: Key;
  readonly secrets: readonly string[];
}

const underIt = ({ secrets }: KeyOfSecrets): string => `; under it: ${secrets.slice(0, 8).join(', ')}${secrets.length > 8 ? ', …' : ''}`;

const enabling = ({ with: given = {} }: Draft): string =>
  [
    `$ oci kms management key get --region ${given.region} --endpoint ${given.endpoint} --key-id ${given.ocid}`,
    `$ oci kms management key enable --region ${given.region} --endpoint ${given.endpoint} --key-id ${given.ocid}`,
    '# Where its deletion is pending, before that:',
    `$ oci kms management key cancel-deletion --region ${given.region} --endpoint ${given.endpoint} --key-id ${given.ocid}`,
  ].join('\n');

/** A key that neither side can use is nobody's today, unless a secret of the standby is under it. */
const isUsed = (standby: Facts, { own, theirs }: Twins): boolean =>
  usableStates.includes(theirs.state) || standby.secrets.entries.some(({ key, state }) => key === own.ocid && !isGoing(state));

const keyNotEnabled = (isWanted: boolean): Rule => ({
  code: isWanted ? 'secrets/key-not-enabled' : 'secrets/key-disabled-on-both',
  kind: 'paired',
  severity: isWanted ? 'blocker' : 'warning',
  title: isWanted ? 'A key of the standby is not ENABLED' : 'A key is ENABLED on neither side',
  why: isWanted
    ? 'Secrets, volumes and databases under it cannot be opened.'
    : 'Production goes on without it. If it is done with on both sides, delete it on both.',
  remedy: enabling,
  judge: (standby, primary, context) =>
    [
      ...twins(standby, primary, context)
        .filter((one) => isUsed(standby, one) === isWanted)
        .map(({ subject, own }) => ({ subject, own, more: '' })),
      ...(isWanted ? keysOfSecrets(standby, primary, context).map((one) => ({ ...one, more: underIt(one) })) : []),
    ]
      .filter(({ own }) => closedStates.includes(own.state))
      .map(({ subject, own, more }) => ({ subject, expected: 'ENABLED', actual: `${own.state}${more}`, with: keyTold(standby, own) })),
});

const keyUnsettled: Rule = {
  code: 'secrets/key-unsettled',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'A key of the standby is on its way into another state, or in one that is not known',
  why: 'Whether what is under it can be opened is not known before that has ended.',
  remedy: enabling,
  judge: (standby, primary, context) =>
    [...twins(standby, primary, context), ...keysOfSecrets(standby, primary, context)]
      .filter(({ own }) => ![...usableStates, ...closedStates].includes(own.state))
      .map(({ subject, own }) => ({ subject, expected: 'ENABLED', actual: own.state || 'no state', with: keyTold(standby, own) })),
};

const keyDiffers: Rule = {
  code: 'secrets/key-differs',
  kind: 'paired',
  severity: 'warning',
  title: 'A key of the standby is of another algorithm or length than the primary’s',
  why: 'What was encrypted or signed under the one may not be accepted under the other.',
  remedy: ({ with: given = {} }) =>
    [
      '# A key’s shape cannot be changed: make another of the primary’s shape, and let what uses this one use that',
      `$ oci kms management key get --region ${given.region} --endpoint ${given.endpoint} --key-id ${given.ocid}`,
    ].join('\n'),
  judge: (standby, primary, context) =>
    twins(standby, primary, context).flatMap(({ subject, own, theirs }) => {
      const isSame = isSameOrUnsaid(own.algorithm, theirs.algorithm) && isSameOrUnsaid(own.length, theirs.length);
      return isSame ? [] : [{ subject, expected: shapeOf(theirs), actual: shapeOf(own), with: keyTold(standby, own) }];
    }),
};

const keyProtection: Rule = {
  code: 'secrets/key-protection-differs',
  kind: 'paired',
  severity: 'note',
  title: 'A key of the standby is kept in another way than the primary’s',
  why: 'It works; whether it may be kept in software is a matter of what was promised to whom.',
  remedy: ({ with: given = {} }) =>
    `$ oci kms management key get --region ${given.region} --endpoint ${given.endpoint} --key-id ${given.ocid}`,
  judge: (standby, primary, context) =>
    twins(standby, primary, context).flatMap(({ subject, own, theirs }) =>
      isSameOrUnsaid(own.protection, theirs.protection)
        ? []
        : [{ subject, expected: `${theirs.protection}`, actual: `${own.protection}`, with: keyTold(standby, own) }],
    ),
};

const isSameOrUnsaid = (a: string | number | null, b: string | number | null): boolean => a === null || b === null || a === b;

const shapeOf = ({ algorithm, length }: Key): string => `${algorithm ?? 'unknown'}${length === null ? '' : `, ${length * 8} bits`}`;

export const keyRules: readonly Rule[] = [
  vaultMissing,
  vaultNotActive,
  keyMissing,
  keyNotEnabled(true),
  keyNotEnabled(false),
  keyUnsettled,
  keyDiffers,
  keyProtection,
];
