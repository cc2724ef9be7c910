// What is wrong with a certificate of the standby whatever the primary has.
import { parseDurationMs } from '../../contract/duration.ts';
import type { AloneRule, Draft } from '../../contract/rule.ts';
import type { Certificate, Facts } from './facts.ts';
import { certificatesOf, type Place, placesOf } from './places.ts';
import { renewal } from './remedy.ts';
import { certificateText, day } from './say.ts';
import type { Settings } from './settings.ts';

type Rule = AloneRule<Facts, Settings>;

const expired: Rule = {
  code: 'balancers/certificate-expired',
  kind: 'alone',
  severity: 'blocker',
  isClockDriven: true,
  title: 'A listener’s certificate is over',
  why: 'Every client refuses the connection the moment traffic comes here.',
  judge: (facts, { now }) =>
    each(facts, (certificate) =>
      endOf(certificate) < now
        ? { expected: 'a certificate that is valid', actual: `${certificate.name} ended on ${day(certificate.notAfter)}` }
        : null,
    ),
  remedy: renewal,
};

const notYetValid: Rule = {
  code: 'balancers/certificate-not-yet-valid',
  kind: 'alone',
  severity: 'blocker',
  isClockDriven: true,
  title: 'A listener’s certificate has not begun',
  why: 'Until it does, every client refuses the connection.',
  judge: (facts, { now }) =>
    each(facts, (certificate) =>
      Date.parse(certificate.notBefore ?? '') > now
        ? { expected: 'a certificate that is valid', actual: `${certificate.name} begins on ${day(certificate.notBefore)}` }
        : null,
    ),
  remedy: renewal,
};

const endsSoon: Rule = {
  code: 'balancers/certificate-ends-soon',
  kind: 'alone',
  severity: 'warning',
  isClockDriven: true,
  title: 'A listener’s certificate ends soon',
  why: 'A renewal that has not come by now is one that somebody has to look after.',
  judge: (facts, { now, settings }) => {
    const warnMs = parseDurationMs(settings.certificateWarn) ?? 30 * 86_400_000;
    return each(facts, (certificate) => {
      const left = endOf(certificate) - now;
      return left >= 0 && left < warnMs
        ? { expected: `more than ${settings.certificateWarn} left`, actual: certificateText(certificate) }
        : null;
    });
  },
  remedy: renewal,
};

const missing: Rule = {
  code: 'balancers/certificate-missing',
  kind: 'alone',
  severity: 'blocker',
  title: 'A listener names a certificate that its balancer does not have',
  why: 'The listener cannot answer over TLS.',
  judge: (facts) =>
    placesOf(facts).flatMap((place) =>
      place.tls.certificates.flatMap((one) =>
        one.kind === 'missing' ? [draft(place, { expected: one.name, actual: 'no bundle of that name' }, null)] : [],
      ),
    ),
  remedy: renewal,
};

const chainBroken: Rule = {
  code: 'balancers/chain-broken',
  kind: 'alone',
  severity: 'blocker',
  title: 'What is sent along with a certificate does not lead to its authority',
  why: 'Clients that have not met the missing certificate elsewhere refuse the connection; browsers that keep it do not, so that it looks fine to whoever tests.',
  judge: (facts) =>
    placesOf(facts)
      // Authorities that the other end’s certificate is verified with lead nowhere, and need not.
      .filter(({ tls }) => !tls.isVerifying)
      .flatMap((place) => eachOf(facts, place, brokenChain)),
  remedy: renewal,
};

export function brokenChain({ chain }: Certificate): Difference | null {
  if (chain.kind !== 'seen' || chain.missing === null || chain.unlinked.length === 0) return null;
  return { expected: `${chain.missing} is sent along`, actual: `intermediate missing; sent: ${chain.unlinked.join('; ')}` };
}

const chainExpired: Rule = {
  code: 'balancers/chain-expired',
  kind: 'alone',
  severity: 'blocker',
  isClockDriven: true,
  title: 'An intermediate certificate that is sent along is over',
  why: 'The certificate itself is still valid and its authority is not: clients refuse the connection all the same.',
  judge: (facts, { now }) =>
    each(facts, ({ name, chain }) =>
      chain.kind === 'seen' && chain.endsFirst !== null && Date.parse(chain.endsFirst.notAfter) < now
        ? {
            expected: 'intermediates that are valid',
            actual: `${chain.endsFirst.subject}, sent with ${name}, ended on ${day(chain.endsFirst.notAfter)}`,
          }
        : null,
    ),
  remedy: renewal,
};

const renewalFailed: Rule = {
  code: 'balancers/renewal-failed',
  kind: 'alone',
  severity: 'warning',
  title: 'The last renewal of a certificate failed',
  why: 'The Certificates service keeps serving the version before it until that one ends.',
  judge: (facts) =>
    each(facts, ({ name, version, failedVersion, notAfter }) =>
      failedVersion === null
        ? null
        : {
            expected: `version ${failedVersion} of ${name} is in use`,
            actual: `version ${failedVersion} of ${name} FAILED; version ${version ?? '?'}, until ${day(notAfter)}, still is`,
          },
    ),
  remedy: renewal,
};

const withdrawn: Rule = {
  code: 'balancers/certificate-withdrawn',
  kind: 'alone',
  severity: 'blocker',
  title: 'A listener’s certificate is revoked or being deleted',
  why: 'Clients that ask about revocation refuse it, and what is deleted is served no longer.',
  judge: (facts) =>
    each(facts, ({ name, state, isRevoked }) => {
      const isLeaving = state?.includes('DELET') === true;
      return isLeaving || isRevoked
        ? { expected: `${name} in use`, actual: isRevoked ? `${name} is revoked` : `${name} is ${state}` }
        : null;
    }),
  remedy: renewal,
};

const endOf = ({ notAfter }: Certificate): number => Date.parse(notAfter ?? '');

type Difference = Pick<Draft, 'expected' | 'actual'>;

const each = (facts: Facts, differ: (certificate: Certificate) => Difference | null): readonly Draft[] =>
  placesOf(facts).flatMap((place) => eachOf(facts, place, differ));

const eachOf = (facts: Facts, place: Place, differ: (certificate: Certificate) => Difference | null): readonly Draft[] =>
  certificatesOf(facts, place.tls).flatMap((certificate) => {
    const difference = differ(certificate);
    return difference === null ? [] : [draft(place, difference, certificate)];
  });

const draft = ({ subject, fill }: Place, difference: Difference, certificate: Certificate | null): Draft => ({
  subject,
  ...difference,
  with: { ...fill, certificate: certificate?.id ?? '' },
});

export const aloneCertificateRules = [
  expired,
  notYetValid,
  endsSoon,
  missing,
  chainBroken,
  chainExpired,
  renewalFailed,
  withdrawn,
] as const;
