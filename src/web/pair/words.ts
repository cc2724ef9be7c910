// What the pair's states are called to a person, each with what it means.
import type { BlindKind } from '../../contract/finding.ts';
import type { NodeTroubleKind } from '../../contract/fleet.ts';
import type { AppliedLawful } from '../../contract/lawful.ts';
import type { Outcome } from '../../contract/outcome.ts';
import type { Weight } from './listed-findings.ts';

export const weightWords = {
  suspending: {
    one: 'suspends the verdict',
    many: 'Suspends the verdict',
    means: 'the standby is in use on purpose; nothing else holds meanwhile',
  },
  blocker: { one: 'blocker', many: 'Blockers', means: 'the standby could not take over' },
  blind: { one: 'not known', many: 'Not known', means: 'something required could not be seen' },
  warning: { one: 'warning', many: 'Warnings', means: 'it could take over, and something would be amiss' },
  note: { one: 'note', many: 'Notes', means: 'worth knowing; changes no verdict' },
} as const satisfies Record<Weight, { readonly one: string; readonly many: string; readonly means: string }>;

/** The verdict that it makes of the pair, whose shape and tone it has; a note makes none. */
export const weightStates = {
  suspending: 'suspended',
  blocker: 'not-ready',
  blind: 'unknown',
  warning: 'degraded',
  note: 'note',
} as const satisfies Record<Weight, string>;

export const blindWords = {
  unseen: 'could not be seen on the standby',
  stale: 'last seen too long ago on the standby',
  'never-checked': 'never looked at on the standby',
  'primary-unseen': 'could not be seen on the primary',
  'primary-stale': 'last seen too long ago on the primary',
  'versions-differ': 'the two sides run versions that cannot be compared',
  'no-checks': 'nothing is looked at',
  'no-primary': 'no primary to compare with',
  crashed: 'a rule broke down, so that it judged nothing',
  silent: 'a node does not answer',
  distrusted: 'a node may not be the one it was',
  'no-standby': 'no standby',
  'not-watched': 'the fleet expects it, and nobody looks at it',
  pending: 'not confirmed yet',
} as const satisfies Record<BlindKind, string>;

export const troubleWords = {
  silent: 'Silent',
  cloned: 'Cloned',
  'two-agents': 'Two agents answer',
  reinstalled: 'Reinstalled',
  'rolled-back': 'History went back',
  'history-cut': 'History has a hole',
  clock: 'Clock is off',
  role: 'Another role',
  stranger: 'Another machine',
  alias: 'Same agent twice',
} as const satisfies Record<NodeTroubleKind, string>;

export const lawfulWords = {
  differs: 'differs, as declared',
  same: 'both sides agree now',
  ended: 'ended: it counts as drift again',
} as const satisfies Record<AppliedLawful['state'], string>;

/** What a look came to, before the moment in which it did. */
export function outcomeWords(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'observed':
      return 'Seen';
    case 'absent':
      return `Not there (${outcome.detail}), seen`;
    case 'unseen':
      return `Could not be seen (${outcome.reason}: ${outcome.detail}), tried`;
  }
}

/** On whose side the history tells more. */
export const blindSides = {
  unseen: 'standby',
  stale: 'standby',
  'never-checked': 'standby',
  'primary-unseen': 'primary',
  'primary-stale': 'primary',
  'versions-differ': 'standby',
  'no-checks': 'standby',
  'no-primary': 'primary',
  crashed: 'standby',
  silent: 'standby',
  distrusted: 'standby',
  'no-standby': 'standby',
  'not-watched': 'standby',
  pending: 'standby',
} as const satisfies Record<BlindKind, 'standby' | 'primary'>;
