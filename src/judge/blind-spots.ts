// What cannot be judged of a pair as a whole: no primary, nothing watched, nothing seen.
import type { BlindSpot } from '../contract/finding.ts';
import type { CheckState, Snapshot } from '../contract/observation.ts';
import { settle } from './sight.ts';

interface Case {
  /** Epoch milliseconds of the judging. */
  readonly now: number;
  readonly subject: Snapshot;
  readonly twin: Snapshot | null;
  readonly mode?: 'pair' | 'alone';
}

export const wholeBlindSpots = (given: Case): readonly BlindSpot[] => [
  ...pairBlindSpots(given),
  ...emptinessBlindSpots(given),
  ...incomparableBlindSpots(given),
];

function pairBlindSpots(given: Case): readonly BlindSpot[] {
  if (given.mode === 'alone') return [];
  if (given.twin === null) {
    if (given.subject.node.role === 'primary') return [];
    return [{ check: null, kind: 'no-primary', detail: 'there is no primary to compare with', seenAt: null }];
  }
  return given.twin.checks
    .filter((state) => state.isRequired && !given.subject.checks.some((own) => isSameCheck(own, state)))
    .map((state) => spot(state, 'never-checked', 'the primary is watched for this and the standby is not', null));
}

/** The name alone does not do: under one name two probes may look at two things. */
export const isSameCheck = (a: CheckState, b: CheckState): boolean => a.check === b.check && a.probe === b.probe;

function emptinessBlindSpots({ subject, now }: Case): readonly BlindSpot[] {
  if (subject.checks.length === 0) return [{ check: null, kind: 'no-checks', detail: 'nothing is watched', seenAt: null }];
  const settled = subject.checks.map((state) => ({ state, ...settle(state, now) }));
  // A required check that is blind has said so; where every check is optional, this alone keeps a machine from being green.
  const isSaid = settled.some(({ state, blind }) => state.isRequired && blind !== null);
  const isAnythingSeen = settled.some(({ sight, blind }) => sight.kind === 'facts' && blind === null);
  return isSaid || isAnythingSeen ? [] : [{ check: null, kind: 'no-checks', detail: 'nothing was observed by any check', seenAt: null }];
}

/** A required check misses its twin by itself; optional ones would together equal a primary of which nothing is known. */
function incomparableBlindSpots({ subject, twin, mode }: Case): readonly BlindSpot[] {
  if (mode === 'alone' || twin === null || subject.checks.length === 0 || subject.checks.some((state) => state.isRequired)) return [];
  return subject.checks.some((state) => twin.checks.some((one) => isSameCheck(one, state) && isEverSeen(one)))
    ? []
    : [{ check: null, kind: 'no-primary', detail: 'nothing of what is watched here was ever seen on the primary', seenAt: null }];
}

const isEverSeen = (state: CheckState): boolean => state.current?.outcome.kind === 'observed' || state.lastObserved !== null;

export const spot = (state: CheckState, kind: BlindSpot['kind'], detail: string, seenAt: number | null): BlindSpot => ({
  check: state.check,
  kind,
  detail,
  seenAt,
});
