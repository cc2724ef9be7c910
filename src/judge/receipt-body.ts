// Sums up what a gate says of each pair, so that a collector's receipt and an agent's say the same of the same.
import type { CheckState, Observation } from '../contract/observation.ts';
import type { ReceiptBody } from '../contract/receipt.ts';
import type { Waiver } from '../contract/waiver.ts';
import { closesAt, isHeardAtGate } from './gate.ts';
import { countsOf, sumOfCounts, worstVerdict } from './verdict.ts';

export type JudgedPair = ReceiptBody['pairs'][number];

export interface GateAnswer {
  readonly id: string;
  readonly issuedAt: number;
  readonly issuer: ReceiptBody['issuer'];
  readonly asked: ReceiptBody['asked'];
  readonly override: ReceiptBody['override'];
  readonly pairs: readonly JudgedPair[];
  /** Those in force. */
  readonly waivers: readonly Waiver[];
}

export function receiptBody({ pairs, waivers, ...given }: GateAnswer): ReceiptBody {
  const verdict = worstVerdict(pairs.map((pair) => pair.verdict));
  const { failOn } = given.asked;
  return {
    format: 'understudy-receipt/1',
    ...given,
    verdict,
    isPassed: failOn === null ? null : given.override !== null || !closesAt(verdict, failOn),
    counts: sumOfCounts(pairs.map(({ findings, blindSpots }) => countsOf(findings.filter(isHeardAtGate), blindSpots))),
    pairs: [...pairs],
    waivers: [...waivers],
  };
}

/** When the oldest of the required checks was last looked at; null where one never was, and where nothing is watched. */
export function oldestLook(
  checks: readonly (Pick<CheckState, 'isRequired'> & { readonly current: Pick<Observation, 'lastAt'> | null })[],
): number | null {
  const required = checks.filter((state) => state.isRequired);
  const looks = (required.length > 0 ? required : checks).map(({ current }) => current?.lastAt ?? null);
  return looks.reduce<number | null>((oldest, at) => (oldest === null || at === null ? null : Math.min(oldest, at)), looks[0] ?? null);
}
