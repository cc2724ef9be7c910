// Rules about when certificates begin and end. The clock comes in here; facts hold the dates only.
import type { AloneRule } from '../../../contract/rule.ts';
import { type Certificate, type Facts, isServed } from '../facts.ts';
import type { Settings } from '../settings.ts';
import { type Judged, judgedCertificates, remedyWords, renewal, subjectOf } from './judged.ts';

type Alone = AloneRule<Facts, Settings>;

/** A root that is sent along counts for nothing: clients use their own copy. */
const isNeeded = ({ certificate }: Judged): boolean => isServed(certificate) && certificate.use !== 'root';

export const expired: Alone = {
  code: 'certs/expired',
  kind: 'alone',
  severity: 'blocker',
  isClockDriven: true,
  title: 'A certificate has expired',
  why: 'Clients refuse it, so the service is down for them from the first minute after the switch, whatever else works.',
  judge: (facts, { now }) =>
    judgedCertificates(facts)
      .filter((judged) => isNeeded(judged) && hasEnded(judged.certificate, now))
      .map((judged) => ended(judged)),
  remedy: renewal,
};

export const authorityExpired: Alone = {
  code: 'certs/authority-expired',
  kind: 'alone',
  severity: 'warning',
  isClockDriven: true,
  title: 'A trusted authority has expired',
  why: 'What it issued is no longer accepted here. Often it is merely a leftover beside its successor, and then only in the way.',
  judge: (facts, { now }) =>
    judgedCertificates(facts)
      .filter((judged) => !isNeeded(judged) && hasEnded(judged.certificate, now))
      .map((judged) => ended(judged)),
  remedy: (draft) =>
    `# Remove it from ${draft.with?.path ?? ''} if nothing it issued is in use any more, or put its successor beside it.\n$ ${draft.with?.verify ?? ''}`,
};

export const notYetValid: Alone = {
  code: 'certs/not-yet-valid',
  kind: 'alone',
  severity: 'blocker',
  isClockDriven: true,
  title: 'A certificate is not valid yet',
  why: 'Clients refuse it until its first day. A clock that is behind looks the same from here.',
  judge: (facts, { now }) =>
    judgedCertificates(facts)
      .filter((judged) => isNeeded(judged) && Date.parse(judged.certificate.notBefore) > now)
      .map((judged) => ({
        subject: subjectOf(judged),
        expected: 'valid now',
        actual: `begins ${judged.certificate.notBefore}`,
        with: { ...remedyWords(judged), begins: judged.certificate.notBefore },
      })),
  remedy: (draft) =>
    `# Check this machine's clock first; if it is right, serve the earlier certificate until ${draft.with?.begins ?? ''}.\n$ timedatectl status\n$ ${draft.with?.verify ?? ''}`,
};

/**
 * Soon is when both too few days and too small a share of the whole life are left: 30 days before the end of a year's
 * certificate, 22 of 90, one and a half of six. ACME clients renew at a third; a quarter is reached only when that has failed.
 */
export const endsSoon: Alone = {
  code: 'certs/ends-soon',
  kind: 'alone',
  severity: 'warning',
  isClockDriven: true,
  title: 'A certificate ends soon',
  why: 'Renewals commonly run on the primary only; on the day of the switch this one may be over.',
  judge: (facts, { now, settings }) =>
    judgedCertificates(facts)
      .filter(
        (judged) =>
          isNeeded(judged) &&
          !hasEnded(judged.certificate, now) &&
          Date.parse(judged.certificate.notAfter) - now < soonMs(judged.certificate, settings),
      )
      .map((judged) => ({
        subject: subjectOf(judged),
        expected: `more than ${days(soonMs(judged.certificate, settings))} before its end`,
        actual: `ends ${judged.certificate.notAfter}`,
        with: remedyWords(judged),
      })),
  remedy: renewal,
};

function soonMs({ notBefore, notAfter }: Certificate, { warnDays, warnShare }: Settings): number {
  return Math.min(warnDays * dayMs, warnShare * (Date.parse(notAfter) - Date.parse(notBefore)));
}

const dayMs = 86_400_000;

const days = (ms: number): string => `${Math.round((ms / dayMs) * 10) / 10} days`;

/** RFC 5280 section 4.1.2.5: the last second still counts. */
const hasEnded = ({ notAfter }: Certificate, now: number): boolean => now > Date.parse(notAfter) + 999;

const ended = (judged: Judged) => ({
  subject: subjectOf(judged),
  expected: 'valid now',
  actual: `ended ${judged.certificate.notAfter}`,
  with: remedyWords(judged),
});
