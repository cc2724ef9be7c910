// A pair's findings in the order in which they are read: what counts, by how much it weighs; then what does not, by why it does not.
import type { Gap } from '../../contract/gap.ts';
import type { Severity } from '../../contract/rule.ts';
import type { StandingFinding } from '../../contract/standing.ts';

/** `suspending`: the standby is in use on purpose, and nothing else holds meanwhile. `blind`: something required is not known. */
export type Weight = 'suspending' | 'blind' | Severity;

export const weights = ['suspending', 'blocker', 'blind', 'warning', 'note'] as const satisfies readonly Weight[];

/** A finding with what it explains. */
export interface Listed {
  readonly finding: StandingFinding;
  readonly explains: readonly StandingFinding[];
}

export interface ListedFindings {
  /** Worst first; a weight that nothing has is left out. */
  readonly counted: readonly { readonly weight: Weight; readonly listed: readonly Listed[] }[];
  /** Seen, and not yet by as many looks as it takes. */
  readonly pending: readonly Listed[];
  readonly waived: readonly Listed[];
  /** Explained by a finding that is not among these. */
  readonly explained: readonly StandingFinding[];
}

/** Keeps the order within each part. `gap` null for all gaps. */
export function listedFindings(findings: readonly StandingFinding[], gap: Gap | null = null): ListedFindings {
  const wanted = findings.filter((one) => gap === null || one.gap === gap);
  const folded = wanted.filter((one) => one.foldedUnder !== undefined && one.waiver === null);
  const causes = wanted.filter((one) => !folded.includes(one));
  const causeOf = new Map(folded.map((one) => [one, causeAmong(causes, one)]));
  const listed = (some: readonly StandingFinding[]): readonly Listed[] =>
    some.map((finding) => ({ finding, explains: folded.filter((one) => causeOf.get(one) === finding) }));
  const counted = causes.filter((one) => one.waiver === null && one.state !== 'pending');
  return {
    counted: weights
      .map((weight) => ({ weight, listed: listed(counted.filter((one) => weightOf(one) === weight)) }))
      .filter((part) => part.listed.length > 0),
    pending: listed(causes.filter((one) => one.waiver === null && one.state === 'pending')),
    waived: listed(causes.filter((one) => one.waiver !== null)),
    explained: folded.filter((one) => causeOf.get(one) === null),
  };
}

/** What is mended first: the first of those that weigh most; null where there is nothing but what is worth knowing. */
export function worstOf({ counted }: ListedFindings): StandingFinding | null {
  const [worst] = counted;
  return worst === undefined || worst.weight === 'note' ? null : worst.listed[0]!.finding;
}

export const weightOf = ({ isSuspending, isBlind, severity }: StandingFinding): Weight =>
  isSuspending === true ? 'suspending' : isBlind === true && severity !== 'blocker' ? 'blind' : severity;

/** Told is only the code of the cause. Where several have it, the one about the same subject, or of the same check, is the likeliest. */
function causeAmong(causes: readonly StandingFinding[], effect: StandingFinding): StandingFinding | null {
  const fitting = causes.filter((one) => one.code === effect.foldedUnder);
  return fitting.find((one) => one.subject === effect.subject) ?? fitting.find((one) => one.check === effect.check) ?? fitting[0] ?? null;
}
