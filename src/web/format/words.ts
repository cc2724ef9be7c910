// What states are called to a person. One list for every view.
import type { CellState } from '../../contract/cell.ts';
import type { Verdict } from '../../contract/finding.ts';
import type { Gap } from '../../contract/gap.ts';

/** Null: it is not known what stood then. */
export type Shown = CellState | Verdict | null;

export const stateWords = {
  suspended: 'suspended',
  'not-ready': 'not ready',
  unknown: 'unknown',
  degraded: 'degraded',
  waived: 'waived',
  ready: 'ready',
  'not-watched': 'not watched',
} as const satisfies Record<CellState, string>;

/** The same at the beginning of a line. */
export const stateTitles = {
  suspended: 'Suspended',
  'not-ready': 'Not ready',
  unknown: 'Unknown',
  degraded: 'Degraded',
  waived: 'Waived',
  ready: 'Ready',
  'not-watched': 'Not watched',
} as const satisfies Record<CellState, string>;

/** What a state says, in one sentence. */
export const stateMeanings = {
  suspended: 'The standby is in use on purpose: nothing else that is said of it holds.',
  'not-ready': 'The standby could not take over: at least one blocker is open.',
  unknown: 'Something required could not be seen, so nobody can say.',
  degraded: 'The standby could take over, and something would be amiss.',
  waived: 'Something is wrong, and all of it was accepted.',
  ready: 'Nothing that is looked at keeps the standby from taking over.',
  'not-watched': 'No check of either side belongs to this gap: nothing is said of it.',
} as const satisfies Record<CellState, string>;

/** Of a past moment that nobody watched, or that is not kept any more. */
export const unwatchedWord = 'not known';

export const shownWord = (state: Shown): string => (state === null ? unwatchedWord : stateWords[state]);

export const shownTitle = (state: Shown): string => (state === null ? 'Not known' : stateTitles[state]);

/** Heads of narrow columns. The full title goes with each. */
export const gapShort = {
  'database-patches': 'DB patches',
  artifacts: 'Artifacts',
  configuration: 'Config',
  kernel: 'Kernel',
  'network-rules': 'Network',
  iam: 'Identity',
  certificates: 'Certs',
  'allow-lists': 'Allow-lists',
  monitoring: 'Monitoring',
  dns: 'DNS',
  'protection-groups': 'Full Stack DR',
} as const satisfies Record<Gap, string>;
