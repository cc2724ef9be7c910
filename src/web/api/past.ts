// What /v1/timeline answers, as far as a view reads it.
import type { Verdict } from '../../contract/finding.ts';
import type { ReportSpan } from '../../contract/report.ts';
import type { FindingEventKind, StandingFinding } from '../../contract/standing.ts';

export interface PastEvent {
  readonly kind: FindingEventKind;
  readonly at: number;
  readonly pair: string;
  /** As it stood after the event. */
  readonly finding: Pick<StandingFinding, 'id' | 'code' | 'severity' | 'check' | 'gap' | 'title' | 'subject' | 'expected' | 'actual'>;
  readonly detail: string;
}

export interface Past {
  readonly at: number;
  readonly from: number;
  readonly to: number;
  /** Ascending, from `from` to `to` without a gap. */
  readonly spans: readonly ReportSpan[];
  readonly shares: Readonly<Record<Verdict, { readonly ms: number; readonly share: number }>>;
  readonly holesMs: number;
  /** Oldest first. */
  readonly events: readonly PastEvent[];
  readonly hasMoreEvents: boolean;
}
