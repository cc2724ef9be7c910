// What happened that somebody may want to be told: said by the review and by the nodes, in the transaction in which it became so.
import type { Verdict } from '../../contract/finding.ts';
import type { Counts } from '../../contract/fleet.ts';
import type { FindingEvent } from '../../contract/standing.ts';
import type { NodeEvent } from '../../store/fleet/store.ts';

export type News =
  | {
      readonly kind: 'finding';
      readonly event: FindingEvent;
      /** The verdict of its group is suspended: what nobody was told of yet waits until it is not. */
      readonly isHeld?: boolean;
    }
  | {
      readonly kind: 'verdict';
      readonly group: string;
      /** Null for the first that is known of this group. */
      readonly from: Verdict | null;
      readonly to: Verdict;
      readonly at: number;
      readonly counts: Counts;
    }
  | { readonly kind: 'node'; readonly event: NodeEvent; readonly group: string | null };
