// How TLS is spoken: versions, ciphers, and whether the other end has to show a certificate.
import type { AloneRule, Draft, PairedRule } from '../../contract/rule.ts';
import type { Facts, Tls } from './facts.ts';
import { type Context, compare } from './pairs.ts';
import { certificatesOf, type PlacePair, pairedPlaces, placesOf } from './places.ts';
import { authority, tlsSettings, verification } from './remedy.ts';
import type { Settings } from './settings.ts';

type Rule = PairedRule<Facts, Settings>;

const tlsBroader: Rule = {
  code: 'balancers/tls-broader',
  kind: 'paired',
  severity: 'warning',
  title: 'The standby speaks TLS versions that the primary does not, or other ciphers',
  why: 'After a failover connections are possible that were refused before.',
  judge: (standby, primary, context) =>
    differing(standby, primary, context, ({ standby: { tls }, primary: theirs }) => {
      const more = without(tls.protocols, theirs.protocols);
      const suite = suiteDifference(tls, theirs);
      if (hasNoCipher(tls, theirs)) return null;
      if (more.length === 0 && (suite === null || without(theirs.protocols, tls.protocols).length > 0)) return null;
      return { expected: suiteText(theirs), actual: `protocols ${suiteText(tls)}` };
    }),
  remedy: tlsSettings,
};

const tlsNarrower: Rule = {
  code: 'balancers/tls-narrower',
  kind: 'paired',
  severity: 'warning',
  title: 'The standby lacks TLS versions that the primary speaks',
  why: 'Clients that know only those are refused after a failover.',
  judge: (standby, primary, context) =>
    differing(standby, primary, context, ({ standby: { tls }, primary: theirs }) => {
      const lost = without(theirs.protocols, tls.protocols);
      return lost.length === 0 || hasNone(tls, theirs)
        ? null
        : { expected: suiteText(theirs), actual: `no ${lost.join(', ')}: protocols ${suiteText(tls)}` };
    }),
  remedy: tlsSettings,
};

const tlsIncompatible: Rule = {
  code: 'balancers/tls-incompatible',
  kind: 'paired',
  severity: 'blocker',
  title: 'No TLS version, or no cipher, is spoken on both sides',
  why: 'A client that talks to the primary cannot talk to the standby.',
  judge: (standby, primary, context) =>
    differing(standby, primary, context, ({ standby: { tls }, primary: theirs }) =>
      hasNone(tls, theirs) || hasNoCipher(tls, theirs) ? { expected: suiteText(theirs), actual: `protocols ${suiteText(tls)}` } : null,
    ),
  remedy: tlsSettings,
};

const hasNone = (ours: Tls, theirs: Tls): boolean =>
  ours.protocols !== null &&
  theirs.protocols !== null &&
  ours.protocols.length > 0 &&
  without(theirs.protocols, ours.protocols).length === theirs.protocols.length &&
  theirs.protocols.length > 0;

/** TLS 1.3 has ciphers of its own. */
function hasNoCipher(ours: Tls, theirs: Tls): boolean {
  if (!isOld(ours) && !isOld(theirs)) return false;
  return ours.ciphers !== null && theirs.ciphers !== null && !ours.ciphers.some((one) => theirs.ciphers?.includes(one));
}

const isOld = ({ protocols }: Tls): boolean => protocols !== null && !protocols.includes('TLSv1.3');

const cipherUnusable: AloneRule<Facts, Settings> = {
  code: 'balancers/cipher-unusable',
  kind: 'alone',
  severity: 'blocker',
  title: 'No cipher of a listener works with the key of its certificate',
  why: 'The balancer takes the settings, and no client can connect.',
  judge: (facts) =>
    placesOf(facts).flatMap(({ subject, isListener, tls, fill }) => {
      const keys = certificatesOf(facts, tls).map(({ key }) => key);
      if (!isListener || tls.ciphers === null || !isOld(tls) || keys.length < tls.certificates.length || keys.length === 0) return [];
      const isUsable = keys.some((key) => key === null || tls.ciphers!.some((cipher) => suits(cipher, key)));
      return isUsable ? [] : [{ subject, expected: `a cipher for ${keys.join(' or ')}`, actual: suiteText(tls), with: fill }];
    }),
  remedy: ({ with: fill = {} }) =>
    [
      '# Add ciphers of that kind of key to the suite, or use one of OCI’s own:',
      `$ oci lb ssl-cipher-suite list --region ${fill.region} --load-balancer-id ${fill.id}`,
    ].join('\n'),
};

/** In OpenSSL’s names the kind of key is told where it is not RSA. */
function suits(cipher: string, key: string): boolean {
  if (cipher.includes('ECDSA')) return key.startsWith('ec');
  return !key.startsWith('ec') || !/^(?:(?:EC)?DHE-RSA-|AES|DES|RC4|CAMELLIA)/.test(cipher);
}

/** Nothing where one of them is not known. */
const without = (some: readonly string[] | null, others: readonly string[] | null): readonly string[] =>
  some === null || others === null ? [] : some.filter((one) => !others.includes(one));

/** A suite of one’s own is its ciphers, under whatever name. */
function suiteDifference(ours: Tls, theirs: Tls): string | null {
  if (ours.cipherSuite === null || theirs.cipherSuite === null) return null;
  const [own, other] = [ours, theirs].map(({ ciphers, cipherSuite }) => ciphers?.join(' ') ?? cipherSuite);
  return own === other ? null : ours.cipherSuite;
}

const suiteText = ({ protocols, cipherSuite, ciphers }: Tls): string =>
  `${protocols?.join(', ') ?? 'not told'} with ${cipherSuite ?? 'ciphers that are not told'}${ciphers === null ? '' : ` (${ciphers.join(', ')})`}`;

const certificateAsked: Rule = {
  code: 'balancers/client-certificate-asked',
  kind: 'paired',
  severity: 'blocker',
  title: 'A listener of the standby asks for client certificates and the primary’s does not',
  why: 'Clients that have none are refused.',
  judge: (standby, primary, context) =>
    differing(standby, primary, context, ({ standby: { tls, isListener }, primary: theirs }) =>
      isListener && tls.isVerifying && !theirs.isVerifying
        ? { expected: 'no client certificate is asked for', actual: 'verifyPeerCertificate is true' }
        : null,
    ),
  remedy: verification,
};

const verificationDiffers: Rule = {
  code: 'balancers/verification-differs',
  kind: 'paired',
  severity: 'warning',
  title: 'The other end of a connection is verified on one side only, or less deeply here',
  why: 'Either what was refused is let in, or backends that worked are refused.',
  judge: (standby, primary, context) =>
    differing(standby, primary, context, ({ standby: { tls, isListener }, primary: theirs }) => {
      if (isListener && tls.isVerifying && !theirs.isVerifying) return null;
      const isShallower = tls.isVerifying && theirs.isVerifying && (tls.verifyDepth ?? 0) < (theirs.verifyDepth ?? 0);
      return tls.isVerifying === theirs.isVerifying && !isShallower ? null : { expected: verifyText(theirs), actual: verifyText(tls) };
    }),
  remedy: verification,
};

const verifyText = ({ isVerifying, verifyDepth }: Tls): string =>
  isVerifying ? `verifyPeerCertificate true, depth ${verifyDepth ?? 'not told'}` : 'verifyPeerCertificate false';

const authorityMissing: Rule = {
  code: 'balancers/authority-missing',
  kind: 'paired',
  severity: 'blocker',
  title: 'The standby does not trust an authority that the primary verifies the other end with',
  why: 'Whoever has a certificate of that authority is refused after a failover.',
  judge: (standby, primary, context) =>
    differing(standby, primary, context, ({ standby: { tls }, primary: theirs }) => {
      if (!tls.isVerifying || !theirs.isVerifying) return null;
      const [ours, wanted] = [tls.authorities, theirs.authorities];
      // Authorities of the Certificates service are regional: that there are fewer is all that OCIDs tell.
      const fewer = ours.ids.length < wanted.ids.length && ours.sha256.length <= wanted.sha256.length;
      const lacking = ours.ids.length > wanted.ids.length ? [] : without(wanted.sha256, ours.sha256);
      if (!fewer && lacking.length === 0) return null;
      return {
        expected: `${wanted.sha256.length + wanted.ids.length} authorities, as on the primary`,
        actual:
          lacking.length === 0
            ? `${ours.ids.length} of the Certificates service`
            : `without ${lacking.map((one) => one.slice(0, 16)).join(', ')}`,
      };
    }),
  remedy: authority,
};

type Difference = Pick<Draft, 'expected' | 'actual'>;

function differing(standby: Facts, primary: Facts, context: Context, differ: (pair: PlacePair) => Difference | null): readonly Draft[] {
  return pairedPlaces(standby, compare(standby, primary, context)).flatMap((pair) => {
    const difference = differ(pair);
    if (difference === null) return [];
    const { subject, fill } = pair.standby;
    const { protocols, cipherSuite } = pair.primary;
    return [
      {
        subject,
        ...difference,
        with: {
          ...fill,
          isVerifying: String(pair.primary.isVerifying),
          protocols: JSON.stringify(protocols ?? []),
          cipherSuite: cipherSuite ?? '<suite>',
        },
      },
    ];
  });
}

export const tlsRules = [
  tlsBroader,
  tlsNarrower,
  tlsIncompatible,
  certificateAsked,
  verificationDiffers,
  authorityMissing,
  cipherUnusable,
] as const;
