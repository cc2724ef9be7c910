// Secrets of the standby beside the primary's: there, to stay, and as new.
import type { Draft, PairedContext, PairedRule } from '../../contract/rule.ts';
import type { Facts, Secret } from './facts.ts';
import { isGoing, type Paired, pairsOf } from './pairs.ts';
import { contentFile, newVersion, readingIt, type Told, toldOf } from './remedy.ts';
import type { Settings } from './settings.ts';
import { compareVersions, day } from './versions.ts';

type Rule = PairedRule<Facts, Settings>;
type Context = PairedContext<Settings>;
type Twins = Paired<Secret> & { readonly own: Secret };

const twins = (standby: Facts, primary: Facts, context: Context): readonly Twins[] =>
  pairsOf(standby, primary, context).secrets.filter((one): one is Twins => one.own !== null);

/** Those of which the version counts. */
const usable = (standby: Facts, primary: Facts, context: Context): readonly Twins[] =>
  twins(standby, primary, context).filter(({ own }) => !isGoing(own.state) && own.state !== 'FAILED');

const told = (facts: Facts, { own, subject }: Twins): Told => toldOf(facts.region.name, own, subject);

const missing: Rule = {
  code: 'secrets/missing',
  kind: 'paired',
  severity: 'blocker',
  dependsOn: ['secrets/vault-missing'],
  title: 'The standby’s vault lacks a secret that the primary’s has',
  why: 'What starts in the standby region asks its own vault for it, and the primary’s may be gone with its region.',
  remedy: ({ with: given = {} }) =>
    [
      '# Its value is not read here: who holds it writes it. Or replicate the primary’s secret to this vault, if its kind allows that.',
      contentFile,
      `$ oci vault secret create-base64 --region ${given.region} --compartment-id ${given.compartment} --vault-id ${given.vault} --key-id ${given.key} --secret-name ${given.name} --from-json file://<file>`,
    ].join('\n'),
  judge: (standby, primary, context) =>
    standby.secrets.missed.length > 0
      ? []
      : pairsOf(standby, primary, context).secrets.flatMap(({ subject, own, theirs, vaults }) =>
          own === null
            ? [
                {
                  subject,
                  expected: `a secret ${theirs.name} in ${vaultIn(subject)}`,
                  actual: `not in ${vaultIn(subject)} (${standby.region.name})`,
                  cause: vaultIn(subject),
                  with: creating(standby, context, vaults, theirs.name),
                },
              ]
            : [],
        ),
};

const vaultIn = (subject: string): string => subject.slice(0, subject.lastIndexOf('/'));

function creating(standby: Facts, { standby: { settings } }: Context, vaults: readonly string[], name: string): Told {
  const vault = standby.vaults.entries.find(({ ocid }) => vaults.includes(ocid));
  const neighbour = standby.secrets.entries.find((one) => vaults.includes(one.vault));
  const key = neighbour?.key ?? standby.keys.entries.find((one) => vaults.includes(one.vault) && one.state === 'ENABLED')?.ocid;
  const compartment = neighbour?.compartment ?? vault?.compartment ?? Object.values(settings.scope.compartments)[0]!;
  return toldOf(standby.region.name, { ocid: '', name, vault: vaults[0] ?? '<vault>', key: key ?? '<key>', compartment }, name);
}

const deleting: Rule = {
  code: 'secrets/deleting',
  kind: 'paired',
  severity: 'blocker',
  title: 'A secret of the standby is to be deleted',
  why: 'A secret that waits for its deletion gives no value any more, and is gone at the end of the wait.',
  remedy: ({ with: given = {} }) =>
    [
      '# While its deletion is pending it can be taken back; then make a version current again, and read its state. Once it is being deleted,',
      '# it is to be made anew.',
      `$ oci vault secret cancel-secret-deletion --region ${given.region} --secret-id ${given.ocid}`,
      `$ oci vault secret update --region ${given.region} --secret-id ${given.ocid} --current-version-number <version>`,
      readingIt(given),
    ].join('\n'),
  judge: (standby, primary, context) =>
    twins(standby, primary, context).flatMap((one) =>
      isGoing(one.own.state)
        ? [
            {
              subject: one.subject,
              expected: 'ACTIVE',
              actual: one.own.deletedAt === null ? one.own.state : `${one.own.state} ${day(one.own.deletedAt)}`,
              with: told(standby, one),
            },
          ]
        : [],
    ),
};

const failed: Rule = {
  code: 'secrets/failed',
  kind: 'paired',
  severity: 'blocker',
  title: 'A secret of the standby is in state FAILED',
  why: 'It gives no value: what asks for it in the standby region does not start.',
  remedy: ({ with: given = {} }) => [readingIt(given), ...newVersion(given)].join('\n'),
  judge: (standby, primary, context) =>
    twins(standby, primary, context).flatMap((one) =>
      one.own.state === 'FAILED' ? [{ subject: one.subject, expected: 'ACTIVE', actual: 'FAILED', with: told(standby, one) }] : [],
    ),
};

const unsettled: Rule = {
  code: 'secrets/unsettled',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'A secret of the standby is on its way into another state, or in one that is not known',
  why: 'Whether it can be read is not known before that has ended.',
  remedy: ({ with: given = {} }) => readingIt(given),
  judge: (standby, primary, context) =>
    usable(standby, primary, context).flatMap((one) =>
      ['ACTIVE', 'UPDATING'].includes(one.own.state)
        ? []
        : [{ subject: one.subject, expected: 'ACTIVE', actual: one.own.state || 'no state', with: told(standby, one) }],
    ),
};

const stale: Rule = {
  code: 'secrets/stale',
  kind: 'paired',
  severity: 'blocker',
  title: 'The standby’s current version of a secret is older than the primary’s',
  why: 'The primary’s was rotated and the standby’s was not: after a failover the old value is used, and refused.',
  remedy: ({ with: given = {} }) =>
    given.isReplica === 'yes'
      ? [
          '# A replica is written by its source only; what keeps it behind is told in its lifecycleDetails',
          readingIt(given),
          `$ oci vault secret-version list --region ${given.region} --secret-id ${given.ocid}`,
        ].join('\n')
      : ['# Its value is not read here: who rotated the primary’s writes the same value', ...newVersion(given)].join('\n'),
  judge: (standby, primary, context) =>
    usable(standby, primary, context).flatMap((one): readonly Draft[] => {
      const compared = compareVersions(one.own, one.theirs, context.standby.settings);
      if (compared.kind !== 'behind') return [];
      const { expected, actual } = compared;
      return [
        { subject: one.subject, expected, actual, with: { ...told(standby, one), isReplica: one.own.replicaOf === null ? 'no' : 'yes' } },
      ];
    }),
};

const newer: Rule = {
  code: 'secrets/newer',
  kind: 'paired',
  severity: 'note',
  title: 'The standby’s current version of a secret is newer than the primary’s',
  why: 'It was rotated on the standby only. Whether it still fits what it opens is for its owner to say.',
  remedy: ({ with: given = {} }) => readingIt(given),
  judge: (standby, primary, context) =>
    usable(standby, primary, context).flatMap((one) => {
      const compared = compareVersions(one.own, one.theirs, context.standby.settings);
      // The first version of a secret that was set up later is no rotation.
      if (compared.kind !== 'ahead' || one.own.version === 1) return [];
      return [{ subject: one.subject, expected: compared.expected, actual: compared.actual, with: told(standby, one) }];
    }),
};

const versionUnseen: Rule = {
  code: 'secrets/version-unseen',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'Whether secrets of the standby are as new as the primary’s could not be seen',
  why: 'A secret that was rotated on the primary only looks the same until it is used.',
  remedy: ({ with: given = {} }) =>
    [
      '# Where the right is missing, add it in the home region. It shows numbers and times of versions, no value:',
      '# Allow dynamic-group <collector> to inspect secret-versions in compartment <compartment>',
      `$ oci vault secret-version list --region ${given.region} --secret-id ${given.ocid}`,
    ].join('\n'),
  judge: (standby, primary, context) => {
    const found = usable(standby, primary, context).flatMap((one) => {
      const compared = compareVersions(one.own, one.theirs, context.standby.settings);
      return compared.kind === 'unseen' ? [{ one, ...compared }] : [];
    });
    // One missing right hides the versions of all of them, which is one problem.
    return [...Map.groupBy(found, ({ one, side, detail }) => JSON.stringify([vaultIn(one.subject), side, detail])).values()].map((all) => {
      const { one, side, detail } = all[0]!;
      const subjects = all.map(({ one: { theirs } }) => theirs.name);
      const facts = side === 'standby' ? standby : primary;
      return {
        subject: `${vaultIn(one.subject)}: current versions at the ${side}`,
        expected: 'number or time of the current version',
        actual: `${detail} (${listed(subjects)})`,
        with: { ...toldOf(facts.region.name, side === 'standby' ? one.own : one.theirs, one.subject) },
      };
    });
  },
};

const listedMax = 8;

const listed = (names: readonly string[]): string =>
  names.length <= listedMax ? names.join(', ') : `${names.slice(0, listedMax).join(', ')} and ${names.length - listedMax} more`;

export const secretRules: readonly Rule[] = [missing, deleting, failed, unsettled, stale, newer, versionUnseen];
