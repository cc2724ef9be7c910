// What the collector reads of the facts of the check of protection groups, to know who is the primary and which machines there are.

/** Of the probe whose facts these are. */
export const protectionGroupsProbe = 'protection-groups';

/** Facts of another version are not read. */
export const protectionGroupsVersion = 1;

export interface ProtectionGroupsSeen {
  readonly groups: readonly ProtectionGroupSeen[];
  readonly instances: readonly {
    readonly id: string;
    readonly name: string | null;
    readonly address:
      | { readonly kind: 'seen'; readonly text: string }
      | { readonly kind: 'none'; readonly detail: string }
      | { readonly kind: 'unseen'; readonly detail: string };
  }[];
}

export interface ProtectionGroupSeen {
  readonly id: string;
  readonly name: string;
  /** PRIMARY, STANDBY, UNCONFIGURED; null where it is not told. */
  readonly role: string | null;
  readonly peerRegion: string | null;
  readonly subState: string | null;
  readonly detail:
    | { readonly kind: 'seen'; readonly members: readonly { readonly type: string; readonly id: string; readonly name: string | null }[] }
    | { readonly kind: 'unseen'; readonly detail: string };
  readonly runs:
    | { readonly kind: 'seen'; readonly list: readonly { readonly type: string; readonly state: string }[] }
    | { readonly kind: 'unseen' };
}
