// Sets what was accepted beside what was found: a waiver holds for exactly the evidence that it was given for, and until its end.
import type { Finding } from '../contract/finding.ts';
import type { StandingFinding } from '../contract/standing.ts';
import type { Waiver, WaiverEnd } from '../contract/waiver.ts';

export interface Waived<F> {
  readonly findings: readonly F[];
  /** Waivers that are over now, with why. */
  readonly ended: readonly { readonly waiver: Waiver; readonly because: Exclude<WaiverEnd, 'withdrawn'> }[];
}

type Holder = Pick<Finding, 'id' | 'expected' | 'actual'> & { readonly waiver: StandingFinding['waiver'] };

/** `waivers` are those of this pair that have not ended. */
export function waive<F extends Holder>(findings: readonly F[], waivers: readonly Waiver[], now: number): Waived<F> {
  const judged = waivers.map((waiver) => ({ waiver, because: endOf(waiver, findings, now) }));
  const holding = new Map(judged.filter(({ because }) => because === null).map(({ waiver }) => [waiver.finding, waiver]));
  return {
    findings: findings.map((finding) => ({ ...finding, waiver: shown(holding.get(finding.id)) })),
    ended: judged.flatMap(({ waiver, because }) => (because === null ? [] : [{ waiver, because }])),
  };
}

/** A finding that is gone leaves its waiver as it is: should it come back as it was, it was accepted. */
function endOf(waiver: Waiver, findings: readonly Holder[], now: number): Exclude<WaiverEnd, 'withdrawn'> | null {
  if (waiver.until <= now) return 'expired';
  const finding = findings.find(({ id }) => id === waiver.finding);
  const isSame = finding === undefined || (finding.expected === waiver.expected && finding.actual === waiver.actual);
  return isSame ? null : 'evidence-changed';
}

const shown = (waiver: Waiver | undefined): StandingFinding['waiver'] =>
  waiver === undefined ? null : { id: waiver.id, author: waiver.author, reason: waiver.reason, until: waiver.until };
