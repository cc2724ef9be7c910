// How asking a gate can end, and the exit code for it.
import type { FailOn, Receipt } from '../../contract/receipt.ts';
import { closesAt } from '../../judge/gate.ts';
import { exits } from '../exits.ts';

export type GateEnding =
  | { readonly kind: 'answered'; readonly receipt: Receipt }
  /** Nobody judged. */
  | {
      readonly kind: 'unanswered';
      readonly reason: string;
      /** Whoever was asked does not let this caller override. */
      readonly isRefused: boolean;
      /** What was to be marked in a receipt that there is none of. */
      readonly override: Receipt['override'];
    };

/** The override that lets it pass; null where none does. */
export const overrideIn = (ending: GateEnding): Receipt['override'] =>
  ending.kind === 'answered' ? ending.receipt.override : ending.isRefused ? null : ending.override;

/** Where nobody judged, `failOn` closes at any verdict: what it lets pass is an unknown that somebody looked at. */
export function gateExit(ending: GateEnding, failOn: FailOn | null): number {
  if (overrideIn(ending) !== null) return 0;
  const verdict = ending.kind === 'answered' ? ending.receipt.verdict : 'unknown';
  if (failOn === null) return exits[verdict];
  return ending.kind === 'unanswered' || closesAt(verdict, failOn) ? 1 : 0;
}
