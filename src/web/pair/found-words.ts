// What was found, in numbers: first what counts, worst first, then what does not.
import type { BlindSpot } from '../../contract/finding.ts';
import type { StandingFinding } from '../../contract/standing.ts';
import { counted } from '../format/counts.ts';
import { listedFindings, type Weight } from './listed-findings.ts';

const nouns = {
  suspending: ['reason to suspend it', 'reasons to suspend it'],
  blocker: ['blocker', 'blockers'],
  blind: ['blind spot', 'blind spots'],
  warning: ['warning', 'warnings'],
  note: ['note', 'notes'],
} as const satisfies Record<Weight, readonly [string, string]>;

/** `6 blockers`, `1 blind spot`, `1 waived`; empty for none. */
export function foundWords(findings: readonly StandingFinding[], blindSpots: readonly BlindSpot[]): readonly string[] {
  const { counted: counting, pending, waived } = listedFindings(findings);
  const of = (weight: Weight): number =>
    (counting.find((part) => part.weight === weight)?.listed.length ?? 0) + (weight === 'blind' ? blindSpots.length : 0);
  const numbers = (['suspending', 'blocker', 'blind', 'warning', 'note'] as const).map((weight) => [of(weight), ...nouns[weight]] as const);
  return [...numbers, [waived.length, 'waived', 'waived'] as const, [pending.length, 'not confirmed yet', 'not confirmed yet'] as const]
    .filter(([count]) => count > 0)
    .map(([count, one, many]) => counted(count, one, many));
}
