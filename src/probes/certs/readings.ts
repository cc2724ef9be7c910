// How much of each certificate's life is left, for the curves.
import type { Reading } from '../../contract/outcome.ts';
import { type Certificate, type Facts, isServed } from './facts.ts';

/** One pair of readings for each certificate that is served or stands for a key: trust stores would add hundreds. */
export function lifetimeReadings({ sources }: Facts, now: number): readonly Reading[] {
  return sources.flatMap(({ where, content }) =>
    content.kind !== 'seen'
      ? []
      : content.certificates.filter(isServed).flatMap((certificate) => {
          const subject = `${where}${certificate.alias === undefined ? '' : ` ${certificate.alias}`} #${certificate.position}`.slice(-256);
          return [
            { name: 'daysLeft', subject, value: round((Date.parse(certificate.notAfter) - now) / dayMs) },
            { name: 'lifetimeUsedShare', subject, value: round(usedShare(certificate, now)) },
          ];
        }),
  );
}

const dayMs = 86_400_000;

/** 0 at notBefore, 1 at notAfter; above 1 afterwards. */
function usedShare({ notBefore, notAfter }: Certificate, now: number): number {
  const from = Date.parse(notBefore);
  const lifetime = Math.max(1, Date.parse(notAfter) - from);
  return (now - from) / lifetime;
}

const round = (value: number): number => Math.round(value * 1_000) / 1_000;
