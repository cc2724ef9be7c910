// Sums up what a gate says of each pair, so that a collector's receipt and an agent's say the same of the same.
import type { Counts } from '../contract/fleet.ts';
import type { CheckState, Observation } from '../contract/observation.ts';
import type { ReceiptBody } from '../contract/receipt.ts';
import type { Waiver } from '../contract/waiver.ts';
import { closesAt } from './gate.ts';
import { countsOf, worstVerdict } from './verdict.ts';

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
    counts: pairs.map(({ findings, blindSpots }) => countsOf(findings, blindSpots)).reduce(sum, none),
    pairs: [...pairs],
    waivers: [...waivers],
  };
}

const none: Counts = { blocker: 0, warning: 0, note: 0, waived: 0, pending: 0, blindSpots: 0 };

const sum = (a: Counts, b: Counts): Counts => ({
  blocker: a.blocker + b.blocker,
  warning: a.warning + b.warning,
  note: a.note + b.note,
  waived: a.waived + b.waived,
  pending: a.pending + b.pending,
  blindSpots: a.blindSpots + b.blindSpots,
});

/** When the oldest of the required checks was last looked at; null where one never was, and where nothing is watched. */
export function oldestLook(
  checks: readonly (Pick<CheckState, 'isRequired'> & { readonly current: Pick<Observation, 'lastAt'> | null })[],
): number | null {
  const required = checks.filter((state) => state.isRequired);
  const looks = (required.length > 0 ? required : checks).map(({ current }) => current?.lastAt ?? null);
  return looks.reduce<number | null>((oldest, at) => (oldest === null || at === null ? null : Math.min(oldest, at)), looks[0] ?? null);
}
