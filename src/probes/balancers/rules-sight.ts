// What of the balancers of either side could not be seen.
import type { AloneRule, Draft, PairedRule } from '../../contract/rule.ts';
import type { Facts } from './facts.ts';
import { certificatesOf, idsInUse, placesOf } from './places.ts';
import type { Settings } from './settings.ts';

const lookAgain = ({ with: fill = {} }: Draft): string => (fill.reason === undefined || fill.reason === 'denied' ? rights : later);

const later =
  '# No matter of rights: the region did not answer, or not in a form that can be read. Whether it does now:\n$ understudy doctor oci';

const rights = [
  '# What the reader is allowed, one statement each:',
  '# Allow dynamic-group <collector> to read load-balancers in compartment <compartment>',
  '# Allow dynamic-group <collector> to read network-load-balancers in compartment <compartment>',
  '# Allow dynamic-group <collector> to read leaf-certificate-family in compartment <compartment>',
  '$ understudy doctor oci',
].join('\n');

const partUnseen: AloneRule<Facts, Settings> = {
  code: 'balancers/part-unseen',
  kind: 'alone',
  severity: 'warning',
  isBlind: true,
  title: 'Balancers of this region could not be seen',
  why: 'What was not seen may be missing, expired or without backends, and nobody would know before the failover.',
  judge: (facts) => unseenParts(facts),
  remedy: lookAgain,
};

const primaryUnseen: PairedRule<Facts, Settings> = {
  code: 'balancers/primary-unseen',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'Balancers of the primary’s region could not be seen',
  why: 'What the standby must have is what the primary has. Where that is not known, neither is what is missing here.',
  judge: (_, primary) =>
    [...unseenParts(primary), ...unseenCertificates(primary)].map((draft) => ({ ...draft, subject: `primary: ${draft.subject}` })),
  remedy: lookAgain,
};

/** A list of certificates that no listener needs is told by `managed-unseen`, and only where the other side has some. */
function unseenParts({ unseen, balancers }: Facts): readonly Draft[] {
  const lists = unseen
    .filter(({ what }) => what !== 'certificates')
    .map(({ compartment, what, part }) => ({
      subject: `${what} of ${compartment}`,
      expected: 'a list that can be read',
      actual: part.detail,
      with: { reason: part.reason },
    }));
  const insides = balancers.flatMap(({ name, content }) =>
    content.kind === 'unseen'
      ? [{ subject: name, expected: 'its listeners and backend sets', actual: content.detail, with: { reason: content.reason } }]
      : [],
  );
  return [...lists, ...insides];
}

const certificateUnseen: AloneRule<Facts, Settings> = {
  code: 'balancers/certificate-unseen',
  kind: 'alone',
  severity: 'warning',
  isBlind: true,
  title: 'The certificate behind a listener could not be seen',
  why: 'It may be over, for other names, or without its chain.',
  judge: unseenCertificates,
  remedy: lookAgain,
};

function unseenCertificates(facts: Facts): readonly Draft[] {
  return placesOf(facts).flatMap(({ subject, tls }) => [
    ...tls.certificates.flatMap((one) =>
      one.kind === 'unseen'
        ? [{ subject, expected: `the certificate ${one.name} can be read`, actual: one.detail, with: { reason: one.reason } }]
        : [],
    ),
    ...certificatesOf(facts, tls)
      .filter(({ notAfter, names }) => notAfter === null || names.length === 0)
      .map(({ name }) => ({ subject, expected: `names and dates of ${name}`, actual: 'not in what was answered' })),
  ]);
}

const chainUnseen: AloneRule<Facts, Settings> = {
  code: 'balancers/chain-unseen',
  kind: 'alone',
  severity: 'note',
  title: 'Whether a certificate is sent with its chain could not be seen',
  why: 'The Certificates service sends what it issued with its chain. One that was imported has what was imported with it.',
  judge: (facts) =>
    placesOf(facts).flatMap(({ subject, tls }) =>
      certificatesOf(facts, tls).flatMap(({ name, chain }) =>
        chain.kind === 'unseen' ? [{ subject, expected: `the public bundle of ${name}`, actual: chain.detail }] : [],
      ),
    ),
  remedy: lookAgain,
};

const managedUnseen: PairedRule<Facts, Settings> = {
  code: 'balancers/managed-unseen',
  kind: 'paired',
  severity: 'warning',
  isBlind: true,
  title: 'Certificates of the Certificates service could be seen on one side only',
  why: 'The primary has certificates there. Whether the standby’s were renewed is not known.',
  judge: (standby, primary) => [
    ...(hasUnused(primary) ? blindLists(standby, '') : []),
    ...(hasUnused(standby) ? blindLists(primary, 'primary: ') : []),
  ],
  remedy: lookAgain,
};

function hasUnused(facts: Facts): boolean {
  const used = idsInUse(facts);
  return facts.managed.some(({ key }) => !used.has(key));
}

const blindLists = ({ unseen }: Facts, side: string): readonly Draft[] =>
  unseen
    .filter(({ what }) => what === 'certificates')
    .map(({ compartment, part }) => ({
      subject: `${side}certificates of ${compartment}`,
      expected: 'a list that can be read',
      actual: part.detail,
      with: { reason: part.reason },
    }));

export const sightRules = [partUnseen, primaryUnseen, certificateUnseen, chainUnseen, managedUnseen] as const;
