// What fires now, by what the store holds: so it is the same before and after a restart.
import type { StandingFinding } from '../../contract/standing.ts';
import type { FleetStore, VerdictSpan } from '../../store/fleet/store.ts';
import { isSeverity, standingNow } from './items.ts';

export interface Firing {
  /** Those that count: neither pending, folded nor waived. */
  readonly findings: readonly { readonly group: string; readonly pair: string; readonly finding: StandingFinding }[];
  /** Of groups that are not ready, of which that is not known, and whose verdict is suspended. */
  readonly verdicts: readonly AlarmingSpan[];
}

export type AlarmingSpan = VerdictSpan & { readonly verdict: 'not-ready' | 'unknown' | 'suspended' };

/** What is judged at present: a pair that left the fleet fires no more, whatever was found of it last. */
export interface JudgedGroup {
  readonly group: string;
  readonly pairs: readonly { readonly pair: string }[];
}

export function firingNow(store: Pick<FleetStore, 'findings' | 'verdicts'>, groups: readonly JudgedGroup[]): Firing {
  return {
    findings: groups.flatMap(({ group, pairs }) => {
      const verdict = store.verdicts.latest({ group, pair: null });
      return pairs.flatMap(({ pair }) =>
        store.findings
          .ofPair(group, pair, Number.MAX_SAFE_INTEGER)
          .filter((finding) => finding.state !== 'resolved' && isSeverity(standingNow(finding)) && !isHeld(finding, verdict))
          .map((finding) => ({ group, pair, finding })),
      );
    }),
    verdicts: groups
      .map(({ group }) => store.verdicts.latest({ group, pair: null }))
      .filter((span): span is AlarmingSpan => span !== null && isAlarming(span.verdict)),
  };
}

/** What a drill or a failover brings about is told when it is over and still there; that it is under way is told at once. */
const isHeld = ({ openedAt, isSuspending }: StandingFinding, verdict: VerdictSpan | null): boolean =>
  verdict?.verdict === 'suspended' && isSuspending !== true && (openedAt ?? 0) >= verdict.from;

export const isAlarming = (verdict: VerdictSpan['verdict'] | null): verdict is 'not-ready' | 'unknown' | 'suspended' =>
  verdict === 'not-ready' || verdict === 'unknown' || verdict === 'suspended';
