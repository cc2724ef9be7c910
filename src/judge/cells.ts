// How each gap of a pair stands, in one word. Green is earned here too: a gap is ready where the standby is watched for it, was seen, and
// nothing that was found keeps it from being ready.
import type { Cell, CellState } from '../contract/cell.ts';
import type { BlindSpot } from '../contract/finding.ts';
import { type Gap, gapIds } from '../contract/gap.ts';
import type { StandingFinding } from '../contract/standing.ts';
import { isCounted } from './verdict.ts';

/** What of a finding makes a cell. */
export type CellFinding = Pick<
  StandingFinding,
  'code' | 'gap' | 'severity' | 'title' | 'subject' | 'state' | 'waiver' | 'isBlind' | 'isSuspending' | 'foldedUnder'
>;

/** Who of a pair is watched for a gap. `not-known`: the standby was never heard, so that nobody knows what it watches. */
export type Watch = 'standby' | 'primary-only' | 'nobody' | 'not-known';

export interface GapSight {
  readonly watch: Watch;
  /** What is not known of it, one line each. */
  readonly blind: readonly string[];
  /**
   * The same of checks that are not required, and blockers that no second look has confirmed: the verdict counts neither, but what they are
   * about is not known to be good.
   */
  readonly doubts: readonly string[];
}

export interface CellsGiven {
  /** Worst first. */
  readonly findings: readonly CellFinding[];
  readonly sights: ReadonlyMap<Gap, GapSight>;
  /** What is not known of the pair as a whole, one line each: it holds for every gap that is watched. */
  readonly blindAsAWhole: readonly string[];
}

/** One for each gap, in the order of the gaps. */
export const cellsOf = (given: CellsGiven): Cell[] => gapIds.map((gap) => cellOf(gap, given));

const unwatched: GapSight = { watch: 'nobody', blind: [], doubts: [] };

function cellOf(gap: Gap, { findings, sights, blindAsAWhole }: CellsGiven): Cell {
  const own = findings.filter((finding) => finding.gap === gap);
  const counted = own.filter((finding) => isCounted(finding));
  const { watch, blind, doubts } = sights.get(gap) ?? unwatched;
  const whole = watch === 'nobody' ? [] : blindAsAWhole;
  const folded = own.filter((finding) => isExplainedElsewhere(finding, own)).map((finding) => explained(finding, findings));
  const lines = {
    suspended: counted.filter(({ isSuspending }) => isSuspending === true).map(line),
    'not-ready': counted.filter(({ severity }) => severity === 'blocker').map(line),
    unknown: [...counted.filter(({ isBlind }) => isBlind === true).map(line), ...blind, ...whole],
    degraded: counted.filter(({ severity }) => severity === 'warning').map(line),
    doubted: [...doubts, ...folded.filter(({ isWaived }) => !isWaived).map(({ text }) => text), ...unseenSides(watch)],
    waived: [...own.filter(isAccepted).map(line), ...folded.filter(({ isWaived }) => isWaived).map(({ text }) => text)],
  };
  const cell = (state: CellState, said: readonly string[]): Cell => ({ gap, state, count: said.length, worst: said[0] ?? null });
  for (const state of ['suspended', 'not-ready', 'unknown', 'degraded'] as const)
    if (lines[state].length > 0) return cell(state, lines[state]);
  if (lines.doubted.length > 0) return cell('unknown', lines.doubted);
  if (lines.waived.length > 0) return cell('waived', lines.waived);
  return watch === 'nobody' ? cell('not-watched', []) : cell('ready', counted.map(line));
}

const line = ({ title, subject }: CellFinding): string => (subject === '' ? title : `${title}: ${subject}`);

function unseenSides(watch: Watch): readonly string[] {
  switch (watch) {
    case 'standby':
    case 'nobody':
      return [];
    case 'primary-only':
      return ['Only the primary is watched for this'];
    case 'not-known':
      return ['What of the standby is watched is not known'];
  }
}

const weighs = ({ severity, state }: CellFinding): boolean => severity !== 'note' && (state === 'open' || state === 'clearing');

const isAccepted = (finding: CellFinding): boolean => finding.waiver !== null && weighs(finding);

/** Its cause makes nothing of this cell: without it the cell would be as good as if nothing had been found. */
const isExplainedElsewhere = (finding: CellFinding, own: readonly CellFinding[]): boolean => {
  const isCause = (one: CellFinding): boolean => one.code === finding.foldedUnder && one.foldedUnder === undefined && weighs(one);
  return finding.foldedUnder !== undefined && finding.waiver === null && weighs(finding) && !own.some(isCause);
};

/** Whoever accepted the cause accepted what follows from it. */
function explained(finding: CellFinding, findings: readonly CellFinding[]): { readonly text: string; readonly isWaived: boolean } {
  const causes = findings.filter(({ code }) => code === finding.foldedUnder);
  return {
    text: `${line(finding)}, explained by ${finding.foldedUnder}`,
    isWaived: causes.length > 0 && causes.every(({ waiver }) => waiver !== null),
  };
}

/** Where a check belongs to, of either side. */
export interface Watched {
  readonly check: string;
  readonly gap: Gap | null;
}

export interface PairWatch {
  /** What each side watches; null for one that stands there and was never heard. Nobody there watches nothing. */
  readonly standby: readonly Watched[] | null;
  readonly primary: readonly Watched[] | null;
  readonly blindSpots: readonly BlindSpot[];
  /** Of checks that are not required. */
  readonly doubts: readonly BlindSpot[];
  /** Where a check that neither side has would belong, by its name. */
  readonly gapOfName: (check: string) => Gap | null;
  readonly findings: readonly CellFinding[];
}

/** What is known of each gap, and what is not known of the pair as a whole. */
export interface PairSights extends Pick<CellsGiven, 'sights' | 'blindAsAWhole'> {
  /** The first blind spot that no cell can show, in one line: of a check that belongs to no gap, or of a pair where nothing is watched. */
  readonly unshown: string | null;
}

export function sightsOf({ standby, primary, blindSpots, doubts, gapOfName, findings }: PairWatch): PairSights {
  const watched = [...(standby ?? []), ...(primary ?? [])];
  const gapsOf = ({ check }: BlindSpot): readonly (Gap | null)[] => {
    const own = watched.filter((one) => one.check === check).map(({ gap }) => gap);
    return check === null ? [] : own.length > 0 ? own : [gapOfName(check)];
  };
  const spotsOf = (gap: Gap, spots: readonly BlindSpot[]): readonly string[] =>
    spots.filter((spot) => gapsOf(spot).includes(gap)).map(spotLine);
  const sights = gapIds.map((gap) => {
    const watch = watchOf(gap, standby, primary);
    const waiting = findings.filter((finding) => finding.gap === gap && isWaiting(finding)).map(waitingLine);
    return [gap, { watch, blind: spotsOf(gap, blindSpots), doubts: [...spotsOf(gap, doubts), ...waiting] }] as const;
  });
  const isAnythingWatched = sights.some(([, { watch }]) => watch !== 'nobody');
  const isShown = (spot: BlindSpot): boolean => (spot.check === null ? isAnythingWatched : gapsOf(spot).some((gap) => gap !== null));
  const unshown = blindSpots.find((spot) => !isShown(spot));
  return {
    sights: new Map(sights),
    blindAsAWhole: blindSpots.filter(({ check }) => check === null).map(spotLine),
    unshown: unshown === undefined ? null : spotLine(unshown),
  };
}

function watchOf(gap: Gap, standby: PairWatch['standby'], primary: PairWatch['primary']): Watch {
  const isWatched = (side: readonly Watched[] | null): boolean => side?.some((one) => one.gap === gap) === true;
  if (standby === null) return 'not-known';
  if (isWatched(standby)) return 'standby';
  return isWatched(primary) ? 'primary-only' : 'nobody';
}

const spotLine = ({ check, detail }: BlindSpot): string => (check === null ? detail : `${check}: ${detail}`);

/** A gate does not pass over it either: the next look may confirm what would break the switchover. */
const isWaiting = ({ state, severity, isBlind, isSuspending, foldedUnder, waiver }: CellFinding): boolean =>
  state === 'pending' &&
  foldedUnder === undefined &&
  waiver === null &&
  (severity === 'blocker' || isBlind === true || isSuspending === true);

const waitingLine = (finding: CellFinding): string => `Seen, and waits to be confirmed: ${line(finding)}`;
