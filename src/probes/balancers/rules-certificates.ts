// Certificates of the standby beside those of the primary, from listener to listener.

import type { Draft, PairedRule } from '../../contract/rule.ts';
import { addressText, readAddress, readBlock } from '../../formats/cidr.ts';
import { mapped } from '../../formats/region-words.ts';
import { endsLaterMs, isSame, keyDifference, lostNames, missingIssuer, pairCertificates } from './differences.ts';
import type { Certificate, Facts } from './facts.ts';
import { plainName } from './names.ts';
import { type Context, compare } from './pairs.ts';
import { certificatesOf, idsInUse, type Place, pairedPlaces } from './places.ts';
import { managed, renewal } from './remedy.ts';
import { brokenChain } from './rules-certificates-alone.ts';
import { certificateText, day, namesText } from './say.ts';
import type { Settings } from './settings.ts';

type Rule = PairedRule<Facts, Settings>;

const nameMissing: Rule = {
  code: 'balancers/name-missing',
  kind: 'paired',
  severity: 'blocker',
  title: 'The certificate on the standby is not valid for names that the primary’s is valid for',
  why: 'Clients that come by one of those names refuse the connection.',
  judge: (standby, primary, context) => {
    const comparison = compare(standby, primary, context);
    return pairedPlaces(standby, comparison).flatMap(({ standby: place, primary: tls }) => {
      const ours = certificatesOf(standby, place.tls);
      // Without names on this side there is nothing to say; that is told as unseen.
      if (ours.length === 0 || ours.some(({ names }) => names.length === 0)) return [];
      const lost = lostNames(ours, certificatesOf(primary, tls), (name) => addressName(name, context) ?? comparison.text(name));
      if (lost.length === 0) return [];
      const actual = `${ours.map(({ name }) => name).join(', ')} is valid for ${namesText(ours.flatMap(({ names }) => names))}`;
      return [drafted(place, ours[0]!, { expected: `valid for ${namesText(lost)} too`, actual })];
    });
  },
  remedy: renewal,
};

/** `IP:…` of an address of the primary’s that the scope names, as that of the standby by the same name; null for any other. */
export function addressName(name: string, { standby, primary }: Context): string | null {
  const own = name.startsWith('IP:') ? readBlock(name.slice('IP:'.length)) : null;
  if (own === null) return null;
  for (const [shared, texts] of Object.entries(primary.settings.scope.addresses)) {
    const at = texts.findIndex((text) => readBlock(text)?.start === own.start);
    const twin = readAddress(standby.settings.scope.addresses[shared]?.[at] ?? '');
    if (twin !== null) return `IP:${addressText(twin.family, twin.value)}`;
  }
  return null;
}

const endsBefore: Rule = {
  code: 'balancers/ends-before-primary',
  kind: 'paired',
  severity: 'warning',
  title: 'The certificate on the standby ends before the primary’s',
  why: 'The primary’s was renewed and this one was not. On the day of the failover it may be the one that is over.',
  judge: (standby, primary, context) =>
    compared(standby, primary, context, (ours, theirs) => {
      if (endsLaterMs(ours, theirs) >= 0) return null;
      const failed = ours.failedVersion === null ? '' : `; version ${ours.failedVersion} FAILED`;
      return { expected: `as the primary’s ${certificateText(theirs)}`, actual: `${certificateText(ours)}${failed}` };
    }),
  remedy: renewal,
};

const endsAfter: Rule = {
  code: 'balancers/ends-after-primary',
  kind: 'paired',
  severity: 'note',
  title: 'The certificate on the standby is newer than the primary’s',
  why: 'Good for a failover. It is the primary that was not renewed.',
  judge: (standby, primary, context) =>
    compared(standby, primary, context, (ours, theirs) =>
      endsLaterMs(ours, theirs) <= 0 ? null : { expected: `as the primary’s ${certificateText(theirs)}`, actual: certificateText(ours) },
    ),
  remedy: () => '# Renew the certificate on the primary; nothing has to be done here.',
};

const chainIncomplete: Rule = {
  code: 'balancers/chain-incomplete',
  kind: 'paired',
  severity: 'blocker',
  title: 'The standby does not send an intermediate certificate that the primary sends',
  why: 'Clients that have not met it elsewhere refuse the connection; browsers that keep it do not, so that it looks fine to whoever tests.',
  judge: (standby, primary, context) =>
    pairedCertificates(standby, primary, context).flatMap(({ place, ours, theirs }) => {
      const missing = missingIssuer(ours, theirs);
      const isSaid = !place.tls.isVerifying && brokenChain(ours) !== null;
      return missing === null || isSaid
        ? []
        : [drafted(place, ours, { expected: `${missing} is sent along`, actual: `intermediate missing in ${ours.name}` })];
    }),
  remedy: renewal,
};

const selfSigned: Rule = {
  code: 'balancers/self-signed',
  kind: 'paired',
  severity: 'blocker',
  title: 'The certificate on the standby vouches for itself and the primary’s comes from an authority',
  why: 'Clients that trust the authority do not know this certificate and refuse the connection.',
  judge: (standby, primary, context) =>
    pairedCertificates(standby, primary, context).flatMap(({ place, ours, theirs }) =>
      place.isListener && isSelfSigned(ours) && theirs.chain.kind === 'seen' && !isSelfSigned(theirs)
        ? [
            drafted(place, ours, {
              expected: `from ${theirs.chain.issuers[0] ?? theirs.chain.missing ?? 'an authority'}`,
              actual: `${ours.name} is signed by itself`,
            }),
          ]
        : [],
    ),
  remedy: renewal,
};

const isSelfSigned = ({ chain }: Certificate): boolean => chain.kind === 'seen' && chain.missing === null && chain.issuers.length === 0;

const keyDiffers: Rule = {
  code: 'balancers/key-differs',
  kind: 'paired',
  severity: 'warning',
  title: 'The certificate on the standby has another kind of key, or a shorter one',
  why: 'Old clients may support only one of them, and ciphers are for one of them.',
  judge: (standby, primary, context) =>
    compared(standby, primary, context, (ours, theirs) => {
      const difference = keyDifference(ours, theirs);
      return difference === null ? null : { expected: theirs.key ?? '', actual: `${difference} in ${ours.name}` };
    }),
  remedy: renewal,
};

interface CertificatePair {
  readonly place: Place;
  readonly ours: Certificate;
  readonly theirs: Certificate;
}

function pairedCertificates(standby: Facts, primary: Facts, context: Context): readonly CertificatePair[] {
  const comparison = compare(standby, primary, context);
  return pairedPlaces(standby, comparison).flatMap(({ standby: place, primary: tls }) =>
    pairCertificates(certificatesOf(standby, place.tls), certificatesOf(primary, tls), comparison.text).map((pair) => ({
      place,
      ours: pair.standby,
      theirs: pair.primary,
    })),
  );
}

type Difference = Pick<Draft, 'expected' | 'actual'>;

const compared = (
  standby: Facts,
  primary: Facts,
  context: Context,
  differ: (ours: Certificate, theirs: Certificate) => Difference | null,
): readonly Draft[] =>
  pairedCertificates(standby, primary, context).flatMap(({ place, ours, theirs }) => {
    const difference = isSame(ours, theirs) ? null : differ(ours, theirs);
    return difference === null ? [] : [drafted(place, ours, difference)];
  });

const drafted = ({ subject, fill }: Place, { id }: Certificate, difference: Difference): Draft => ({
  subject,
  ...difference,
  with: { ...fill, certificate: id ?? '' },
});

/** Certificates of the service that no listener here uses: something else may. */
function pairManaged(standby: Facts, primary: Facts, context: Context) {
  const { text, words } = compare(standby, primary, context);
  const shared = (facts: Facts, key: string): string | undefined => {
    const { name, id } = facts.certificates[key] ?? { name: '', id: null };
    return facts === primary
      ? text(words.shared(id ?? key, name))
      : (mapped(context.standby.settings.scope.names, id ?? key) ?? mapped(context.standby.settings.scope.names, name) ?? name);
  };
  const [used, theirUsed] = [idsInUse(standby), idsInUse(primary)];
  const here = new Map(standby.managed.map(({ key }) => [shared(standby, key), key]));
  return primary.managed
    .filter(({ key }) => !theirUsed.has(key))
    .map(({ key, usedBy }) => ({ theirs: primary.certificates[key]!, usedBy, key: here.get(shared(primary, key)) }))
    .filter(({ key }) => key === undefined || !used.has(key))
    .map(({ theirs, usedBy, key }) => ({ theirs, usedBy, ours: key === undefined ? null : standby.certificates[key]!, text }));
}

const managedBehind: Rule = {
  code: 'balancers/managed-behind',
  kind: 'paired',
  severity: 'warning',
  isClockDriven: true,
  title: 'A certificate of the Certificates service is behind its namesake on the primary',
  why: 'No listener seen here uses it; gateways and programs that load it themselves do not show.',
  judge: (standby, primary, context) =>
    pairManaged(standby, primary, context).flatMap(({ ours, theirs, text }) => {
      const faults = ours === null ? [] : behind(ours, theirs, text, context.now);
      return ours === null || faults.length === 0
        ? []
        : [
            {
              subject: `certificate ${ours.name}`,
              expected: `as the primary’s: ends ${day(theirs.notAfter)}, valid for ${namesText(theirs.names)}`,
              actual: faults.join('; '),
              with: { region: standby.region.name, certificate: ours.id ?? '' },
            },
          ];
    }),
  remedy: managed,
};

function behind(ours: Certificate, theirs: Certificate, text: (text: string) => string, now: number): readonly string[] {
  if (isSame(ours, theirs)) return [];
  const lost = lostNames([ours], [theirs], text);
  const end = Date.parse(ours.notAfter ?? '');
  return [
    ...(ours.notAfter === null ? ['its end is not known'] : []),
    ...(end < now && Date.parse(theirs.notAfter ?? '') >= now ? [`ended on ${day(ours.notAfter)}`] : []),
    ...(end >= now && endsLaterMs(ours, theirs) < 0 ? [`ends ${day(ours.notAfter)}`] : []),
    ...(ours.failedVersion === null ? [] : [`version ${ours.failedVersion} FAILED`]),
    ...(lost.length === 0 ? [] : [`not valid for ${lost.map(plainName).join(', ')}`]),
    ...(keyDifference(ours, theirs) === null ? [] : [`${ours.key} instead of ${theirs.key}`]),
    ...(ours.state === null || ours.state === theirs.state ? [] : [ours.state]),
  ];
}

const managedMissing: Rule = {
  code: 'balancers/managed-missing',
  kind: 'paired',
  severity: 'warning',
  title: 'A certificate that something on the primary uses has no namesake in the standby’s Certificates service',
  why: 'A gateway or function that is brought up here has nothing to show to its clients.',
  judge: (standby, primary, context) =>
    standby.unseen.some(({ what }) => what === 'certificates')
      ? []
      : pairManaged(standby, primary, context)
          .filter(({ ours, usedBy }) => ours === null && usedBy !== null && usedBy.length > 0)
          .map(({ theirs }) => ({
            subject: `certificate ${theirs.name}`,
            expected: `a certificate for ${namesText(theirs.names)}`,
            actual: 'none of that name',
            with: { region: standby.region.name, certificate: '<the new one>' },
          })),
  remedy: (draft) =>
    `# Issue or import it in ${draft.with?.region} under the same name.\n$ oci certs-mgmt certificate list --region ${draft.with?.region} --all --compartment-id <compartment>`,
};

export const pairedCertificateRules = [
  nameMissing,
  endsBefore,
  endsAfter,
  chainIncomplete,
  selfSigned,
  keyDiffers,
  managedBehind,
  managedMissing,
] as const;
