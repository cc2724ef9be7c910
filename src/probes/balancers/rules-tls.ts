// How TLS is spoken: versions, ciphers, and whether the other end has to show a certificate.
import type { Draft, PairedRule } from '../../contract/rule.ts';
import type { Facts, Tls } from './facts.ts';
import { type Context, compare } from './pairs.ts';
import { type PlacePair, pairedPlaces } from './places.ts';
import { tlsSettings, verification } from './remedy.ts';
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
  title: 'No TLS version is spoken on both sides',
  why: 'A client that talks to the primary cannot talk to the standby.',
  judge: (standby, primary, context) =>
    differing(standby, primary, context, ({ standby: { tls }, primary: theirs }) =>
      hasNone(tls, theirs) ? { expected: suiteText(theirs), actual: `protocols ${suiteText(tls)}` } : null,
    ),
  remedy: tlsSettings,
};

const hasNone = (ours: Tls, theirs: Tls): boolean =>
  ours.protocols !== null &&
  theirs.protocols !== null &&
  ours.protocols.length > 0 &&
  without(theirs.protocols, ours.protocols).length === theirs.protocols.length &&
  theirs.protocols.length > 0;

/** Nothing where one of them is not known. */
const without = (some: readonly string[] | null, others: readonly string[] | null): readonly string[] =>
  some === null || others === null ? [] : some.filter((one) => !others.includes(one));

/** A suite of one’s own is its ciphers, under whatever name. */
function suiteDifference(ours: Tls, theirs: Tls): string | null {
  if (ours.cipherSuite === null || theirs.cipherSuite === null) return null;
  const [own, other] = [ours, theirs].map(({ ciphers, cipherSuite }) => ciphers?.join(' ') ?? cipherSuite);
  return own === other ? null : ours.cipherSuite;
}

const suiteText = ({ protocols, cipherSuite }: Tls): string =>
  `${protocols?.join(', ') ?? 'not told'} with ${cipherSuite ?? 'ciphers that are not told'}`;

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
  remedy: verification,
};

type Difference = Pick<Draft, 'expected' | 'actual'>;

function differing(standby: Facts, primary: Facts, context: Context, differ: (pair: PlacePair) => Difference | null): readonly Draft[] {
  return pairedPlaces(standby, compare(standby, primary, context)).flatMap((pair) => {
    const difference = differ(pair);
    if (difference === null) return [];
    const { subject, fill } = pair.standby;
    const { protocols, cipherSuite } = pair.primary;
    return [
      { subject, ...difference, with: { ...fill, protocols: JSON.stringify(protocols ?? []), cipherSuite: cipherSuite ?? '<suite>' } },
    ];
  });
}

export const tlsRules = [tlsBroader, tlsNarrower, tlsIncompatible, certificateAsked, verificationDiffers, authorityMissing] as const;
